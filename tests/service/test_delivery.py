"""What is to go out goes out: a file a message always, channels where there are any, nothing twice, no audit stopped."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.service.house import House
from zeroerror import scheduler
from zeroerror.model.instant import to_text
from zeroerror.service import delivery, outbox
from zeroerror.service.doctor import doctor
from zeroerror.service.messages import messages

SECRET = "hunter2-secret"
#: What becomes of a message on a channel is no matter of the database.
ON_ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Server(ThreadingHTTPServer):
    """Whoever is sent messages: it takes them, refuses them, or says nothing."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.taken: list[dict[str, Any]] = []
        self.answer = 200
        self.quiet = threading.Event()
        self.quiet.set()

    @property
    def address(self) -> str:
        """Its address as apprise writes it, with a password."""
        return f"json://office:{SECRET}@127.0.0.1:{self.server_port}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.quiet.wait(60)
        if self.server.answer == 200:
            self.server.taken.append(json.loads(body))
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on stderr."""


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    thread = threading.Thread(target=found.serve_forever, args=(0.02,))
    thread.start()
    yield found
    found.quiet.set()
    found.shutdown()
    thread.join()
    found.server_close()


def channels(home: Path, **addresses: str) -> None:
    path = home / "channels.toml"
    path.write_text("".join(f'{name} = "{address}"\n' for name, address in addresses.items()), "utf-8")
    path.chmod(0o600)


def ticked(house: House, at: str = "2026-11-23 17:30") -> tuple[list[dict[str, Any]], list[str]]:
    """What a tick then found, and what it told."""
    house.at(at)
    told: list[str] = []
    return scheduler.tick(house.inst.home, lambda code, _: told.append(code)), told


def texts(house: House) -> dict[str, str]:
    return {each.name: each.read_text("utf-8") for each in (house.inst.home / "outbox").glob("*.txt")}


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """The real clock, by which attempts are counted, so much later."""

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + by

    monkeypatch.setattr(delivery, "datetime", Later)


# The outbox


def test_a_slot_that_has_run_is_a_message_once_and_hides_nothing_but_says_nothing_hidden(
    house: House,
) -> None:
    house.open(title="标题甲乙")
    ran, told = ticked(house, "2026-11-26 17:30")
    assert len(ran) == 7 and told == []
    # Those passed over go out with the last; there are notices too.
    found = texts(house)
    (name,) = [each for each in found if each.endswith("-slot_run.txt")]
    text = found[name]
    assert "2026-11-26 17:00" in text and "（演示）" in text
    assert "reports/2026-11-26-1700/" in text
    (notice,) = [text for each, text in found.items() if each.endswith("-notice_given.txt")]
    assert "督办单（蓝）：BW-2026-0001（环节 draft）" in notice and house.clerk in notice
    assert "标题甲乙" not in str(found) and "张慧" not in str(found)
    # Whoever carries them takes them away.
    for each in found:
        (house.inst.home / "outbox" / each).unlink()
    assert ticked(house, "2026-11-26 17:40") == ([], [])
    assert texts(house) == {}


def test_messages_are_in_both_languages(house: House) -> None:
    ticked(house)
    for message in messages(house.inst):
        for language in ("zh", "en"):
            words = message.title(language) + message.body(language)  # type: ignore[arg-type]
            assert "message." not in words and "{" not in words


def test_an_outbox_that_cannot_be_written_stops_no_audit_and_is_told(house: House) -> None:
    (house.inst.home / "outbox").write_text("in the way", "utf-8")
    ran, told = ticked(house)
    assert len(ran) == 1 and told == ["outbox.unwritable"]
    assert "outbox.unwritable" in {each.code for each in doctor(house.inst.home)}
    (house.inst.home / "outbox").unlink()
    assert "outbox.unwritable" not in {each.code for each in doctor(house.inst.home)}
    assert ticked(house, "2026-11-23 17:40") == ([], [])
    assert len(texts(house)) == 1


def test_old_news_is_not_sent_again_from_a_home_without_its_journal(house: House) -> None:
    ticked(house)
    (house.inst.home / "outbox" / "journal.jsonl").unlink()
    house.at("2026-11-28 10:00")
    assert [each.params["slot"].day for each in messages(house.inst)] == []


# Channels


@ON_ONE
def test_a_channel_is_sent_each_message_once(house: House, server: Server) -> None:
    channels(house.inst.home, office=server.address)
    assert ticked(house)[1] == []
    assert ticked(house, "2026-11-23 17:40")[1] == []
    assert [each["title"] for each in server.taken] == [next(iter(texts(house).values())).split("\n")[0]]
    assert delivery.unsent(house.inst.home) == []


@ON_ONE
def test_a_wrong_password_is_tried_again_later_and_the_audit_is_held(
    house: House, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels(house.inst.home, office=server.address)
    server.answer = 401
    ran, told = ticked(house)
    assert len(ran) == 1 and told == ["outbox.failed"]
    (problem,) = delivery.unsent(house.inst.home)
    assert (problem.code, problem.params["why"], problem.params["attempts"]) == (
        "outbox.failed",
        "refused",
        1,
    )
    server.answer = 200
    # Not at every tick.
    assert ticked(house, "2026-11-23 17:31")[1] == [] and server.taken == []
    later(monkeypatch, timedelta(minutes=2))
    assert ticked(house, "2026-11-23 17:33")[1] == []
    assert len(server.taken) == 1 and delivery.unsent(house.inst.home) == []


@ON_ONE
def test_a_channel_that_hangs_is_ended_in_time_told_as_doubtful_and_not_sent_again(
    house: House, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "TIMEOUT", 5)
    channels(house.inst.home, office=server.address)
    server.quiet.clear()
    ran, told = ticked(house)
    assert len(ran) == 1 and told == ["outbox.doubtful"]
    assert {each.code for each in doctor(house.inst.home)} & {"outbox.doubtful", "outbox.failed"} == {
        "outbox.doubtful"
    }
    server.quiet.set()
    later(monkeypatch, timedelta(hours=8))
    assert ticked(house, "2026-11-23 17:40")[1] == []
    # It had arrived after all, and once.
    assert len(server.taken) <= 1
    # What comes after it is sent.
    ticked(house, "2026-11-24 08:31")
    assert [each["title"] for each in server.taken][-1].startswith("清溪县政协机关：2026-11-24 08:30")


@ON_ONE
def test_who_dies_between_sending_and_saying_so_leaves_it_doubtful(house: House, server: Server) -> None:
    home = house.inst.home
    channels(home, office=server.address)
    (home / "outbox").mkdir()
    house.run_slots("2026-11-23 17:30")
    (message,) = messages(house.inst)
    long_ago = to_text(datetime.now(UTC) - timedelta(minutes=6))
    outbox.note(
        home, {"message": message.id, "channel": "office", "attempt": 1, "claim": "x", "at": long_ago}
    )
    ticked(house, "2026-11-23 17:40")
    assert server.taken == []
    assert [each.code for each in delivery.unsent(home)] == ["outbox.doubtful"]


@ON_ONE
def test_of_two_schedulers_that_send_at_once_one_does(house: House, server: Server) -> None:
    home = house.inst.home
    channels(home, office=server.address)
    house.run_slots("2026-11-23 17:30")
    found = list(messages(house.inst))
    outbox.write(home, found, "zh")
    threads = [
        threading.Thread(target=delivery._on, args=(home, "office", server.address, found, "zh"))
        for _ in range(6)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(server.taken) == 1


@ON_ONE
@pytest.mark.parametrize(
    ("address", "why"),
    [("json://127.0.0.1:9/", "refused"), ("nonsense", "bad_address"), ("", None), ("json://x", "no_apprise")],
)
def test_an_address_that_cannot_work_says_why(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str, why: str | None
) -> None:
    if why == "no_apprise":
        (tmp_path / "apprise.py").write_text("raise ImportError\n", "utf-8")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    channels(house.inst.home, office=address)
    ran, told = ticked(house)
    assert len(ran) == 1
    assert told == ["outbox.channels_unreadable" if why is None else "outbox.failed"]
    assert [each.params["why"] for each in delivery.unsent(house.inst.home)] == ([why] if why else [])


@ON_ONE
@pytest.mark.skipif(os.name != "posix", reason="modes say nothing elsewhere")
def test_channels_that_others_may_read_are_not_used(house: House, server: Server) -> None:
    channels(house.inst.home, office=server.address)
    (house.inst.home / "channels.toml").chmod(0o644)
    assert ticked(house)[1] == ["outbox.channels_exposed"]
    assert server.taken == []
    assert "outbox.channels_exposed" in {each.code for each in doctor(house.inst.home)}


@ON_ONE
def test_a_channels_secret_is_in_no_answer_no_file_and_no_leaf(house: House, server: Server) -> None:
    home = house.inst.home
    channels(home, office=server.address, broken=f"nonsense://{SECRET}")
    server.answer = 401
    said: list[Any] = []
    house.at("2026-11-23 17:30")
    scheduler.tick(home, lambda code, params: said.append((code, params)))
    said += [*doctor(home), *delivery.unsent(home), *_leaves(house)]
    assert len([each for each in said if "outbox" in str(each)]) >= 4
    assert SECRET not in str(said)
    for path in home.rglob("*"):
        if path.is_file() and path.name != "channels.toml":
            assert SECRET.encode() not in path.read_bytes(), path


def _leaves(house: House) -> Sequence[Any]:
    return house.inst.conn.all("SELECT bytes FROM leaf")
