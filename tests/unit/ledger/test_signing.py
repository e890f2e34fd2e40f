"""A signature is one person's over one command, by the published algorithm."""

from __future__ import annotations

import subprocess
import sys

from zeroerror.ledger import signing

#: RFC 8032 §7.1, tests 1 and 3.
SEED_1 = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
PUBLIC_1 = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
SEED_3 = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"
PUBLIC_3 = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
SIGNATURE_3 = (
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
)
COMMAND = {"id": "1", "body": {"reason": "同意"}}


def test_keys_and_signatures_are_those_of_rfc_8032() -> None:
    assert signing.public_hex(signing.PrivateKey(bytes.fromhex(SEED_1))) == PUBLIC_1
    third = signing.PrivateKey(bytes.fromhex(SEED_3))
    assert signing.public_hex(third) == PUBLIC_3
    assert third.sign_bytes(bytes.fromhex("af82")).hex() == SIGNATURE_3
    assert signing.verify_bytes(PUBLIC_3, bytes.fromhex("af82"), SIGNATURE_3)


def test_a_command_is_signed_under_its_own_prefix() -> None:
    assert signing.message({"b": 1, "a": "é"}) == b'zeroerror/command/1\n{"a":"\xc3\xa9","b":1}'


def test_a_signature_holds_for_its_command_and_its_key_only() -> None:
    key, other = signing.generate(), signing.generate()
    public, signature = signing.public_hex(key), signing.sign(key, COMMAND)
    assert signing.verify(public, COMMAND, signature)
    assert not signing.verify(public, {**COMMAND, "id": "2"}, signature)
    assert not signing.verify(signing.public_hex(other), COMMAND, signature)
    for wrong in ("", "zz", signature[:-2], signature[:-1] + ("0" if signature[-1] != "0" else "1")):
        assert not signing.verify(public, COMMAND, wrong)
    assert not signing.verify("zz", COMMAND, signature)


def test_a_private_key_does_not_show_itself() -> None:
    key = signing.generate()
    assert key.seed.hex() not in f"{key!r} {key}"


def test_who_only_reads_does_not_import_the_cryptography() -> None:
    code = (
        "import sys, zeroerror.ledger.signing, zeroerror.ledger.keys, zeroerror.ledger.checkpoint;"
        "print([name for name in sys.modules if name.startswith('cryptography')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
