"""Definitions in a directory: each in `<family>/<name>.yaml`, where its id says, and overlays in `overlays/`.

Whichever file is named, what is loaded is the definition with everything that lies on it: what is checked, what
is published and what `doctor` compares are one and the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path

from zeroerror.definition.layers import layers
from zeroerror.definition.loaded import Loaded, among, each_id_once
from zeroerror.definition.making import no_overlay, of_layers
from zeroerror.definition.overlay import Overlay, read_overlay
from zeroerror.definition.strict_yaml import SIZE_MAX_BYTES, Read, read
from zeroerror.model.problem import Problem

__all__ = ["Loaded", "among", "load", "load_file", "load_files", "load_tree", "original"]

#: Where the overlays of a tree stand.
DIRECTORY = "overlays"


def load(source: bytes | str, name: str, overlays: Iterable[str] = ()) -> Loaded:
    """The definition that a text says, with the texts of overlays on it, checked; `name` is what problems call it."""
    laid = []
    for place, text in enumerate(overlays, 1):
        over = read(text, f"{name}+{place}")
        found = read_overlay(over)
        if found is None:
            return Loaded(name, None, "", "", "", over.problems or (no_overlay(over),), over.where)
        laid.append(found)
    return of_layers(read(source, name), laid)


def load_file(path: Path) -> Loaded:
    """The definition in a file, or that which an overlay makes; raises OSError where it cannot be read."""
    return _Tree(_root(path), str).of_file(path)


def load_files(paths: Iterable[Path]) -> list[Loaded]:
    """The definitions of these files, each once, whichever of its files are named; raises OSError."""
    trees: dict[Path, _Tree] = {}
    every = (trees.setdefault(_root(path), _Tree(_root(path), str)).of_file(path) for path in paths)
    return list({loaded.files: loaded for loaded in every}.values())


def original(loaded: Loaded) -> Loaded:
    """The same definition without what lies on it."""
    return of_layers(read(loaded.text, loaded.name), ())


def load_tree(directory: Path) -> list[Loaded]:
    """Every definition below a directory, by path; a second one of the same id is told."""
    tree = _Tree(directory, lambda path: path.relative_to(directory).as_posix())
    every = (tree.of_file(path) for path in sorted(directory.rglob("*.yaml")))
    once = list(each_id_once({loaded.files: loaded for loaded in every}.values()))
    there = {each.workflow.id: each.workflow for each in once if each.workflow is not None}
    return [among(each, there.get) for each in once]


def _root(path: Path) -> Path:
    # Not its parent's parent: that of `x.yaml` would be the directory in which it stands.
    return Path(os.path.normpath(path.parent / ".."))


def _content(path: Path) -> bytes:
    """What a file says, and one byte more than it may, where it says too much."""
    with path.open("rb") as file:
        return file.read(SIZE_MAX_BYTES + 1)


class _Tree:
    """The files below a directory, each read once."""

    def __init__(self, root: Path, named: Callable[[Path], str]) -> None:
        self.root, self.named = root, named
        self.trees: dict[Path, Read] = {}

    def read(self, path: Path) -> Read:
        if path not in self.trees:
            self.trees[path] = read(_content(path), self.named(path))
        return self.trees[path]

    @cached_property
    def overlays(self) -> list[Overlay]:
        """The overlays whose shape can be read far enough to know of what they are."""
        read_ones = [read_overlay(self.read(path)) for path in self._overlay_files()]
        return [each for each in read_ones if each is not None and each.of is not None]

    @cached_property
    def unreadable(self) -> Loaded | None:
        """Files among the overlays that do not say what they change: nobody knows what would be left out."""
        trees: list[Read] = []
        found: list[Problem] = []
        for path in self._overlay_files():
            tree = self.read(path)
            over = read_overlay(tree)
            if over is None or over.of is None:
                trees.append(tree)
                found += (tree.problems if over is None else over.problems) or [no_overlay(tree)]
        return _none(trees[0], *found) if trees else None

    def _overlay_files(self) -> list[Path]:
        return sorted((self.root / DIRECTORY).glob("*.yaml"))

    def original(self, id: str) -> Read | None:
        path = self.root / f"{id}.yaml"
        return self.read(path) if path.is_file() else None

    def of_file(self, path: Path) -> Loaded:
        """What a file makes, with the overlays that are beside it."""
        tree = self.read(path)
        over = read_overlay(tree)
        among = path.resolve().parent.name == DIRECTORY
        if over is not None and not among:
            params = {"directory": DIRECTORY}
            return _none(tree, Problem("definition.overlay_elsewhere", params, over.where("overlay")))
        id = _id(tree) if over is None else over.id
        if not among and (id is None or path.resolve() != (self.root / f"{id}.yaml").resolve()):
            return of_layers(tree, ())
        if self.unreadable is not None:
            return self.unreadable
        assert id is not None, "an overlay of nothing is unreadable"
        found = layers(id, self.overlays, self.original, over)
        return _none(tree, found) if isinstance(found, Problem) else of_layers(found.original, found.overlays)


def _none(tree: Read, *problems: Problem) -> Loaded:
    return Loaded(tree.name, None, tree.text, "", "", problems, tree.where)


def _id(tree: Read) -> str | None:
    items = None if tree.node is None else tree.node.value
    node = items.get("id") if isinstance(items, dict) else None
    return node.value if node is not None and isinstance(node.value, str) else None
