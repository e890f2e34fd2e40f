"""YAML read strictly: every key and every scalar is a string, and whatever YAML would guess is refused.

PyYAML reads YAML 1.1, where `17:30` is 1050, `no` is false and the last of two equal keys wins. So only its
stream of events is used, which knows no types; the tree is made here. Nothing raises: what is wrong is a
problem with file and line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import yaml

from zeroerror.model.problem import Problem
from zeroerror.model.value import dataclass

SIZE_MAX_BYTES = 256 * 1024
DEPTH_MAX = 32

Plain = str | list["Plain"] | dict[str, "Plain"]

#: Control characters, line ends of which YAML 1.1 and 1.2 think differently, and signs that turn the
#: direction of writing, so that a text is not what it seems.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a text with the line (from 1) on which it stands; for a value, the line of its key."""

    line: int
    value: str | tuple[Node, ...] | dict[str, Node]
    #: The file, where a tree is made of several; empty: the one that was read.
    file: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What reading a text gave: a tree, or the problems that kept it from being one."""

    name: str
    #: The text itself in NFC; empty where the bytes are no text.
    text: str
    node: Node | None
    problems: tuple[Problem, ...]

    def where(self, *path: str | int) -> str:
        """`file:line` of that path, or of as much of it as there is."""
        found = _last_of(self.node, *path)
        return f"{self.name}:1" if found is None else f"{found.file or self.name}:{found.line}"


def read(source: str | bytes, name: str) -> Read:
    """The tree of a text in strict YAML, or every problem with it; never an exception."""
    text, problem = _decode(source, name)
    if problem is not None:
        return Read(name, text, None, (problem,))
    reader = _Reader(text, name)
    node = reader.document()
    return Read(name, text, None if reader.problems else node, tuple(reader.problems))


def plain(node: Node) -> Plain:
    """The tree as mappings, lists and strings, without lines."""
    if isinstance(node.value, str):
        return node.value
    if isinstance(node.value, tuple):
        return [plain(each) for each in node.value]
    return {key: plain(each) for key, each in node.value.items()}


def line_of(node: Node | None, *path: str | int) -> int:
    """The line of that path, or of the last of its parts that is there."""
    found = _last_of(node, *path)
    return 1 if found is None else found.line


def _last_of(node: Node | None, *path: str | int) -> Node | None:
    for part in path:
        value = None if node is None else node.value
        if isinstance(value, dict) and part in value:
            node = value[str(part)]
        elif isinstance(value, tuple) and isinstance(part, int) and 0 <= part < len(value):
            node = value[part]
        else:
            break
    return node


def _decode(source: str | bytes, name: str) -> tuple[str, Problem | None]:
    raw = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    if len(raw) > SIZE_MAX_BYTES:
        params = {"bytes": len(raw), "most": SIZE_MAX_BYTES}
        return "", Problem("definition.too_large", params, f"{name}:1")
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return "", Problem("definition.byte_order_mark", {}, f"{name}:1")
    try:
        text = unicodedata.normalize("NFC", raw.decode("utf-8").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        line = 1 + raw.count(b"\n", 0, error.start)
        return "", Problem("definition.not_utf8", {}, f"{name}:{line}")
    found = _FORBIDDEN.search(text)
    if found is not None:
        line = 1 + text.count("\n", 0, found.start())
        return text, Problem("definition.forbidden_character", _character(found[0]), f"{name}:{line}")
    return text, None


def _character(sign: str) -> dict[str, str]:
    return {"character": f"U+{ord(sign):04X}"}


class _Stop(Exception):
    """The text cannot be read any further."""


class _Reader:
    """Builds the tree out of PyYAML's events, and notes what it refuses."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.problems: list[Problem] = []
        # PyYAML's stubs do not say what its events carry.
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=yaml.SafeLoader))
        self.line = 1

    def document(self) -> Node | None:
        """The one document of the text; None where there is none that can be read."""
        try:
            return self._document()
        except _Stop:
            pass
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            detail = str(error.problem or error.context)
            self._refuse("definition.yaml_syntax", 1 if mark is None else mark.line + 1, detail=detail)
        except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
            # The last two: an escape such as "\UFFFFFFFF", for which there is no character.
            self._refuse("definition.yaml_syntax", self.line, detail=type(error).__name__)
        return None

    def _document(self) -> Node | None:
        self._next()
        start = self._next()
        if isinstance(start, yaml.StreamEndEvent):
            self._refuse("definition.empty", 1)
            return None
        if start.version or start.tags:
            self._refuse("definition.directive", start.start_mark.line + 1)
        node = self._node(self._next(), 1)
        self._next()
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            self._refuse("definition.second_document", after.start_mark.line + 1)
        return node

    def _next(self) -> Any:
        event = next(self.events)
        self.line = event.end_mark.line + 1
        return event

    def _refuse(self, code: str, line: int, **params: object) -> None:
        self.problems.append(Problem(code, params, f"{self.name}:{line}"))

    def _node(self, event: Any, depth: int, line: int | None = None) -> Node:
        here = event.start_mark.line + 1
        if depth > DEPTH_MAX:
            self._refuse("definition.too_deep", here, most=DEPTH_MAX)
            raise _Stop
        if isinstance(event, yaml.AliasEvent):
            self._refuse("definition.alias", here, name=event.anchor)
            return Node(line or here, "")
        if event.anchor is not None:
            self._refuse("definition.anchor", here, name=event.anchor)
        if event.tag is not None:
            self._refuse("definition.tag", here, tag=event.tag)
        if isinstance(event, yaml.ScalarEvent):
            return Node(line or here, self._scalar(event))
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(line or here, tuple(self._items(depth)))
        if (
            event.flow_style
            and self.text[event.start_mark.index] != "{"
            and event.anchor is event.tag is None
        ):
            self._refuse("definition.pair_in_list", here)
        return Node(line or here, self._mapping(depth))

    def _scalar(self, event: Any) -> str:
        line = event.start_mark.line + 1
        if event.value == "" and event.implicit[0]:
            self._refuse("definition.nothing_written", line)
        found = _FORBIDDEN.search(event.value)
        if found is not None:
            self._refuse("definition.forbidden_character", line, **_character(found[0]))
        return unicodedata.normalize("NFC", event.value)

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _mapping(self, depth: int) -> dict[str, Node]:
        items: dict[str, Node] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            key = self._node(event, depth + 1).value
            if not isinstance(key, str):
                self._refuse("definition.key_not_text", line)
                key = ""
            elif key == "<<" and event.implicit[0]:
                self._refuse("definition.merge_key", line)
            elif key in items:
                self._refuse("definition.duplicate_key", line, key=key, first=items[key].line)
            value = self._node(self._next(), depth + 1, line)
            items.setdefault(key, value)
        return items
