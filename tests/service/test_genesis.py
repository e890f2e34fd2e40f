"""`init`: three administrators in the first leaf, and nothing half made."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.service.conftest import MONDAY
from zeroerror.ledger import keys, signing
from zeroerror.model.errors import ZeroErrorError
from zeroerror.service import genesis, log
from zeroerror.service.genesis import AlreadyThere, initialise
from zeroerror.service.institution import open_institution
from zeroerror.store import log as leaves

ADMINISTRATORS = {"dengjie": "sysadmin", "tangmin": "secadmin", "qinlan": "auditor"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four real keys would take a second of scrypt each."""
    monkeypatch.setattr(keys, "WORK", keys.SANDBOX_WORK)


def test_a_real_ledger_enrols_the_machine_and_three_administrators_in_its_first_leaf(tmp_path: Path) -> None:
    passphrases = {person: f"{person}的口令" for person in ADMINISTRATORS}
    made = initialise(tmp_path / "home", at=MONDAY, passphrase="nobody's", passphrases=passphrases)
    described = {each["person"]: each for each in made["keys"]}
    assert set(described) == {"machine", *ADMINISTRATORS}
    for person, word in ADMINISTRATORS.items():
        assert described[person]["entitlements"] == [word]
        private = keys.load_private(tmp_path / "home" / "keys" / f"{person}.key", passphrases[person])
        assert described[person]["fingerprint"] == signing.key_id(signing.public_hex(private))
        with pytest.raises(ZeroErrorError, match="wrong_passphrase"):
            keys.load_private(tmp_path / "home" / "keys" / f"{person}.key", "nobody's")
    with open_institution(tmp_path / "home") as inst:
        first = json.loads(next(leaves.leaves(inst.conn, 0, 1)).bytes)
        assert (first["kind"], first["actor"]) == ("genesis", "machine")
        assert {key["person"] for key in first["body"]["keys"]} == set(described)
        assert not inst.simulated
        assert log.verify(inst).problems == []


def test_a_second_ceremony_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    initialise(tmp_path, at=MONDAY, simulated=True, passphrase="demo")
    before = (tmp_path / "keys" / "machine.key").read_bytes()
    with pytest.raises(AlreadyThere):
        initialise(tmp_path, at=MONDAY, simulated=True, passphrase="demo")
    assert (tmp_path / "keys" / "machine.key").read_bytes() == before


@pytest.mark.parametrize("where", ["save_private", "_genesis"])
def test_a_ceremony_that_fails_leaves_neither_ledger_nor_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, database: str
) -> None:
    """A full disk in the middle: nobody is enrolled with a key that is not there."""

    def full(*args: object, **more: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(keys if where == "save_private" else genesis, where, full)
        with pytest.raises(OSError, match="No space"):
            initialise(tmp_path, at=MONDAY, database=database, simulated=True, passphrase="demo")
    assert not (tmp_path / "zeroerror.toml").exists()
    assert list((tmp_path / "keys").glob("*.key")) == []
    initialise(tmp_path, at=MONDAY, database=database, simulated=True, passphrase="demo")
    with open_institution(tmp_path) as inst:
        assert log.verify(inst).problems == []


def test_of_two_ceremonies_at_once_the_second_takes_nothing_from_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended, wrong = threading.Event(), threading.Event(), []
    made = genesis._ceremony

    def slow(*args: Any, **more: Any) -> Any:
        begun.set()
        assert ended.wait(30)
        return made(*args, **more)

    def first() -> None:
        try:
            initialise(tmp_path, at=MONDAY, simulated=True, passphrase="demo")
        except ZeroErrorError as error:
            wrong.append(error)

    monkeypatch.setattr(genesis, "_ceremony", slow)
    thread = threading.Thread(target=first)
    thread.start()
    assert begun.wait(30)
    with pytest.raises(AlreadyThere):
        initialise(tmp_path, at=MONDAY, simulated=True, passphrase="demo")
    ended.set()
    thread.join()
    assert wrong == []
    with open_institution(tmp_path) as inst:
        assert log.verify(inst).problems == []
