"""The parse table: read ready-made from `grammar.table.json`, or built from `grammar.lark`.

In: nothing. Out: `load()`, the parser that Lark makes of the grammar. Building it takes longer than
reading all schemes of a company, so the built table is shipped: the plain data that Lark serialises, as
JSON. Its key is the hash of the grammar and of Lark's version; under any other Lark, or after an edit of
the grammar, the key differs and the table is built in memory, which is slower and gives the same parser.

Lark is imported by the first call, not by `import`. `python -m tiercel_dsl.grammar_table` writes the file.
"""

import hashlib
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tiercel_dsl.builder import Builder

if TYPE_CHECKING:
    from lark import Lark

_GRAMMAR = Path(__file__).with_name("grammar.lark")
TABLE = Path(__file__).with_name("grammar.table.json")


def key() -> str:
    """What a stored table must carry to be used: hash of the grammar and of the version of Lark."""
    return hashlib.sha256(_GRAMMAR.read_bytes() + version("lark").encode()).hexdigest()


def build(strict: bool = False) -> "Lark":
    """The parser made from the grammar itself; `strict` refuses a grammar with conflicts."""
    from lark import Lark

    text = _GRAMMAR.read_text(encoding="utf-8")
    builder: Any = Builder()  # called by name at each reduction; needs nothing of Lark's Transformer
    return Lark(
        text, parser="lalr", lexer="basic", maybe_placeholders=True, transformer=builder, strict=strict
    )


def serialised(lark: "Lark") -> str:
    """The text of `grammar.table.json` for this parser."""
    from lark.grammar import Rule
    from lark.lexer import TerminalDef

    lark.options.options["transformer"] = None
    data, memo = lark.memo_serialize([TerminalDef, Rule])
    data["options"] = {name: data["options"][name] for name in ("parser", "lexer", "start", "maybe_placeholders")}
    table = {"key": key(), "data": data, "memo": memo}
    return json.dumps(table, separators=(",", ":"), sort_keys=True) + "\n"


def _numbered(mapping: dict[str, Any]) -> dict[int, Any]:
    """JSON turns numbers that are keys into text; this turns them back."""
    return {int(name): value for name, value in mapping.items()}


def restored(text: str) -> "Lark | None":
    """The parser from the text of a table file, or None if it was made for something else."""
    try:
        stored = json.loads(text)
    except ValueError:
        return None
    if not isinstance(stored, dict) or stored.get("key") != key():
        return None
    from lark import Lark

    data: dict[str, Any] = stored["data"]
    table = data["parser"]["parser"]
    table["tokens"] = _numbered(table["tokens"])
    table["states"] = {state: _numbered(row) for state, row in _numbered(table["states"]).items()}
    data["options"]["transformer"] = Builder()
    loaded: Any = {"data": data, "memo": _numbered(stored["memo"])}  # `load` takes what `save` would pickle
    return Lark.load(loaded)


def _stored() -> str:
    return TABLE.read_text(encoding="utf-8") if TABLE.is_file() else ""


@cache
def load() -> "Lark":
    """The parser, made once per process."""
    return restored(_stored()) or build()


if __name__ == "__main__":
    TABLE.write_text(serialised(build(strict=True)), encoding="utf-8")
