"""An overlay: what an office changes in a definition that it otherwise keeps as it was shipped.

It is laid over the tree of the file, before anybody asks what that means, so that whatever a definition can
say can be changed; and every piece keeps the file and the line from which it comes. What results is checked
like a definition that somebody has written whole. Several overlays of one definition have no order: of two
that touch the same thing, neither is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from zeroerror.definition import faults
from zeroerror.definition.overlay_schema import OverlayShape
from zeroerror.definition.strict_yaml import Node, Read, plain
from zeroerror.model.problem import Problem
from zeroerror.model.value import dataclass

#: Where an action, or a step with regions, leads: it has one of these, and what belongs to it alone.
_LEADS = ("to", "end", "join")
_LEADS_WITH = ("outcome", "reopens")

#: Keys of an overlay that are not keys of a definition.
_OWN = ("overlay", "id", "format", "basis", "fields", "steps", "add")

Path = tuple[str, ...]
Items = dict[str, Node]


@dataclass(frozen=True, slots=True)
class Overlay:
    """An overlay as it was read."""

    name: str
    text: str
    items: Items
    problems: tuple[Problem, ...]

    def where(self, key: str) -> str:
        """`file:line` of one of its own keys."""
        return f"{self.name}:{self.items[key].line if key in self.items else 1}"

    @property
    def of(self) -> str | None:
        """The id of the definition that it changes; None where it does not say so."""
        return _text(self.items.get("overlay"))

    @property
    def id(self) -> str | None:
        """The id of the definition that it makes: that of the other, unless it has its own."""
        return _text(self.items.get("id")) or self.of


def read_overlay(tree: Read) -> Overlay | None:
    """The overlay that a file is, with every problem of its shape; None where it is a definition."""
    node = tree.node
    if node is None or not isinstance(node.value, dict) or "overlay" not in node.value:
        return None
    try:
        OverlayShape.model_validate(plain(node))
    except ValidationError as error:
        return Overlay(tree.name, tree.text, node.value, tuple(faults.problems(tree, error)))
    return Overlay(tree.name, tree.text, node.value, ())


def lay(base: Read, overlays: Sequence[Overlay]) -> tuple[Read, list[Problem]]:
    """A definition's tree with overlays on it, in their order; those that make the same id are laid as one."""
    assert base.node is not None, "asked of a text that could be read"
    node, problems = _stamped(base.node, base.name), [each for over in overlays for each in over.problems]
    if problems or not isinstance(node.value, dict):
        return Read(base.name, base.text, node, ()), problems
    level: list[Overlay] = []
    for place, overlay in enumerate(overlays):
        level.append(overlay)
        last = place + 1 == len(overlays)
        if last or (overlays[place + 1].of, overlays[place + 1].id) != (overlay.of, overlay.id):
            laid = _Laid(node.value)
            for each in level:
                laid.lay(each)
            problems += laid.problems
            level = []
    return Read(base.name, base.text, node, ()), problems


class _Laid:
    """A definition's tree while the overlays of one level are laid on it."""

    def __init__(self, root: Items) -> None:
        self.root = root
        self.problems: list[Problem] = []
        #: What has been touched, and by which piece.
        self.touched: dict[Path, Node] = {}
        self.fields = list(_items(root.get("fields")))
        self.steps = {name: container[name] for name, container in _steps(root).items()}

    def lay(self, overlay: Overlay) -> None:
        # Its own copy, because what is laid on top may change it.
        items = {key: _stamped(node, overlay.name) for key, node in overlay.items.items()}
        self._name(items)
        self._into((), self.root, {key: node for key, node in items.items() if key not in _OWN})
        for name, node in _items(items.get("fields")).items():
            if name in self.fields:
                self._into(("fields", name), _items(_items(self.root["fields"])[name]), _items(node))
            else:
                self._refuse("definition.overlay_no_field", node, field=name, known=self.fields)
        for name, node in _items(items.get("steps")).items():
            if name in self.steps:
                self._step(name, _items(self.steps[name]), _items(node))
            else:
                self._refuse("definition.overlay_no_step", node, step=name, known=list(self.steps))
        added = _items(items.get("add"))
        self._add_fields(_items(added.get("fields")))
        self._add_steps(_items(added.get("steps")))
        self._add_actions(_items(added.get("actions")))

    def _name(self, items: Items) -> None:
        """Whoever changes a definition says by what right; one with an id of its own has a title of its own."""
        original, own = self.root.get("basis"), items["basis"]
        joined = "；".join(filter(None, (_text(original), _text(own))))
        self.root["basis"] = Node(own.line, joined, own.file)
        if "id" in items:
            self.root["id"] = items["id"]
            if "title" not in items:
                self._refuse("definition.overlay_without_title", items["id"], id=_text(items["id"]))

    def _step(self, name: str, target: Items, items: Items) -> None:
        self._into(("steps", name), target, {key: node for key, node in items.items() if key != "actions"})
        there = _items(target.get("actions"))
        for action, node in _items(items.get("actions")).items():
            if action in there:
                self._into(("steps", name, "actions", action), _items(there[action]), _items(node))
            else:
                self._refuse(
                    "definition.overlay_no_action", node, step=name, action=action, known=list(there)
                )

    def _into(self, path: Path, target: Items, items: Items) -> None:
        """Put these keys in the place of those: where something leads first, as it takes others with it."""
        for key in sorted(items, key=lambda key: key not in _LEADS):
            node, old = items[key], target.get(key)
            if old is not None and _by_the_same(old, node):
                for choice, limit in _items(node).items():
                    if choice != "by":
                        self._touch((*path, key, choice), limit)
                target[key] = Node(node.line, {**_items(old), **_items(node)}, node.file)
                continue
            self._touch((*path, _LEADS[0] if key in _LEADS else key), node)
            if key in _LEADS:
                for each in (*_LEADS, *_LEADS_WITH):
                    target.pop(each, None)
            target[key] = node

    def _touch(self, path: Path, node: Node) -> None:
        for other, first in self.touched.items():
            if other[: len(path)] == path or path[: len(other)] == other:
                where = f"{first.file}:{first.line}"
                self._refuse("definition.overlay_twice", node, at=".".join(path), first=where)
                return
        self.touched[path] = node

    def _add_fields(self, added: Items) -> None:
        fields = _items(self.root.get("fields"))
        for name, node in added.items():
            if self._is_new(name, fields.get(name), node):
                fields[name] = node

    def _add_steps(self, added: Items) -> None:
        container, last = _items(self.root.get("steps")), None
        for name, node in added.items():
            containers = _steps(self.root)
            old = containers[name][name] if name in containers else None
            if not self._is_new(name, old, node):
                continue
            items = dict(_items(node))
            froms = [*self._from(name, items.pop("from", None))]
            if len({id(containers[step]) for step in froms}) > 1:
                self._refuse("definition.overlay_two_places", node, step=name, steps=froms)
                continue
            if froms:
                container, last = containers[froms[0]], froms[0]
            _put_after(container, last, name, Node(node.line, items, node.file))
            last = name

    def _from(self, name: str, node: Node | None) -> Iterator[str]:
        """Let the actions that are named lead to the new step; the steps that have them."""
        for each in () if node is None or not isinstance(node.value, tuple) else node.value:
            step, _, action = (_text(each) or "").partition("/")
            there = _items(_items(self.steps.get(step)).get("actions"))
            if step not in self.steps:
                self._refuse("definition.overlay_no_step", each, step=step, known=list(self.steps))
            elif action not in there:
                self._refuse(
                    "definition.overlay_no_action", each, step=step, action=action, known=list(there)
                )
            else:
                target = {_LEADS[0]: Node(each.line, name, each.file)}
                self._into(("steps", step, "actions", action), _items(there[action]), target)
                yield step

    def _add_actions(self, added: Items) -> None:
        for place, node in added.items():
            step, _, action = place.partition("/")
            if step not in self.steps:
                self._refuse("definition.overlay_no_step", node, step=step, known=list(self.steps))
                continue
            target = _items(self.steps[step])
            actions = _items(target.setdefault("actions", Node(node.line, {}, node.file)))
            if self._is_new(action, actions.get(action), node):
                actions[action] = node

    def _is_new(self, name: str, old: Node | None, node: Node) -> bool:
        if old is not None:
            where = f"{old.file}:{old.line}"
            self._refuse("definition.overlay_already_there", node, name=name, first=where)
        return old is None

    def _refuse(self, code: str, node: Node, **params: object) -> None:
        self.problems.append(Problem(code, params, f"{node.file}:{node.line}"))


def _steps(root: Items) -> dict[str, Items]:
    """Every step and every group, in whichever region it stands, with the mapping in which it is."""
    found: dict[str, Items] = {}
    outer = _items(root.get("steps"))
    for name, node in outer.items():
        found[name] = outer
        for region in _items(_items(node).get("regions")).values():
            inner = _items(_items(region).get("steps"))
            found |= dict.fromkeys(inner, inner)
    return found


def _put_after(container: Items, last: str | None, name: str, node: Node) -> None:
    items = list(container.items())
    place = len(items) if last is None else list(container).index(last) + 1
    container.clear()
    container.update([*items[:place], (name, node), *items[place:]])


def _by_the_same(old: Node, node: Node) -> bool:
    """Whether both are limits by the same field's choices: those that are not named stay as they were."""
    by = [_text(_items(each).get("by")) for each in (old, node) if "before" not in _items(each)]
    return len(by) == 2 and by[0] is not None and by[0] == by[1]


def _items(node: Node | None) -> Items:
    return node.value if node is not None and isinstance(node.value, dict) else {}


def _text(node: Node | None) -> str | None:
    return node.value if node is not None and isinstance(node.value, str) else None


def _stamped(node: Node, file: str) -> Node:
    """The same tree, its own to be changed, each piece with its file."""
    if isinstance(node.value, dict):
        return Node(node.line, {key: _stamped(each, file) for key, each in node.value.items()}, file)
    if isinstance(node.value, tuple):
        return Node(node.line, tuple(_stamped(each, file) for each in node.value), file)
    return Node(node.line, node.value, file)
