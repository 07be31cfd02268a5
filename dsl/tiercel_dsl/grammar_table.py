"""The parse table: read ready-made from `grammar.table.json`, or built from `grammar.lark`.

In: nothing. Out: `load()`, the parser that Lark makes of the grammar. Building it takes longer than
reading all schemes of a company, so the built table is shipped: the plain data that Lark serialises, as
JSON. Its key is the hash of the grammar and of Lark's version; under any other Lark, or after an edit of
the grammar, the key differs and the table is built in memory, which is slower and gives the same parser.

Lark is imported by the first call, not by `import`. `python -m tiercel_dsl.grammar_table` writes the file.
"""

# Lark is not typed throughout.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportUnknownLambdaType=false, reportPrivateUsage=false

import hashlib
import json
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

from tiercel_dsl.builder import Builder

if TYPE_CHECKING:
    from lark import Lark

_HERE = files("tiercel_dsl")
_GRAMMAR = _HERE / "grammar.lark"
_TABLE = _HERE / "grammar.table.json"


def key() -> str:
    """What a stored table must carry to be used: the hash of the grammar, and Lark's version."""
    from lark import __version__

    return f"{hashlib.sha256(_GRAMMAR.read_bytes()).hexdigest()} lark {__version__}"


def build(strict: bool = False) -> "Lark":
    """The parser made from the grammar itself; `strict` refuses a grammar with conflicts."""
    from lark import Lark

    text = _GRAMMAR.read_text(encoding="utf-8")
    builder: Any = Builder()  # called by name at each reduction; needs nothing of Lark's Transformer
    return Lark(text, parser="lalr", lexer="basic", maybe_placeholders=True, transformer=builder, strict=strict)


def serialised(lark: "Lark") -> str:
    """The text of `grammar.table.json` for this parser: the same text for the same grammar, on any machine."""
    from lark.grammar import Rule
    from lark.lexer import TerminalDef

    lark.options.options["transformer"] = None
    data, memo = lark.memo_serialize([TerminalDef, Rule])
    data["options"] = {name: data["options"][name] for name in ("parser", "lexer", "start", "maybe_placeholders")}
    return json.dumps({"key": key(), **_in_order(data, memo)}, separators=(",", ":"), sort_keys=True) + "\n"


def _in_order(data: dict[str, Any], memo: dict[int, Any]) -> dict[str, Any]:
    """Lark numbers rules, terminals and states as its sets happen to be ordered; here they are in one order."""
    rules = sorted(memo, key=lambda number: json.dumps(memo[number], sort_keys=True))
    renamed = {number: order for order, number in enumerate(rules)}

    def renumber(value: Any) -> Any:
        if isinstance(value, dict):
            return {"@": renamed[value["@"]]} if "@" in value else {k: renumber(v) for k, v in value.items()}
        return [renumber(item) for item in value] if isinstance(value, list | tuple) else value

    data = renumber(data)
    table = data["parser"]["parser"]
    tokens = table["tokens"]
    rows = {n: {tokens[t]: step for t, step in row.items()} for n, row in table["states"].items()}
    order = _states_in_order(rows, table["start_states"]["start"])
    names = sorted(tokens.values())
    table["tokens"] = dict(enumerate(names))
    table["states"] = {
        order[n]: {names.index(t): [kind, order[to] if kind == 0 else to] for t, (kind, to) in row.items()}
        for n, row in rows.items()
    }
    for ends in ("start_states", "end_states"):
        table[ends] = {start: order[n] for start, n in table[ends].items()}
    data["rules"].sort(key=lambda rule: rule["@"])
    return {"data": data, "memo": {renamed[number]: memo[number] for number in rules}}


def _states_in_order(rows: dict[int, dict[str, Any]], start: int) -> dict[int, int]:
    """States numbered as a walk from the first one meets them, names in alphabetical order."""
    order = {start: 0}
    waiting = [start]
    for state in waiting:  # grows while it is walked
        for _, (kind, target) in sorted(rows[state].items()):
            if kind == 0 and target not in order:
                order[target] = len(order)
                waiting.append(target)
    return order


def _numbered(mapping: dict[str, Any]) -> dict[int, Any]:
    """JSON turns numbers that are keys into text; this turns them back."""
    return {int(name): value for name, value in mapping.items()}


def restored(text: str) -> "Lark | None":
    """The parser from the text of a table file, or None if it was made for something else."""
    try:
        table_file = json.loads(text)
    except ValueError:
        return None
    if not isinstance(table_file, dict) or table_file.get("key") != key():
        return None
    from lark import Lark

    data: dict[str, Any] = table_file["data"]
    table = data["parser"]["parser"]
    table["tokens"] = _numbered(table["tokens"])
    table["states"] = {state: _numbered(row) for state, row in _numbered(table["states"]).items()}
    data["options"]["transformer"] = Builder()
    loaded: Any = {"data": data, "memo": _numbered(table_file["memo"])}  # `load` takes what `save` would pickle
    return Lark.load(loaded)


def stored() -> str:
    """The text of the shipped table; '' if there is none."""
    return _TABLE.read_text(encoding="utf-8") if _TABLE.is_file() else ""


@cache
def load() -> "Lark":
    """The parser, made once per process."""
    return restored(stored()) or build()


if __name__ == "__main__":
    with as_file(_TABLE) as path:
        path.write_text(serialised(build(strict=True)), encoding="utf-8")
