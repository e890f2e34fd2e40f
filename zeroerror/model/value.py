"""`dataclass`, made for a program that starts anew for every word typed: methods are made when they are needed.

The standard decorator writes and compiles half a dozen functions for each class it sees, used or not; for
ours that was a third of the time of `next`. Here it is asked for the fields, the slots and nothing else:
`__init__` is compiled when the first instance is made, and comparing, hashing and showing are the same few
functions for all. Everything else that is promised of a dataclass holds, `replace` and `fields` included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    import dataclasses
    from operator import attrgetter
    from types import MemberDescriptorType

    _set = object.__setattr__
    #: A class with more fields than so many is filled otherwise.
    MANY = 8

    def dataclass(cls=None, /, *, frozen=False, slots=False, kw_only=False):
        """The class with fields of its annotations, as `dataclasses.dataclass` of these options makes it."""

        def made(cls):
            own = cls.__dict__.keys() & {"__eq__", "__hash__", "__repr__"}
            # By now `__hash__` is None in a class that defines `__eq__` alone.
            hashed = cls.__dict__.get("__hash__") is not None
            cls = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(cls)
            compared = [each.name for each in dataclasses.fields(cls) if each.compare]
            cls.__init__ = _first(cls, frozen)
            cls._compared = staticmethod(attrgetter(*compared) if compared else lambda self: ())
            if "__repr__" not in own:
                cls.__repr__ = _repr
            if "__eq__" not in own:
                cls.__eq__ = _eq
                if not hashed:
                    cls.__hash__ = _hash if frozen else None
            if frozen:
                cls.__setattr__, cls.__delattr__ = _no_set, _no_delete
                if slots:
                    cls.__getstate__, cls.__setstate__ = _state, _restore
            return cls

        return made if cls is None else made(cls)

    def _first(cls, frozen):
        """An `__init__` that puts the real one in its own place and calls it."""

        def __init__(self, *args, **kwargs):
            cls.__init__ = _compiled(cls, frozen)
            cls.__init__(self, *args, **kwargs)

        return __init__

    def _compiled(cls, frozen):
        names = {"_set": _set, "_absent": object()}
        places, keywords, lines = [], [], []
        # To write past the guard of a frozen class takes a call a field. A long one is made half as quickly again
        # by being, while it is filled, of a twin class that has no guard.
        twin = frozen and len(dataclasses.fields(cls)) > MANY and _twin(cls)
        if twin:
            names["_twin"] = twin
            lines += ["itself = self.__class__", "_set(self, '__class__', _twin)"]
        for number, each in enumerate(dataclasses.fields(cls)):
            given, value = _given(each, f"_d{number}", names)
            if each.init:
                (keywords if each.kw_only else places).append(given)
            if value is None:
                continue
            if twin or not frozen:
                lines.append(f"self.{each.name} = {value}")
            elif isinstance(slot := getattr(cls, each.name, None), MemberDescriptorType):
                # Straight into its place: to be looked up by name takes half as long again.
                names[f"_put{number}"] = slot.__set__
                lines.append(f"_put{number}(self, {value})")
            else:
                lines.append(f"_set(self, {each.name!r}, {value})")
        if twin:
            lines.append("self.__class__ = itself")
        if hasattr(cls, "__post_init__"):
            lines.append("self.__post_init__()")
        head = ", ".join(["self", *places, *(["*", *keywords] if keywords else [])])
        exec(f"def __init__({head}):\n " + "\n ".join(lines or ["pass"]), names)
        found = names["__init__"]
        found.__qualname__ = f"{cls.__qualname__}.__init__"
        return found

    def _twin(cls):
        """A class of the same slots that is not frozen; None for one whose slots are not all its own."""
        if "__slots__" not in cls.__dict__ or cls.__bases__ != (object,):
            return None
        return type(cls.__name__, (), {"__slots__": cls.__slots__})

    def _given(field, default, names):
        """How a field stands among the parameters, and what is put into it: None where nothing is."""
        if field.default_factory is not dataclasses.MISSING:
            names[default] = field.default_factory
            value = (
                f"{default}() if {field.name} is _absent else {field.name}" if field.init else f"{default}()"
            )
            return f"{field.name}=_absent", value
        if field.default is not dataclasses.MISSING:
            names[default] = field.default
            return f"{field.name}={default}", field.name if field.init else default
        return field.name, field.name if field.init else None

    def _repr(self):
        told = ((each.name, getattr(self, each.name)) for each in dataclasses.fields(self) if each.repr)
        return f"{type(self).__qualname__}({', '.join(f'{name}={value!r}' for name, value in told)})"

    def _eq(self, other):
        if type(self) is not type(other):
            return NotImplemented
        return self._compared(self) == self._compared(other)

    def _hash(self):
        return hash(self._compared(self))

    def _no_set(self, name, value):
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

    def _no_delete(self, name):
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")

    def _state(self):
        return [getattr(self, each.name) for each in dataclasses.fields(self)]

    def _restore(self, state):
        for each, value in zip(dataclasses.fields(self), state, strict=True):
            _set(self, each.name, value)
