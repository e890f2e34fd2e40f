"""Check an export of a zeroerror ledger: python verify.py DIR [--lang zh|en]

Written from docs/leaf.md alone and importing only the standard library, so that whoever doubts a ledger can
check it with a Python and this one file, and can read the file before. It checks every leaf's form, place,
chain and stream, every command's parts and signature by the keys that were valid at that place, every text
beside the leaves against its digest, and the whole against the signed checkpoint. It does not decide anything
again: that an outcome follows from its command is what `zeroerror log verify` shows.

It is one file, long as it is, because that is how it travels.

Exit: 0 everything holds; 8 something does not, naming the first leaf; 2 wrong usage; 1 unable to read.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

OK, UNABLE, USAGE, BROKEN = 0, 1, 2, 8

WORDS = {
    "usage": (
        "用法：python verify.py 导出目录 [--lang zh|en]",
        "usage: python verify.py DIRECTORY [--lang zh|en]",
    ),
    "unable": ("无法读取：{detail}", "cannot be read: {detail}"),
    "fine": (
        "核验通过：{leaves} 条记录、{commands} 个签名、{texts} 份正文（其中已依法删除 {erased} 份），"
        "根 {root}",
        "everything holds: {leaves} leaves, {commands} signatures, {texts} texts ({erased} of them erased), "
        "root {root}",
    ),
    "bad_leaf": ("第 {index} 条记录不成立：{why}", "leaf {index} does not hold: {why}"),
    "bad_payload": ("正文文件第 {line} 行不成立：{why}", "line {line} of the texts does not hold: {why}"),
    "bad_checkpoint": ("检查点不成立：{why}", "the checkpoint does not hold: {why}"),
    "not_json": ("不是合规的 JSON", "it is not well-formed JSON"),
    "not_canonical": ("不是规定的写法", "it is not written in the canonical form"),
    "fields": ("字段缺失、多余或类型不对", "a field is missing, unknown or of the wrong type"),
    "index": ("序号与位置不符", "its index is not its place"),
    "origin": ("不属于本台账", "it belongs to another ledger"),
    "chain": ("内容被改动，与后文记载的摘要不符", "it was changed: what follows names another hash"),
    "last": ("内容被改动，与检查点不符", "it was changed: the checkpoint says otherwise"),
    "previous": ("所记前一条的摘要不符", "the hash it gives for the leaf before is wrong"),
    "stream": ("在本事项（或机关）记录中的次序不符", "its place in its stream is wrong"),
    "time": ("时间早于前一条", "its time is before the last leaf's"),
    "genesis": ("首条不是合规的创始记录", "the first leaf is no sound genesis"),
    "suite": ("密码算法组合未知", "the suite of algorithms is unknown"),
    "parts": ("同一指令的各条记录不齐或错位", "the parts of its command are not complete and in order"),
    "command": ("与所签指令不符", "it does not agree with the signed command"),
    "key": ("签名所用密钥在此处无效", "the key that signed is not valid here"),
    "actor": ("经办人不是密钥的持有人", "who acted is not whose key signed"),
    "signature": ("签名不对", "the signature is wrong"),
    "missing": ("记录缺失：检查点记载共有 {size} 条", "it is missing: the checkpoint counts {size} leaves"),
    "surplus": ("检查点只记载 {size} 条，此条多出", "it is more than the {size} leaves of the checkpoint"),
    "unended": ("末行不完整", "its line does not end"),
    "payload_form": ("写法不合规定", "it is not written as laid down"),
    "digest": ("与摘要不符", "it does not match its digest"),
    "unnamed": ("没有任何记录引用它", "no leaf names it"),
    "twice": ("重复", "it is there twice"),
    "checkpoint_form": ("写法不合规定", "it is not written as laid down"),
    "checkpoint_origin": ("属于另一台账", "it is another ledger's"),
    "checkpoint_signature": (
        "没有本台账机器密钥的有效签名",
        "it bears no valid signature of the machine's key",
    ),
    "root": ("根与记录不符", "its root is not that of the leaves"),
}


class Broken(Exception):
    """Something does not hold: `where` is a leaf's index, a line of the texts, or nothing."""

    def __init__(self, what: str, why: str, **params: object) -> None:
        super().__init__(what, why, params)
        self.what, self.why, self.params = what, why, params


def bad_leaf(index: int, why: str, **params: object) -> Broken:
    """The leaf at an index does not hold."""
    return Broken("bad_leaf", why, index=index, **params)


# --- Ed25519, verification only (RFC 8032 §5.1) ---------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int, int, int]
ZERO: Point = (0, 1, 1, 0)


def add(a: Point, b: Point) -> Point:
    """The sum of two points in extended coordinates."""
    low = (a[1] - a[0]) * (b[1] - b[0]) % P
    high = (a[1] + a[0]) * (b[1] + b[0]) % P
    c = 2 * a[3] * b[3] * D % P
    d = 2 * a[2] * b[2] % P
    e, f, g, h = high - low, d - c, d + c, high + low
    return e * f % P, g * h % P, f * g % P, e * h % P


def decompress(data: bytes) -> Point | None:
    """The point of its 32 bytes; None where they are none."""
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    if len(data) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def compress(point: Point) -> bytes:
    """The 32 bytes of a point."""
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


Table = list[list[Point]]


def table(point: Point) -> Table:
    """All multiples d·16^i of a point: a few people sign much, so their tables pay for themselves."""
    rows: Table = []
    for _ in range(64):
        row = [ZERO]
        for _ in range(15):
            row.append(add(row[-1], point))
        rows.append(row)
        point = add(row[15], point)
    return rows


def multiply(number: int, rows: Table) -> Point:
    """The multiple of the table's point."""
    total = ZERO
    for row in rows:
        total = add(total, row[number & 15])
        number >>= 4
    return total


@lru_cache(maxsize=256)
def negative(public: bytes) -> Table | None:
    """The table of a public key's negative; None for a key that is no point."""
    point = decompress(public)
    return None if point is None else table((P - point[0], point[1], 1, P - point[3]))


@lru_cache(maxsize=1)
def base() -> Table:
    """The table of the base point."""
    point = decompress((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    assert point is not None
    return table(point)


def signed_by(public: str, message: bytes, signature: bytes) -> bool:
    """Whether that key signed the message."""
    rows = negative(bytes.fromhex(public))
    number = int.from_bytes(signature[32:], "little")
    if rows is None or len(signature) != 64 or number >= L:
        return False
    hashed = hashlib.sha512(signature[:32] + bytes.fromhex(public) + message).digest()
    point = add(multiply(number, base()), multiply(int.from_bytes(hashed, "little") % L, rows))
    return compress(point) == signature[:32]


# --- Leaves ---------------------------------------------------------------------------------------------

FIELDS: dict[str, tuple[type, ...]] = {
    "format": (int,),
    "rules": (int,),
    "origin": (str,),
    "index": (int,),
    "time": (str,),
    "stream": (str,),
    "seq": (int,),
    "stream_previous": (str,),
    "kind": (str,),
    "body": (dict,),
    "command": (str,),
    "part": (int,),
    "parts": (int,),
    "actor": (str,),
    "capacity": (dict,),
    "definition": (str, type(None)),
    "previous": (str,),
    "signed": (dict, type(None)),
}
SIGNED: dict[str, tuple[type, ...]] = {"command": (dict,), "key": (str,), "signature": (str,)}
#: No leaf is nested deeper.
DEPTH = 64
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
DIGEST = re.compile(rb"[0-9a-f]{64}")


def canonical(value: object) -> bytes:
    """The canonical JSON of a value; ValueError where it has none."""
    for each in scalars(value):
        if isinstance(each, float) or (isinstance(each, int) and abs(each) >= 2**53):
            raise ValueError
        if isinstance(each, str) and not unicodedata.is_normalized("NFC", each):
            raise ValueError
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def scalars(value: object, depth: int = DEPTH) -> Iterator[object]:
    """Every value inside a value; ValueError for a key that is not ASCII, and for what is nested too deep."""
    if not isinstance(value, dict | list):
        yield value
        return
    if depth == 0 or (isinstance(value, dict) and not all(map(str.isascii, value))):
        raise ValueError
    for each in value.values() if isinstance(value, dict) else value:
        yield from scalars(each, depth - 1)


def shaped(data: object, fields: dict[str, tuple[type, ...]]) -> bool:
    """Whether an object has exactly these fields, each of its type."""
    if not isinstance(data, dict) or data.keys() != fields.keys():
        return False
    return all(type(data[name]) in types for name, types in fields.items())


def read_leaf(line: bytes, index: int) -> dict[str, Any]:
    """The leaf of a line: its form, and nothing of what is around it."""
    try:
        leaf = json.loads(line.decode())
    except (ValueError, RecursionError):
        raise bad_leaf(index, "not_json") from None
    if not shaped(leaf, FIELDS) or leaf["format"] != 1:
        raise bad_leaf(index, "fields")
    if leaf["signed"] is not None and not shaped(leaf["signed"], SIGNED):
        raise bad_leaf(index, "fields")
    if INSTANT.fullmatch(leaf["time"]) is None:
        raise bad_leaf(index, "fields")
    try:
        if canonical(leaf) != line:
            raise bad_leaf(index, "not_canonical")
    except ValueError:
        raise bad_leaf(index, "not_canonical") from None
    return dict(leaf)


def leaf_hash(line: bytes) -> str:
    """The hash of a leaf's bytes (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\0" + line).hexdigest()


class Tree:
    """The tree's frontier: the roots of its full subtrees, with how many leaves each has."""

    def __init__(self) -> None:
        self.nodes: list[tuple[int, bytes]] = []

    def copy(self) -> Tree:
        """Another tree that is so far the same."""
        tree = Tree()
        tree.nodes = self.nodes[:]
        return tree

    def add(self, hashed: str) -> None:
        """One leaf more."""
        count, node = 1, bytes.fromhex(hashed)
        while self.nodes and self.nodes[-1][0] == count:
            count, node = count * 2, join(self.nodes.pop()[1], node)
        self.nodes.append((count, node))

    def root(self) -> str:
        """The root of the tree as it is."""
        if not self.nodes:
            return hashlib.sha256(b"").hexdigest()
        node = self.nodes[-1][1]
        for _, left in self.nodes[-2::-1]:
            node = join(left, node)
        return node.hex()


def join(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\1" + left + right).digest()


# --- The ledger as a whole ------------------------------------------------------------------------------


class Ledger:
    """What the leaves read so far have laid down, against which the next one is held."""

    def __init__(self) -> None:
        self.origin = ""
        self.time = ""
        self.streams: dict[str, tuple[int, str]] = {}
        #: By id: whose key, the key, and whether it still holds.
        self.keys: dict[str, tuple[str, str, bool]] = {}
        self.run: dict[str, Any] | None = None
        self.part = 0
        self.commands = 0
        self.digests: set[bytes] = set()

    def take(self, leaf: dict[str, Any], line: bytes, hashed: str) -> None:
        """Hold one leaf against everything before it but the chain itself."""
        index = leaf["index"]
        if index == 0:
            self.begin(leaf)
        if leaf["origin"] != self.origin:
            raise bad_leaf(index, "origin")
        seq, last = self.streams.get(leaf["stream"], (0, ""))
        if (leaf["seq"], leaf["stream_previous"]) != (seq + 1, last):
            raise bad_leaf(index, "stream")
        if leaf["time"] < self.time:
            raise bad_leaf(index, "time")
        if self.run is None:
            self.start(leaf)
        else:
            self.go_on(leaf, self.run)
        self.streams[leaf["stream"]] = (leaf["seq"], hashed)
        self.time = leaf["time"]
        self.enrol(leaf)
        self.digests.update(DIGEST.findall(line))

    def begin(self, leaf: dict[str, Any]) -> None:
        """The genesis: which ledger this is, and the keys it starts with."""
        body = leaf["body"]
        if leaf["kind"] != "genesis" or body.get("origin") != leaf["origin"] or not leaf["origin"]:
            raise bad_leaf(0, "genesis")
        if body.get("suite") != "sha256+ed25519":
            raise bad_leaf(0, "suite")
        self.origin = leaf["origin"]
        if not isinstance(body.get("keys"), list) or not body["keys"]:
            raise bad_leaf(0, "genesis")
        for key in body["keys"]:
            self.keep_key(0, key)

    def keep_key(self, index: int, key: object) -> None:
        """A key enrolled: its id must be its own."""
        if not isinstance(key, dict):
            raise bad_leaf(index, "fields")
        if not all(isinstance(key.get(name), str) for name in ("id", "person", "public")):
            raise bad_leaf(index, "fields")
        public = key["public"]
        if re.fullmatch("[0-9a-f]{64}", public) is None:
            raise bad_leaf(index, "fields")
        if hashlib.sha256(bytes.fromhex(public)).hexdigest()[:16] != key["id"]:
            raise bad_leaf(index, "fields")
        self.keys[key["id"]] = (key["person"], public, True)

    def enrol(self, leaf: dict[str, Any]) -> None:
        """Keys that hold, or hold no longer, for what comes after this leaf."""
        if leaf["kind"] == "key_enrolled":
            self.keep_key(leaf["index"], leaf["body"])
        elif leaf["kind"] == "key_revoked":
            person, public, _ = self.keys.get(leaf["body"].get("id", ""), ("", "", False))
            if not public:
                raise bad_leaf(leaf["index"], "key")
            self.keys[leaf["body"]["id"]] = (person, public, False)

    def start(self, leaf: dict[str, Any]) -> None:
        """Part 1 of a command: what was signed, and by whom."""
        index, signed = leaf["index"], leaf["signed"]
        if leaf["part"] != 1 or leaf["parts"] < 1 or signed is None:
            raise bad_leaf(index, "parts")
        command = signed["command"]
        said = (command.get("origin"), command.get("id"), command.get("capacity"))
        if said != (leaf["origin"], leaf["command"], leaf["capacity"]):
            raise bad_leaf(index, "command")
        person, public, valid = self.keys.get(signed["key"], ("", "", False))
        if not valid:
            raise bad_leaf(index, "key")
        if person != leaf["actor"]:
            raise bad_leaf(index, "actor")
        message = b"zeroerror/command/1\n" + canonical(command)
        if re.fullmatch("[0-9a-f]{128}", signed["signature"]) is None:
            raise bad_leaf(index, "signature")
        if not signed_by(public, message, bytes.fromhex(signed["signature"])):
            raise bad_leaf(index, "signature")
        self.commands += 1
        self.part, self.run = 1, leaf if leaf["parts"] > 1 else None

    def go_on(self, leaf: dict[str, Any], first: dict[str, Any]) -> None:
        """A further part of the command under way."""
        same = ("command", "parts", "actor", "capacity", "time", "rules")
        if any(leaf[name] != first[name] for name in same) or leaf["signed"] is not None:
            raise bad_leaf(leaf["index"], "parts")
        if leaf["part"] != self.part + 1:
            raise bad_leaf(leaf["index"], "parts")
        self.part += 1
        if self.part == first["parts"]:
            self.run = None


def lines_of(path: Path) -> Iterator[tuple[int, bytes, bool]]:
    """The lines of a file, with their number from 0 and whether each is ended."""
    with path.open("rb") as file:
        for number, line in enumerate(file):
            yield number, line.removesuffix(b"\n"), line.endswith(b"\n")


def check_leaves(ledger: Ledger, path: Path, size: int, root: str) -> None:
    """Every leaf, one after the other; the first that does not hold is raised, with its index."""
    tree, before, count, previous, surplus = Tree(), Tree(), 0, "", False
    waiting: tuple[dict[str, Any], bytes, str] | None = None
    lines = lines_of(path)
    for number, line, ended in lines:
        surplus = number >= size
        if surplus:
            break
        if not ended:
            raise bad_leaf(number, "unended")
        leaf = read_leaf(line, number)
        if leaf["index"] != number:
            raise bad_leaf(number, "index")
        hashed = leaf_hash(line)
        if leaf["previous"] != previous:
            raise blame(leaf, hashed, next(lines, None), before, root)
        # Only now is the leaf before known to be as it was written.
        if waiting is not None:
            ledger.take(*waiting)
        waiting, previous, before = (leaf, line, hashed), hashed, tree.copy()
        tree.add(hashed)
        count += 1
    if not surplus and count == size and tree.root() != root:
        raise bad_leaf(max(count - 1, 0), "last")
    if waiting is not None:
        ledger.take(*waiting)
    if surplus or count < size:
        raise bad_leaf(count, "surplus" if surplus else "missing", size=size)
    if ledger.run is not None:
        raise bad_leaf(count - 1, "parts")


def blame(
    leaf: dict[str, Any], hashed: str, after: tuple[int, bytes, bool] | None, before: Tree, root: str
) -> Broken:
    """Whether a leaf or the one before it was changed, where the two do not fit: what follows tells."""
    index = leaf["index"]
    if after is not None:
        try:
            sound = json.loads(after[1])["previous"] == hashed
        except (ValueError, KeyError, TypeError, RecursionError):
            sound = False
    else:
        sound = DIGEST.fullmatch(leaf["previous"].encode()) is not None
        if sound:
            before.add(leaf["previous"])
            before.add(hashed)
            sound = before.root() == root
    if sound and index > 0:
        return bad_leaf(index - 1, "chain")
    return bad_leaf(index, "previous")


def check_payloads(path: Path, digests: set[bytes]) -> tuple[int, int]:
    """Every text beside the leaves; returns how many there are and how many of them have been erased."""
    seen: set[str] = set()
    erased = 0
    for number, line, ended in lines_of(path):
        where = number + 1

        def bad(why: str, where: int = where) -> Broken:
            return Broken("bad_payload", why, line=where)

        try:
            row = json.loads(line.decode())
            known = isinstance(row, dict) and list(row) == ["digest", "salt", "text"]
            if not ended or not known or json.dumps(row, ensure_ascii=False).encode() != line:
                raise bad("payload_form")
        except (ValueError, RecursionError):
            raise bad("payload_form") from None
        digest, salt, text = row["digest"], row["salt"], row["text"]
        if not isinstance(digest, str) or digest.encode() not in digests:
            raise bad("unnamed")
        if digest in seen:
            raise bad("twice")
        seen.add(digest)
        if salt is None and text is None:
            erased += 1
        elif not holds(digest, salt, text):
            raise bad("digest")
    return len(seen), erased


def holds(digest: str, salt: object, text: object) -> bool:
    """Whether a text is the one that its digest names."""
    if not isinstance(salt, str) or not isinstance(text, str) or not re.fullmatch("[0-9a-f]{32}", salt):
        return False
    try:
        words = unicodedata.normalize("NFC", text).encode()
    except UnicodeEncodeError:
        return False
    return hashlib.sha256(b"zeroerror/payload/1\n" + bytes.fromhex(salt) + words).hexdigest() == digest


class Checkpoint:
    """The signed note: its text as signed, what it says, and its signature lines."""

    def __init__(self, note: bytes) -> None:
        try:
            self.text, _, lines = note.decode().partition("\n\n")
            self.origin, size, root = self.text.split("\n")
            self.size, self.root = int(size), decoded(root).hex()
            if str(self.size) != size or self.size < 0 or len(self.root) != 64 or not lines.endswith("\n"):
                raise ValueError
            self.signatures = [self.line(line) for line in lines[:-1].split("\n")]
        except ValueError:
            raise Broken("bad_checkpoint", "checkpoint_form") from None

    @staticmethod
    def line(line: str) -> tuple[str, bytes]:
        """A signature line's name, and its key hash and signature."""
        dash, name, signature = line.split(" ")
        if dash != "—" or not name:
            raise ValueError
        return name, decoded(signature)

    def check(self, ledger: Ledger) -> None:
        """That it is this ledger's, signed by a key of the machine that is still valid."""
        if self.origin != ledger.origin:
            raise Broken("bad_checkpoint", "checkpoint_origin")
        machine = [public for person, public, valid in ledger.keys.values() if person == "machine" and valid]
        message = f"{self.text}\n".encode()
        for public in machine:
            named = self.origin.encode() + b"\n\1" + bytes.fromhex(public)
            key_hash = hashlib.sha256(named).digest()[:4]
            for name, signature in self.signatures:
                mine = name == self.origin and signature[:4] == key_hash
                if mine and signed_by(public, message, signature[4:]):
                    return
        raise Broken("bad_checkpoint", "checkpoint_signature")


def decoded(text: str) -> bytes:
    """The bytes of a base64 text; ValueError for any but the one way to write them."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError
    return data


def check(directory: Path) -> dict[str, object]:
    """Check an export; returns what there is, raises Broken for the first thing that does not hold."""
    checkpoint = Checkpoint((directory / "checkpoint.txt").read_bytes())
    ledger = Ledger()
    try:
        check_leaves(ledger, directory / "leaves.jsonl", checkpoint.size, checkpoint.root)
    except Broken as broken:
        # Where the checkpoint itself was changed, no leaf is to be blamed for not agreeing with it.
        if broken.why in ("surplus", "missing", "last"):
            checkpoint.check(ledger)
        raise
    checkpoint.check(ledger)
    texts, erased = check_payloads(directory / "payloads.jsonl", ledger.digests)
    return {
        "leaves": checkpoint.size,
        "commands": ledger.commands,
        "texts": texts,
        "erased": erased,
        "root": checkpoint.root,
    }


def main(arguments: list[str], say: Callable[[str], object]) -> int:
    """Check the export that the arguments name, and say what was found; returns the exit code."""
    chinese = "--lang" not in arguments or arguments[-2:] != ["--lang", "en"]

    def words(code: str, **params: object) -> str:
        return WORDS[code][0 if chinese else 1].format(**params)

    if (
        arguments[1:] not in ([], ["--lang", "zh"], ["--lang", "en"])
        or not arguments
        or arguments[0].startswith("-")
    ):
        say(words("usage"))
        return USAGE
    try:
        found = check(Path(arguments[0]))
    except Broken as broken:
        say(words(broken.what, **broken.params, why=words(broken.why, **broken.params)))
        return BROKEN
    except OSError as error:
        say(words("unable", detail=error))
        return UNABLE
    say(words("fine", **found))
    return OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], print))
