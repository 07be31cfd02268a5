"""The frozen records of the language behave as the standard library's do."""

import copy
import dataclasses
import pickle

import pytest

from tiercel_dsl.records import dataclass


@dataclass(frozen=True, slots=True)
class Ours:
    """Two compared fields, one with a default; one that is made anew, one that is not compared, one not shown, one not given."""

    a: int
    b: str = "x"
    c: list[int] = dataclasses.field(default_factory=list, compare=False)
    d: int = dataclasses.field(default=0, compare=False, repr=False)
    e: dict[str, int] = dataclasses.field(init=False, compare=False, repr=False, default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Theirs:
    """The same, made by the standard library."""

    a: int
    b: str = "x"
    c: list[int] = dataclasses.field(default_factory=list, compare=False)
    d: int = dataclasses.field(default=0, compare=False, repr=False)
    e: dict[str, int] = dataclasses.field(init=False, compare=False, repr=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Empty:
    """No field at all."""


@pytest.mark.parametrize("kind", [Ours, Theirs])
def test_equality_and_hash_look_at_the_compared_fields(kind):
    """Two records are one if all that is compared is equal, and never one with another kind."""
    assert kind(1, "y", [1], 5) == kind(1, b="y") != kind(2, "y")
    assert hash(kind(1, "y", [1])) == hash(kind(1, "y"))
    assert kind(1) != 1
    theirs: object = Theirs(1)
    assert Ours(1) != theirs
    assert Empty() == Empty()


@pytest.mark.parametrize("kind", [Ours, Theirs])
def test_they_are_frozen_and_have_slots(kind):
    """No field can be set or deleted, none can be added."""
    one = kind(1)
    for change in (lambda: setattr(one, "a", 2), lambda: delattr(one, "a")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            change()
    assert not hasattr(one, "__dict__")


@pytest.mark.parametrize("kind", [Ours, Theirs])
def test_defaults_are_made_for_each(kind):
    """A list of one record is not the list of another; a wrong call is refused."""
    assert kind(1).c is not kind(1).c
    assert (kind(1).b, kind(1).d) == ("x", 0)
    with pytest.raises(TypeError):
        kind()
    with pytest.raises(TypeError):
        kind(1, f=2)
    with pytest.raises(TypeError):
        kind(1, e={})
    assert kind(1).e == {}


def test_the_library_knows_them():
    """`fields`, `replace`, `repr`, copies, pickles and `match` work as always."""
    one = Ours(1, "y", [3], 4)
    assert dataclasses.is_dataclass(one)
    assert [f.name for f in dataclasses.fields(one)] == ["a", "b", "c", "d", "e"]
    assert dataclasses.replace(one, a=7) == Ours(7, "y")
    assert repr(one) == repr(Theirs(1, "y", [3], 4)).replace("Theirs", "Ours")
    for other in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert (other, other.c, other.d) == (one, one.c, one.d)
    match one:
        case Ours(a, b):
            assert (a, b) == (1, "y")
