"""Our `dataclass` keeps every promise of the standard one, and makes `__init__` when the first instance is made."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from dataclasses import FrozenInstanceError, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import zeroerror
from zeroerror.model.value import dataclass as ours

PACKAGE = Path(zeroerror.__file__).parent


def made(dataclass: Any) -> Any:
    """One class with everything that ours use, by either decorator."""

    @dataclass(frozen=True, slots=True)
    class Made:
        """A class."""

        name: str
        count: int = 3
        rest: dict[str, int] = field(default_factory=dict)
        aside: str = field(default="x", compare=False, repr=False)
        tag: str = field(default="t", kw_only=True)
        total: int = field(init=False)
        kept: list[int] = field(init=False, repr=False, compare=False, default_factory=list)

        def __post_init__(self) -> None:
            object.__setattr__(self, "total", self.count * 2)

    return Made


@pytest.fixture(params=["theirs", "ours", "long"])
def cls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The class by the standard decorator, by ours, and filled as a long one is: the same is asked of all."""
    if request.param == "long":
        monkeypatch.setattr("zeroerror.model.value.MANY", 0)
    return made(dataclasses.dataclass if request.param == "theirs" else ours)


def test_it_is_made_with_its_defaults(cls: Any) -> None:
    one = cls("a")
    assert (one.name, one.count, one.rest, one.aside, one.tag, one.total, one.kept) == (
        "a",
        3,
        {},
        "x",
        "t",
        6,
        [],
    )
    assert cls("a").rest is not one.rest
    assert cls("b", 4, {"x": 1}, "y", tag="z") == cls(name="b", count=4, rest={"x": 1}, aside="?", tag="z")


def test_wrong_arguments_are_refused(cls: Any) -> None:
    for args, named in (
        ((), {}),
        (("a", 1, {}, "x", "t"), {}),
        (("a",), {"total": 1}),
        (("a",), {"other": 1}),
    ):
        with pytest.raises(TypeError):
            cls(*args, **named)


def test_it_is_compared_shown_and_copied(cls: Any) -> None:
    one = cls("a")
    assert one == cls("a", aside="other") and one != cls("a", 4) and one != ("a", 3)
    assert repr(one).endswith("Made(name='a', count=3, rest={}, tag='t', total=6)")
    assert replace(one, count=5) == cls("a", 5)
    assert copy.copy(one) == one and copy.deepcopy(one) == one
    assert dataclasses.asdict(one)["name"] == "a"
    assert cls.__match_args__ == ("name", "count", "rest", "aside")


def test_it_stays_as_it_is(cls: Any) -> None:
    one = cls("a")
    for change in (lambda: setattr(one, "name", "b"), lambda: delattr(one, "name")):
        with pytest.raises(FrozenInstanceError):
            change()
    assert not hasattr(one, "__dict__")


@dataclasses.dataclass(frozen=True, slots=True)
class Theirs:
    """By the standard decorator."""

    a: int
    b: str = "b"


@ours(frozen=True, slots=True)
class Ours:
    """The same by ours."""

    a: int
    b: str = "b"


@ours(slots=True)
class Open:
    """One that may change."""

    a: int
    b: list[int] = field(default_factory=list)


def test_an_instance_is_of_the_class_that_was_called(cls: Any) -> None:
    class Under(cls):  # type: ignore[misc]
        """One below it."""

        __slots__ = ()

    assert type(cls("a")) is cls and type(Under("a")) is Under


def test_hashes_agree_with_equality_and_what_may_change_has_none() -> None:
    assert hash(Ours(1)) == hash(Ours(1)) and len({Ours(1), Ours(1, "b"), Ours(2)}) == 2
    with pytest.raises(TypeError):
        hash(Open(1))
    one = Open(1)
    one.a = 2
    assert one == Open(2)


def test_it_can_be_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(Ours(1))) == Ours(1)


def test_a_default_that_would_be_shared_is_refused() -> None:
    with pytest.raises(ValueError, match="mutable default"):

        @ours(frozen=True)
        class _Shared:
            a: list[int] = []  # noqa: RUF012


def test_init_is_made_with_the_first_instance_and_is_then_the_standard_one_in_form() -> None:
    @ours(frozen=True, slots=True)
    class Late:
        a: int
        b: str = "b"

    before = Late.__init__
    Late(1)
    assert Late.__init__ is not before
    parameters = inspect.signature(Late).parameters.values()
    wanted = inspect.signature(Theirs).parameters.values()
    assert [(each.name, each.kind, each.default) for each in parameters] == [
        (each.name, each.kind, each.default) for each in wanted
    ]


def test_every_class_of_the_package_can_be_made_as_its_fields_say() -> None:
    modules = [
        "zeroerror." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        for path in PACKAGE.rglob("*.py")
        if "dataclass" in path.read_text("utf-8") and path.stem not in ("__init__", "__main__", "env")
    ]
    seen = 0
    for name in modules:
        for cls in vars(import_module(name)).values():
            if isinstance(cls, type) and cls.__module__ == name and "_compared" in vars(cls):
                seen += 1
                one = object.__new__(cls)
                with pytest.raises((TypeError, AttributeError)):
                    cls.__init__(one, *range(100))
                given = [each.name for each in dataclasses.fields(cls) if each.init]
                assert list(inspect.signature(cls).parameters) == [
                    *(each.name for each in dataclasses.fields(cls) if each.init and not each.kw_only),
                    *(each.name for each in dataclasses.fields(cls) if each.init and each.kw_only),
                ]
                assert given
    assert seen > 60
