"""A checkpoint is one text for one head, under the machine's key, in the published form."""

from __future__ import annotations

import pytest

from tests.unit.ledger.exports import ORIGIN, key_of
from zeroerror.ledger import checkpoint, signing
from zeroerror.ledger.leaf import LedgerError
from zeroerror.model.errors import VerificationFailed

MACHINE = key_of("machine")
PUBLIC = signing.public_hex(MACHINE)
NOTE = checkpoint.make(ORIGIN, 20, "ab" * 32, MACHINE, ORIGIN)


def test_a_checkpoint_says_what_it_was_made_of() -> None:
    read = checkpoint.verify(NOTE, PUBLIC, ORIGIN)
    assert (read.origin, read.size, read.root) == (ORIGIN, 20, "ab" * 32)


def test_it_is_written_as_the_specification_has_it() -> None:
    origin, size, root, blank, signature, end = NOTE.split("\n")
    assert (origin, size, blank, end) == (ORIGIN, "20", "", "")
    assert root == "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s="
    assert signature.startswith(f"— {ORIGIN} ")


def test_every_changed_character_is_noticed() -> None:
    for place, old in enumerate(NOTE):
        for new in {chr(ord(old) ^ 1), chr(ord(old) ^ 0x20), "\n", "="} - {old}:
            with pytest.raises((LedgerError, VerificationFailed)):
                checkpoint.verify(NOTE[:place] + new + NOTE[place + 1 :], PUBLIC, ORIGIN)


@pytest.mark.parametrize("end", range(len(NOTE)))
def test_a_cut_checkpoint_is_none(end: int) -> None:
    with pytest.raises((LedgerError, VerificationFailed)):
        checkpoint.verify(NOTE[:end], PUBLIC, ORIGIN)


def test_another_key_or_name_did_not_sign_it() -> None:
    for public, name in ((signing.public_hex(key_of("long")), ORIGIN), (PUBLIC, "other")):
        with pytest.raises(VerificationFailed):
            checkpoint.verify(NOTE, public, name)


def test_a_witness_may_sign_beside_the_machine() -> None:
    witness = checkpoint.make(ORIGIN, 20, "ab" * 32, key_of("long"), "witness").splitlines()[-1]
    assert len(checkpoint.verify(f"{NOTE}{witness}\n", PUBLIC, ORIGIN).signatures) == 2


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u3000b"])
def test_a_name_that_a_note_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(LedgerError):
        checkpoint.make(ORIGIN, 1, "ab" * 32, MACHINE, name)
