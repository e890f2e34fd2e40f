"""What an import lays down: its events, whom its names stand for, and the texts that it seals."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from zeroerror.definition.loader import Loaded
from zeroerror.definition.product import standings
from zeroerror.engine.facts import Definition
from zeroerror.engine.machine import compile_table
from zeroerror.exchange.cases import Log
from zeroerror.exchange.history import Historian, unreckoned
from zeroerror.exchange.mapping import LogMapping
from zeroerror.exchange.ways import Ways
from zeroerror.ledger import signing
from zeroerror.ledger.leaf import payload_digest
from zeroerror.model.calendar import CalendarError
from zeroerror.model.command import Payload
from zeroerror.model.event import Event
from zeroerror.model.problem import Reason
from zeroerror.service.definitions import published
from zeroerror.service.facts import StoreFacts
from zeroerror.service.institution import NAMED, Actor, Institution


class Draft:
    """An import in the making."""

    def __init__(
        self, inst: Institution, actor: Actor, mapping: LogMapping, loaded: Loaded, digest: str
    ) -> None:
        assert loaded.workflow is not None, "what does not load is not imported"
        self._inst, self._mapping, self._loaded, self._workflow = inst, mapping, loaded, loaded.workflow
        definition = Definition(loaded.digest, loaded.workflow, compile_table(loaded.workflow))
        person = self._sealed_once if mapping.persons == "names" else str
        self._person = person
        ways = Ways(loaded.workflow, standings(loaded.workflow))
        self._historian = Historian(
            mapping, definition, ways, inst.calendar, actor.person, person, self._seal
        )
        # Salts that only the holder of the key can make, and makes again: the same import signed twice is the
        # same command, which salts drawn at random would not let it be.
        self._seed = signing.sign(actor.private, {"salts": digest}).encode()
        self._names: dict[str, str] = {}
        self.payloads: list[Payload] = []
        self.tasks: list[str] = []

    def events(self, log: Log, name: str) -> list[Event]:
        """The events of every case, in the order of the file; what cannot be reckoned joins the broken rows."""
        events: list[Event] = []
        for case in log.cases.values():
            try:
                events += self._historian.events(case, self._answers(case.answers))
            except CalendarError as error:
                log.broken.append(unreckoned(case, error, name))
                continue
            self.tasks.append(case.id)
        return events

    def published(self) -> Iterator[Event]:
        """The definition, where it is not in force yet."""
        if self._inst.facts().in_force(self._workflow.id) != self._loaded.digest:
            yield published(self._loaded)

    def against(self, facts: StoreFacts) -> Iterator[Reason]:
        """Why the definition or the office cannot be what the tasks are put under."""
        workflow, office = self._workflow, self._mapping.office
        if workflow.opened_by != "machine":
            yield Reason("exchange.workflow_for_people", {"workflow": workflow.id})
        if facts.in_force(workflow.id) not in (None, self._loaded.digest):
            yield Reason("exchange.workflow_differs", {"workflow": workflow.id})
        known = [each.id for each in facts.organisation.offices]
        if office not in known:
            yield Reason("engine.unknown_office", {"office": office, "known": known})

    def counts(self, log: Log) -> dict[str, Any]:
        """Everything that was in the file, each in one place."""
        broken = len({each.params["row"] for each in log.broken})
        return {"rows": log.rows, "broken": broken, **self._historian.counts.to_json()}

    def _answers(self, name: str) -> str:
        """Who answers for a case: nobody, where its name could be taken for more than one person."""
        if not name or name in self._mapping.shared_names or name in self._taken:
            return ""
        return self._person(name)

    @cached_property
    def _taken(self) -> frozenset[str]:
        """What would be read as one of our own: their ids, and the names that two of them share."""
        organisation = self._inst.organisation
        ids = [person.id for person in organisation.persons]
        names = Counter(name for name in self._inst.names(ids).values() if name is not None)
        return frozenset((*ids, *(name for name, count in names.items() if count > 1)))

    def _sealed_once(self, name: str) -> str:
        """What a name stands as: the one digest that it has in this import."""
        found = self._names.get(name)
        if found is None:
            found = self._names[name] = NAMED + self._seal(name)
        return found

    def _seal(self, text: str) -> str:
        salt = hashlib.sha256(self._seed + str(len(self.payloads)).encode()).hexdigest()[:32]
        payload = Payload(payload_digest(salt, text), salt, text)
        self.payloads.append(payload)
        return payload.digest
