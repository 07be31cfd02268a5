"""The parse table: read ready-made from `grammar.table.json`, or built from `grammar.lark`.

In: nothing. Out: `load()`, the `Table` of the grammar. Lark works it out, which takes longer than reading all schemes
of a company, so the table is shipped as plain data and Lark itself is not needed to read a scheme. Its key is the hash
of the grammar; after an edit of the grammar the table is built in memory, which is slower and gives the same.

`python -m tiercel_dsl.grammar_table` writes the file.
"""

# Lark is not typed throughout.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportPrivateUsage=false

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pkgutil import get_data
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tiercel_dsl.builder import Builder

if TYPE_CHECKING:
    from lark import Lark
    from lark.grammar import Rule as LarkRule

_TABLE = "grammar.table.json"
_FORM: Final = 2  # of the file


class Rule(NamedTuple):
    """What becomes of the right-hand side of a rule once it is read."""

    origin: str
    length: int
    build: Callable[[list[Any]], Any] | None  # None: its parts become parts of the rule that it stands in
    single: bool  # a lone part stands for the whole
    parts: tuple[tuple[bool, int], ...] | None  # of each: is it a list to open; how many are absent before
    absent: int  # behind the last one
    same: bool  # one part, which stands for the whole as it is

    def reduced(self, children: list[Any]) -> Any:
        """The node of the parts; None where an optional one is absent."""
        if self.parts is not None:
            given, children = children, []
            for child, (opened, absent) in zip(given, self.parts, strict=True):
                if absent:
                    children += [None] * absent
                if opened:
                    children += child
                else:
                    children.append(child)
            children += [None] * self.absent
        if self.single and len(children) == 1:
            return children[0]
        return children if self.build is None else self.build(children)


class Table(NamedTuple):
    """By state and name what to do: a state to go to, or `~n` for a reduction by rule n."""

    states: tuple[Mapping[str, int], ...]
    rules: tuple[Rule, ...]
    end: int  # the state in which a statement is complete; the first one is 0


def key() -> str:
    """What a stored table must carry to be used: the hash of the grammar, and the form of the file."""
    return f"{hashlib.sha256(_shipped('grammar.lark')).hexdigest()} {_FORM}"


def build(strict: bool = False) -> "Lark":
    """Lark's parser of the grammar itself; `strict` refuses a grammar with conflicts."""
    from lark import Lark

    text = _shipped("grammar.lark").decode("utf-8")
    return Lark(text, parser="lalr", lexer="basic", maybe_placeholders=True, strict=strict)


def serialised(lark: "Lark") -> str:
    """The text of `grammar.table.json` for this parser: the same text for the same grammar, on any machine."""
    parser: Any = lark.parser
    table: Any = parser.parser._parse_table
    rules: list[LarkRule] = sorted(lark.rules, key=str)
    known = {rule: number for number, rule in enumerate(rules)}
    rows = table.states
    order = _states_in_order(rows, table.start_states["start"])
    states = [
        {name: order[to] if isinstance(to, int) else ~known[to] for name, (_, to) in sorted(rows[state].items())}
        for state in order
    ]
    shapes = [_shape(rule) for rule in rules]
    data = {"key": key(), "end": order[table.end_states["start"]], "rules": shapes, "states": states}
    return json.dumps(data, separators=(",", ":")) + "\n"


def _shape(rule: "LarkRule") -> list[Any]:
    """The fields of `Rule` as plain data, with the name of the method that builds."""
    origin = str(rule.origin.name)
    opened = [not part.is_term and part.name.startswith("_") for part in rule.expansion]
    empty: Sequence[bool] = rule.options.empty_indices or [False] * len(opened)
    absent = [len(run) for run in "".join(str(int(one)) for one in empty).split("0")]
    name = "" if origin.startswith("_") else rule.alias or origin
    single = bool(rule.options.expand1) and not rule.alias
    plain = not any(opened) and not any(absent)
    parts = None if plain else [[int(one), before] for one, before in zip(opened, absent, strict=False)]
    return [origin, len(opened), name, int(single), parts, absent[-1]]


def _states_in_order(rows: Mapping[int, Mapping[str, Any]], start: int) -> dict[int, int]:
    """States numbered as a walk from the first one meets them, names in alphabetical order."""
    order = {start: 0}
    waiting = [start]
    for state in waiting:  # grows while it is walked
        for _, (_, target) in sorted(rows[state].items(), key=lambda entry: entry[0]):
            if isinstance(target, int) and target not in order:
                order[target] = len(order)
                waiting.append(target)
    return order


def restored(text: str) -> Table | None:
    """The table from the text of its file, or None if it was made for something else."""
    try:
        data = json.loads(text)
    except ValueError:
        return None
    if not isinstance(data, dict) or data.get("key") != key():
        return None
    builder = Builder()
    return Table(tuple(data["states"]), tuple(_rule(builder, *shape) for shape in data["rules"]), data["end"])


def _rule(
    builder: Builder, origin: str, length: int, name: str, single: int, parts: list[list[int]] | None, absent: int
) -> Rule:
    method = getattr(builder, name) if name and hasattr(builder, name) else None
    taken = None if parts is None else tuple((bool(opened), before) for opened, before in parts)
    return Rule(origin, length, method, bool(single), taken, absent, bool(single) and length == 1 and taken is None)


def stored() -> str:
    """The text of the shipped table; '' if there is none."""
    try:
        return _shipped(_TABLE).decode("utf-8")
    except FileNotFoundError:
        return ""


def _shipped(name: str) -> bytes:
    """A file of this package; `importlib.resources` would find it too, and take longer than reading a scheme."""
    data = get_data("tiercel_dsl", name)
    assert data is not None
    return data


@cache
def load() -> Table:
    """The table, made once per process."""
    table = restored(stored()) or restored(serialised(build()))
    assert table is not None
    return table


if __name__ == "__main__":
    from importlib.resources import as_file, files

    with as_file(files("tiercel_dsl") / _TABLE) as path:
        path.write_text(serialised(build(strict=True)), encoding="utf-8")
