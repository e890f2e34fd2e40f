"""The format's page is true to the byte: its example is what the code writes, and each hash in it follows."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

from zeroerror.ledger import checkpoint, merkle, signing
from zeroerror.ledger.leaf import FORMAT, SIZE_MAX, Leaf, canonical, decode, encode, leaf_hash, payload_digest
from zeroerror.ledger.standalone import verify

PAGE = (Path(__file__).parents[3] / "docs" / "leaf.md").read_text("utf-8")
#: The page's code blocks, by the name after the fence.
BLOCKS = {
    name: [block for each, block in re.findall(r"^```(\S+)\n(.*?)^```$", PAGE, re.M | re.S) if each == name]
    for name in ("leaf", "bytes", "payload", "checkpoint", "definition")
}
#: RFC 8032 §7.1, tests 1 and 2, as the page says.
SEEDS = {
    "machine": "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "zhang": "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
}
KEYS = {person: signing.PrivateKey(bytes.fromhex(seed)) for person, seed in SEEDS.items()}
LEAVES = [block.removesuffix("\n").encode() for block in BLOCKS["leaf"]]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]
PAYLOAD = json.loads(BLOCKS["payload"][0])
DEFINITION = hashlib.sha256(BLOCKS["definition"][0].removesuffix("\n").encode()).hexdigest()
ORIGIN = "zeroerror/0123456789abcdef"


def command(
    id: str, kind: str, body: dict[str, object], capacity: dict[str, str | None]
) -> dict[str, object]:
    """The example's commands."""
    return {
        "origin": ORIGIN,
        "id": id,
        "kind": kind,
        "body": body,
        "targets": [],
        "capacity": capacity,
        "time": "2026-11-23T01:59:59.000000Z",
    }


def signed(person: str, content: dict[str, object]) -> dict[str, object]:
    """A command with its signature, as part 1 carries it."""
    key = KEYS[person]
    return {
        "command": content,
        "key": signing.key_id(signing.public_hex(key)),
        "signature": signing.sign(key, content),
    }


def example() -> list[bytes]:
    """The example's leaves as the code writes them."""
    machine, own = {"kind": "machine", "for": None}, {"kind": "own", "for": None}
    genesis = {
        "suite": signing.SUITE,
        "origin": ORIGIN,
        "simulated": True,
        "institution": "甲县政协",
        "keys": [
            {
                "id": signing.key_id(signing.public_hex(key)),
                "person": person,
                "public": signing.public_hex(key),
            }
            for person, key in KEYS.items()
        ],
        "organisation": {},
        "calendar": {},
        "settings": {},
    }
    title = payload_digest("000102030405060708090a0b0c0d0e0f", "关于召开座谈会的通知")
    opening: dict[str, object] = {"digest": DEFINITION, "sealed": {"title": title}}
    first = encode(
        Leaf(
            rules=1,
            origin=ORIGIN,
            index=0,
            time="2026-11-23T02:00:00.000000Z",
            stream="institution",
            seq=1,
            stream_previous="",
            kind="genesis",
            body=genesis,
            command="c0",
            part=1,
            parts=1,
            actor="machine",
            capacity=machine,
            definition=None,
            previous="",
            signed=signed("machine", command("c0", "genesis", {}, machine)),
        )
    )
    second = encode(
        Leaf(
            rules=1,
            origin=ORIGIN,
            index=1,
            time="2026-11-23T02:05:00.123456Z",
            stream="BW-2026-0001",
            seq=1,
            stream_previous="",
            kind="task_opened",
            body=opening,
            command="c1",
            part=1,
            parts=2,
            actor="zhang",
            capacity=own,
            definition=DEFINITION,
            previous=leaf_hash(first),
            signed=signed("zhang", command("c1", "open", opening, own)),
        )
    )
    third = encode(
        Leaf(
            rules=1,
            origin=ORIGIN,
            index=2,
            time="2026-11-23T02:05:00.123456Z",
            stream="BW-2026-0001",
            seq=2,
            stream_previous=leaf_hash(second),
            kind="step_entered",
            body={"step": "draft", "visit": 1},
            command="c1",
            part=2,
            parts=2,
            actor="zhang",
            capacity=own,
            definition=DEFINITION,
            previous=leaf_hash(second),
            signed=None,
        )
    )
    return [first, second, third]


def note() -> str:
    """The example's checkpoint as the code writes it."""
    return checkpoint.make(
        ORIGIN, 3, merkle.root(merkle.append("", map(leaf_hash, example()))), KEYS["machine"], ORIGIN
    )


def derived() -> set[str]:
    """Every value that the page may show in hex, worked out from the page's own blocks."""
    values = {*HASHES, DEFINITION, *SEEDS.values()}
    for key in KEYS.values():
        values |= {signing.public_hex(key), signing.key_id(signing.public_hex(key))}
    for leaf in map(decode, LEAVES):
        if leaf.signed is not None:
            values.add(signing.sign(KEYS[leaf.actor], leaf.signed["command"]))
    pair = hashlib.sha256(b"\1" + bytes.fromhex(HASHES[0] + HASHES[1])).hexdigest()
    root = hashlib.sha256(b"\1" + bytes.fromhex(pair + HASHES[2])).hexdigest()
    salted = b"zeroerror/payload/1\n" + bytes.fromhex(PAYLOAD["salt"]) + PAYLOAD["text"].encode()
    return values | {pair, root, hashlib.sha256(salted).hexdigest(), PAYLOAD["salt"], ORIGIN.split("/")[1]}


def test_the_code_writes_the_pages_leaves() -> None:
    assert example() == LEAVES


def test_every_hash_and_signature_in_the_page_follows_from_its_text() -> None:
    shown = {each for each in re.findall(r"\b[0-9a-f]{16,}\b", PAGE) if len(each) in (16, 32, 64, 128)}
    shown.remove(str(2**53 - 1))
    assert len(shown) > 15
    assert shown <= derived()
    assert derived() <= shown


def test_the_signed_bytes_in_the_page_are_those_that_are_signed() -> None:
    leaf = decode(LEAVES[1])
    assert leaf.signed is not None
    assert BLOCKS["bytes"][0].removesuffix("\n").encode() == signing.message(leaf.signed["command"])


def test_the_pages_checkpoint_is_the_codes_and_holds_its_root() -> None:
    assert BLOCKS["checkpoint"][0] == note()
    pair = hashlib.sha256(b"\1" + bytes.fromhex(HASHES[0] + HASHES[1])).digest()
    root = hashlib.sha256(b"\1" + pair + bytes.fromhex(HASHES[2])).digest()
    assert base64.b64encode(root).decode() == BLOCKS["checkpoint"][0].split("\n")[2]


def test_the_pages_example_is_a_sound_export(tmp_path: Path) -> None:
    (tmp_path / "leaves.jsonl").write_bytes(b"".join(leaf + b"\n" for leaf in LEAVES))
    (tmp_path / "payloads.jsonl").write_text(BLOCKS["payload"][0], "utf-8")
    (tmp_path / "checkpoint.txt").write_text(BLOCKS["checkpoint"][0], "utf-8")
    assert verify.check(tmp_path)["leaves"] == 3


@pytest.mark.parametrize("name", list(Leaf.__dataclass_fields__))
def test_every_field_of_a_leaf_is_described(name: str) -> None:
    assert re.search(rf"^\| `{name}` \|", PAGE, re.M)


def test_the_pages_numbers_are_the_codes() -> None:
    assert f"`format` is {FORMAT}" in PAGE
    assert f"{SIZE_MAX // 1024 // 1024} MiB" in PAGE
    assert canonical(2**53 - 1).decode() in PAGE
