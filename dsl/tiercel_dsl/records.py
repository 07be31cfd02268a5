"""Frozen dataclasses whose making costs nothing until they are used.

In: a class as for `dataclasses.dataclass(frozen=True, slots=True)`. Out: the same, for everyone who asks `dataclasses`
about it. The standard library writes and compiles six methods for each class when its module is imported, which took
longer than checking a scheme; here five are shared, and the constructor is compiled when the first one is built.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    from dataclasses import MISSING, FrozenInstanceError
    from dataclasses import dataclass as _plain
    from operator import attrgetter

    _set = object.__setattr__

    def dataclass(*, frozen, slots):
        """The decorator; other kinds than frozen ones with slots are the standard library's business."""
        assert frozen
        assert slots
        return _record

    def _record(cls):
        made = _plain(init=False, repr=False, eq=False, slots=True)(cls)
        fields = made.__dataclass_fields__
        compared = [name for name, field in fields.items() if field.compare]
        made._key = _key(compared)
        made._repr = tuple(name for name, field in fields.items() if field.repr)
        made.__init__ = _first(made)
        made.__setattr__, made.__delattr__ = _refuse_set, _refuse_delete
        made.__eq__, made.__hash__ = _equal, _hash
        made.__getstate__, made.__setstate__ = _state, _restore
        if "__repr__" not in made.__dict__:
            made.__repr__ = _shown
        return made

    def _key(names):
        """All that equality looks at, as one value."""
        return staticmethod(attrgetter(*names) if names else lambda _: ())

    def _first(cls):
        def __init__(self, *values, **named):  # noqa: N807  the constructor that makes room for the real one
            cls.__init__ = _constructor(cls)
            cls.__init__(self, *values, **named)

        return __init__

    def _constructor(cls):
        """`def __init__(self, a, b=…)`: each value goes straight into its slot."""
        scope, heads, lines = {}, [], []
        for name, field in cls.__dataclass_fields__.items():
            scope[f"_{name}"] = getattr(cls, name).__set__
            head, value = name, name
            if not field.init:
                scope[f"_make_{name}"] = field.default_factory
                lines.append(f" _{name}(self, _make_{name}())\n")
                continue
            if field.default_factory is not MISSING:
                scope["_MISSING"], scope[f"_make_{name}"] = MISSING, field.default_factory
                head, value = f"{name}=_MISSING", f"_make_{name}() if {name} is _MISSING else {name}"
            elif field.default is not MISSING:
                scope[f"_default_{name}"] = field.default
                head = f"{name}=_default_{name}"
            heads.append(head)
            lines.append(f" _{name}(self, {value})\n")
        exec(f"def __init__(self, {', '.join(heads)}):\n{''.join(lines) or ' pass'}", scope)
        made = scope["__init__"]
        made.__qualname__ = f"{cls.__qualname__}.__init__"
        return made

    def _refuse_set(self, name, value):
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def _refuse_delete(self, name):
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def _equal(self, other):
        return self._key(self) == other._key(other) if other.__class__ is self.__class__ else NotImplemented

    def _hash(self):
        return hash(self._key(self))

    def _shown(self):
        return f"{self.__class__.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self._repr)})"

    def _state(self):
        return [getattr(self, name) for name in self.__dataclass_fields__]

    def _restore(self, state):
        for name, value in zip(self.__dataclass_fields__, state, strict=True):
            _set(self, name, value)


__all__ = ["dataclass"]
