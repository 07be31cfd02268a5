"""Laws of places and prizes, for every set of points."""

from collections import Counter
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

import tiercel

TEXT = """\
scheme laws
version 1 from 2025-01-01
currency CNY
period month
people
  id text, key
  team text
  points count
table share by place
  1   50%
  2   20%
  3   15%
  otherwise 0%
rank place by points, highest first, ties share, within team
rank dense by points, highest first, ties share without gaps, within team
prize = 1,000元 * over_tied_places(share(place)), unrounded
third = value_at(place, 3), otherwise 0
tied = place.tied
bonus nothing
  0元
"""
SCHEME = tiercel.loads(TEXT)
SHARES = {1: Fraction(1, 2), 2: Fraction(1, 5), 3: Fraction(3, 20)}
TEAMS = st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 4)), min_size=1, max_size=9)


def evaluated(members):
    rows = [{"id": name, "team": team, "points": points} for name, (team, points) in members]
    return SCHEME.evaluate({"people": rows}, "2025-08").values


def exact(value):
    return Fraction(str(value))


@settings(max_examples=40, deadline=None)
@given(TEAMS, st.randoms())
def test_places_prizes_and_order(team, random):
    """Places are one more than how many are ahead; each is held or shared; prizes come to the table's places."""
    members = [(f"E{n}", one) for n, one in enumerate(team)]
    values = evaluated(members)
    shuffled = members.copy()
    random.shuffle(shuffled)
    assert evaluated(shuffled) == values
    for own in {one[0] for one in team}:
        group = {name: points for name, (its, points) in members if its == own}
        places = {name: int(values[name]["place"]) for name in group}
        assert places == {n: 1 + sum(other > points for other in group.values()) for n, points in group.items()}
        assert {n: int(values[n]["dense"]) for n in group} == {
            n: 1 + len({other for other in group.values() if other > points}) for n, points in group.items()
        }
        held = Counter(places.values())
        assert {n: int(values[n]["tied"]) for n in group} == {n: held[place] for n, place in places.items()}
        taken = sorted(at for place, count in held.items() for at in range(place, place + count))
        assert taken == list(range(1, len(group) + 1))
        prizes = sum((exact(values[name]["prize"]) for name in group), Fraction(0))
        assert prizes == 1000 * sum(SHARES.get(place, Fraction(0)) for place in range(1, len(group) + 1))
        ordered = sorted(group.values(), reverse=True)
        assert all(exact(values[n]["third"]) == (ordered[2] if len(ordered) > 2 else 0) for n in group)
