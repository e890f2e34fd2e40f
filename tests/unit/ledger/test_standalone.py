"""The lone verifier finds every change to an export, and names the leaf; it shares no code with the ledger."""

from __future__ import annotations

import ast
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from tests.unit.ledger.exports import DEFINITION, INSTITUTION, ORIGIN, enrolled, key_of, ledger
from zeroerror.ledger import checkpoint, merkle, signing
from zeroerror.ledger.standalone import verify

FILE = Path(verify.__file__)
LEAVES, PAYLOADS, NOTE = "leaves.jsonl", "payloads.jsonl", "checkpoint.txt"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound export."""
    return ledger().export(tmp_path_factory.mktemp("export"))


@pytest.fixture
def export(sound: Path, tmp_path: Path) -> Path:
    """A copy of it to be changed."""
    for file in sound.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What depends on a line alone is worked out once, so that every byte can be tried."""
    monkeypatch.setattr(verify, "signed_by", lru_cache(maxsize=None)(verify.signed_by))
    monkeypatch.setattr(verify, "read_leaf", lru_cache(maxsize=None)(verify.read_leaf))


def broken(directory: Path) -> verify.Broken:
    """What does not hold."""
    with pytest.raises(verify.Broken) as caught:
        verify.check(directory)
    return caught.value


def found(directory: Path) -> tuple[str, object]:
    """What does not hold: a leaf and its index, a text and its line, or the checkpoint."""
    caught = broken(directory)
    return caught.what, caught.params.get("index", caught.params.get("line"))


def owners(data: bytes) -> Iterator[int]:
    """For each byte of a file, the line that it belongs to."""
    line = 0
    for byte in data:
        yield line
        line += byte == ord("\n")


def test_a_sound_export_passes(sound: Path) -> None:
    found = verify.check(sound)
    assert {name: found[name] for name in ("leaves", "commands", "texts", "erased")} == {
        "leaves": 20,
        "commands": 12,
        "texts": 4,
        "erased": 1,
    }
    assert found["root"] == merkle.root(ledger().frontier())


@pytest.mark.usefixtures("remembered")
def test_a_flipped_byte_of_a_leaf_is_found_with_the_leafs_index(export: Path) -> None:
    verify.check(export)
    data = (export / LEAVES).read_bytes()
    random_bits = random.Random(1)
    # Every third byte of each leaf, another third from leaf to leaf: enough to hit every field many times.
    places = [place for place, line in enumerate(owners(data)) if (place + line) % 3 == 0]
    lines = list(owners(data))
    with (export / LEAVES).open("r+b", buffering=0) as file:
        for place in places:
            line = lines[place]
            file.seek(place)
            file.write(bytes([data[place] ^ 1 << random_bits.randrange(8)]))
            assert found(export) == ("bad_leaf", line), (place, data[place : place + 30])
            file.seek(place)
            file.write(data[place : place + 1])
    verify.check(export)


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize(("name", "what"), [(PAYLOADS, "bad_payload"), (NOTE, "bad_checkpoint")])
def test_every_flipped_byte_beside_the_leaves_is_found(export: Path, name: str, what: str) -> None:
    data = (export / name).read_bytes()
    random_bits = random.Random(3)
    for place, line in enumerate(owners(data)):
        (export / name).write_bytes(
            data[:place] + bytes([data[place] ^ 1 << random_bits.randrange(8)]) + data[place + 1 :]
        )
        caught = found(export)
        if name == PAYLOADS:
            assert caught == (what, line + 1), data[place : place + 30]
        else:
            assert caught[0] == what, (place, data[place : place + 30])


@pytest.mark.parametrize("end", range(20))
def test_a_cut_ledger_is_found_at_its_first_missing_leaf(export: Path, end: int) -> None:
    lines = (export / LEAVES).read_bytes().splitlines(keepends=True)
    (export / LEAVES).write_bytes(b"".join(lines[:end]))
    assert found(export) == (("bad_leaf", end) if end else ("bad_checkpoint", None))


@pytest.mark.usefixtures("remembered")
def test_leaves_taken_out_doubled_or_exchanged_are_found_where_it_begins(export: Path) -> None:
    lines = (export / LEAVES).read_bytes().splitlines(keepends=True)
    for index in range(len(lines)):
        (export / LEAVES).write_bytes(b"".join(lines[: index + 1] + lines[index:]))
        assert found(export) == ("bad_leaf", index + 1)
        (export / LEAVES).write_bytes(b"".join(lines[:index] + lines[index + 1 :]))
        assert found(export) == ("bad_leaf", index)
        for other in range(index + 1, len(lines)):
            changed = lines.copy()
            changed[index], changed[other] = lines[other], lines[index]
            (export / LEAVES).write_bytes(b"".join(changed))
            assert found(export) == ("bad_leaf", index)


def test_a_line_that_does_not_end_is_found(export: Path) -> None:
    data = (export / LEAVES).read_bytes()
    (export / LEAVES).write_bytes(data[:-1])
    assert found(export) == ("bad_leaf", 19)


LONG, LI = enrolled("long"), enrolled("li")


@pytest.mark.parametrize(
    ("index", "fields", "why"),
    [
        (0, {"kind": "denied"}, "genesis"),
        (0, {"body": {"suite": "sm3+sm2", "origin": ORIGIN, "keys": []}}, "suite"),
        (0, {"body": {"suite": "sha256+ed25519", "origin": "other", "keys": []}}, "genesis"),
        (0, {"body": {"suite": "sha256+ed25519", "origin": ORIGIN, "keys": []}}, "genesis"),
        (8, {"body": {**LI, "id": LONG["id"]}}, "fields"),
        (8, {"body": {**LI, "public": "zz"}}, "fields"),
        (8, {"body": {"id": LI["id"]}}, "fields"),
        (2, {"origin": "other"}, "origin"),
        (5, {"seq": 7}, "stream"),
        (5, {"stream_previous": "0" * 64}, "stream"),
        (5, {"stream": INSTITUTION}, "stream"),
        (4, {"time": "2026-11-23T09:00:00.000000Z"}, "time"),
        (4, {"time": "2026-11-23 10:04:00"}, "fields"),
        (5, {"time": "2026-11-23T10:05:00.000000Z"}, "parts"),
        (5, {"parts": 3}, "parts"),
        (4, {"parts": 1}, "parts"),
        (5, {"command": "x"}, "parts"),
        (5, {"actor": "long"}, "parts"),
        (5, {"rules": 2}, "parts"),
        (5, {"capacity": {"kind": "cover", "for": "office/role"}}, "parts"),
        (4, {"capacity": {"kind": "cover", "for": "office/role"}}, "command"),
        (4, {"command": "x"}, "command"),
        (4, {"actor": "long"}, "actor"),
        (15, {"body": {"id": "unknown"}}, "key"),
        (17, {"parts": 2}, "parts"),
    ],
)
def test_a_ledger_forged_from_a_leaf_on_is_found_there(
    tmp_path: Path, index: int, fields: dict[str, Any], why: str
) -> None:
    """The forger holds database and machine key: chain, root and checkpoint are right, and still it shows."""
    directory = ledger({index: fields}).export(tmp_path)
    caught = broken(directory)
    # What must be complete is missed at its end.
    at = {(4, "parts"): 5, (17, "parts"): 18}.get((index, why), index)
    assert (caught.params["index"], caught.why) == (at, why)


def test_a_last_command_that_is_not_complete_is_found(tmp_path: Path) -> None:
    writer = ledger()
    writer.leaves.pop()
    caught = broken(writer.export(tmp_path))
    assert (caught.params["index"], caught.why) == (18, "parts")


def test_somebody_elses_signature_is_found(tmp_path: Path) -> None:
    writer = ledger()
    writer.command("zhang", "advance", [(INSTITUTION, "denied", {})], signer="long")
    assert broken(writer.export(tmp_path)).why == "key"
    writer = ledger()
    writer.command("zhang", "advance", [(INSTITUTION, "denied", {})], signer="li")
    assert broken(writer.export(tmp_path)).why == "actor"
    writer = ledger()
    writer.command("wang", "advance", [(INSTITUTION, "denied", {})])
    assert broken(writer.export(tmp_path)).why == "key"


@pytest.mark.parametrize("change", [lambda hex: "0" * 128, lambda hex: hex.upper(), lambda hex: hex[:-2]])
def test_a_wrong_signature_is_found(tmp_path: Path, change: Callable[[str], str]) -> None:
    signed = json.loads(ledger().leaves[4])["signed"]
    forged = {"signed": {**signed, "signature": change(signed["signature"])}}
    caught = broken(ledger({4: forged}).export(tmp_path))
    assert (caught.params["index"], caught.why) == (4, "signature")


def test_a_command_changed_after_signing_is_found(tmp_path: Path) -> None:
    signed = json.loads(ledger().leaves[4])["signed"]
    forged = {"signed": {**signed, "command": {**signed["command"], "body": {"note": "不同意"}}}}
    caught = broken(ledger({4: forged}).export(tmp_path))
    assert (caught.params["index"], caught.why) == (4, "signature")


def test_a_key_holds_from_its_enrolment_and_until_it_is_revoked(tmp_path: Path) -> None:
    early = ledger()
    early.leaves, early.streams = early.leaves[:7], {}
    for leaf in map(json.loads, early.leaves):
        early.streams[leaf["stream"]] = (leaf["seq"], verify.leaf_hash(verify.canonical(leaf)))
    early.payloads = []
    early.command("li", "note", [(INSTITUTION, "denied", {})])
    assert broken(early.export(tmp_path)).why == "key"


def test_the_checkpoint_must_be_the_machines_and_this_ledgers(export: Path) -> None:
    root = merkle.root(ledger().frontier())
    for origin, key, name, why in (
        (ORIGIN, "zhang", ORIGIN, "checkpoint_signature"),
        (ORIGIN, "machine", "other", "checkpoint_signature"),
        ("other", "machine", "other", "checkpoint_origin"),
    ):
        note = checkpoint.make(origin, 20, root, key_of(key), name)
        (export / NOTE).write_text(note, "utf-8")
        assert broken(export).why == why


def test_texts_that_no_leaf_names_or_that_stand_twice_are_found(export: Path) -> None:
    data = (export / PAYLOADS).read_bytes()
    stray = {"digest": DEFINITION.replace("d", "e"), "salt": None, "text": None}
    (export / PAYLOADS).write_bytes(data + json.dumps(stray).encode() + b"\n")
    assert broken(export).why == "unnamed"
    (export / PAYLOADS).write_bytes(data + data.splitlines(keepends=True)[0])
    assert broken(export).why == "twice"


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line.replace(b", ", b",  ", 1),
        lambda line: line.replace(b'"salt"', b'"text"', 1),
        lambda line: line.replace("关".encode(), b"\\u5173", 1),
        lambda line: b" " + line,
        lambda line: b"\n" + line,
        lambda line: b"null\n" + line,
        lambda line: b"[" * 5000 + b"\n" + line,
    ],
)
def test_a_text_is_written_in_one_way(export: Path, change: Callable[[bytes], bytes]) -> None:
    data = (export / PAYLOADS).read_bytes()
    assert change(data) != data
    (export / PAYLOADS).write_bytes(change(data))
    assert broken(export).why == "payload_form"


def test_its_ed25519_agrees_with_the_library() -> None:
    numbers = random.Random(2)
    for _ in range(20):
        key = signing.PrivateKey(numbers.randbytes(32))
        message = numbers.randbytes(numbers.randrange(80))
        public, signature = signing.public_hex(key), key.sign_bytes(message)
        assert verify.signed_by(public, message, signature)
        place = numbers.randrange(512)
        changed = (int.from_bytes(signature, "big") ^ 1 << place).to_bytes(64, "big")
        assert not verify.signed_by(public, message, changed)
        assert not verify.signed_by(public, message + b"x", signature)
        # The second form of the same signature, which a strict reader refuses (RFC 8032 §5.1.7).
        again = int.from_bytes(signature[32:], "little") + verify.L
        if again < 2**256:
            assert not verify.signed_by(public, message, signature[:32] + again.to_bytes(32, "little"))
    assert not verify.signed_by("ff" * 32, b"", bytes(64))


def test_it_needs_nothing_but_the_standard_library() -> None:
    imported = set()
    for node in ast.walk(ast.parse(FILE.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    assert imported <= sys.stdlib_module_names


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["{}"], 0, "核验通过"),
        (["{}", "--lang", "zh"], 0, "核验通过"),
        (["{}", "--lang", "en"], 0, "everything holds: 20 leaves"),
        ([], 2, "用法"),
        (["--help"], 2, "用法"),
        (["{}", "--lang", "fr"], 2, "用法"),
        (["{}/none"], 1, "无法读取"),
    ],
)
def test_its_exit_code_and_words(sound: Path, arguments: list[str], code: int, word: str) -> None:
    said: list[str] = []
    assert verify.main([each.format(sound) for each in arguments], said.append) == code
    assert word in said[0]


def test_a_copy_of_the_file_alone_finds_a_change_and_exits_8(export: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone" / "check.py"
    alone.parent.mkdir()
    alone.write_bytes(FILE.read_bytes())
    data = (export / LEAVES).read_bytes()
    (export / LEAVES).write_bytes(data.replace(b'"visit":1', b'"visit":2', 1))
    run = subprocess.run(
        [sys.executable, "-I", "-X", "utf8", str(alone), str(export), "--lang", "en"],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert (run.returncode, run.stderr) == (8, "")
    assert run.stdout.startswith("leaf 3 does not hold: ")


def test_every_word_is_there_in_both_languages() -> None:
    codes: set[str] = set()
    for node in ast.walk(ast.parse(FILE.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
            "Broken",
            "bad_leaf",
            "bad",
            "words",
        ):
            texts = [each.value for each in node.args if isinstance(each, ast.Constant)]
            codes |= {each for each in texts if isinstance(each, str)}
    assert len(codes) > 20
    assert codes <= set(verify.WORDS)
    assert all(len(words) == 2 and all(words) for words in verify.WORDS.values())
