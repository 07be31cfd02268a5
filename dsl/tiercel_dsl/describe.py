"""A whole scheme as numbered articles that a sales director can sign.

In: a checked scheme, 'zh' or 'en', worked amounts for its rules. Out: text. Articles have the same numbers and figures
in both languages; they follow the text, with what a used file declares before what uses it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tiercel_dsl import articles
from tiercel_dsl.articles import DECLARED, Article
from tiercel_dsl.prose import Prose
from tiercel_dsl.records import dataclass
from tiercel_dsl.scheme import CheckedScheme, Kpi, Parameter, PayLine, Table, Value
from tiercel_dsl.types import Type

Subject = tuple[str, str, str]  # kind, level, identity


@dataclass(frozen=True, slots=True)
class Figure:
    """A value of the example. kind: column (`name` of `table`), value (perhaps `part` of a kpi), line, payout, rows
    (`count` rows of table `name`, and what the function in `table` made of them). `type`: how it is written."""

    kind: str
    name: str
    value: Any
    type: Type
    table: str = ""
    part: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """What a rule comes to in one case: what it read, and the result."""

    given: tuple[Figure, ...]
    result: Figure


def describe(checked: CheckedScheme, language: str, examples: Mapping[Subject, Example] | None = None) -> str:
    """The articles in their order, each with its number."""
    declared = [*ordered(checked)]
    told = Prose(checked, language, _numbers(declared, checked))
    written = [Article(("head", "", ""), articles.head(told))]
    written += [_article(told, thing, checked) for thing in declared]
    written.append(articles.payout(told))
    title = told.say("title", name=told.name(checked.names), version=checked.version)
    parts = [_numbered(told, n, article, examples or {}) for n, article in enumerate(written, 1)]
    return "\n\n".join([title, *parts]) + "\n"


def told(checked: CheckedScheme, language: str, figures: Sequence[Figure]) -> str:
    """Figures of an example, listed."""
    prose = Prose(checked, language)
    return prose.listed([_figure(prose, figure) for figure in figures])


def ordered(checked: CheckedScheme) -> Iterator[Any]:
    """Facts first, then everything in the order of the text; used files before the main one."""
    main = checked.payout_place.span.source
    rules = (
        *checked.parameters, *checked.values, *checked.scores, *checked.tiers, *checked.lookups, *checked.kpis,
        *checked.accounts, *checked.ranks, *checked.competencies, *checked.lines, *checked.requirements,
        *checked.promises, *((checked.transition,) if checked.transition is not None else ()),
    )  # fmt: skip
    yield from sorted(checked.tables, key=lambda t: _place(t, main))
    yield from sorted(rules, key=lambda r: _place(r, main))


def _place(thing: Any, main: str) -> tuple[bool, str, int, int]:
    span = thing.place.span
    return span.source == main, span.source, span.line, span.column


def _article(told: Prose, thing: Any, checked: CheckedScheme) -> Article:
    if isinstance(thing, Value) and thing in checked.scores:
        return articles.score(told, thing)
    return DECLARED[type(thing)](told, thing)


def _numbers(declared: list[Any], checked: CheckedScheme) -> dict[Subject, int]:
    """The article of each table, rule and value that others name; facts and parameters are known by their names."""
    out: dict[Subject, int] = {}
    for number, thing in enumerate(declared, 2):
        kind = _KINDS.get(type(thing).__name__, "")
        if kind:
            level = getattr(thing, "level", "") if kind in ("value", "rank") else ""
            out[kind, level, thing.identity] = number
    return out


_KINDS = {"Tiers": "tiers", "Lookup": "lookup"}


def subject(thing: Table | Parameter | Kpi | PayLine | Value) -> Subject:
    """Under what an example of the rule is found."""
    level = thing.level if isinstance(thing, Value) else ""
    kinds: dict[type[object], str] = {Kpi: "kpi", PayLine: "line", Value: "value"}
    return kinds.get(type(thing), type(thing).__name__.lower()), level, thing.identity


# ---- layout ------------------------------------------------------------------------------------------------------


def _numbered(told: Prose, number: int, article: Article, examples: Mapping[Subject, Example]) -> str:
    label = told.say("article", number=told.ordinal(number))
    stop = told.say("stop")
    joint = "" if told.language == "zh" else " "
    text = joint.join(sentence + stop for sentence in article.sentences)
    lines = [f"{label}{'　' if told.language == 'zh' else '. '}{text}"]
    lines += [f"    {row}" for row in article.rows]
    example = examples.get(article.subject)
    if example is not None:
        lines.append(f"    {_example(told, example)}{stop}")
    return "\n".join(lines)


def _example(told: Prose, example: Example) -> str:
    given, result = [_figure(told, f) for f in example.given], told.value(example.result.value, example.result.type)
    return told.say("example" if given else "example.fixed", given=told.listed(given), result=result)


def _part(told: Prose, figure: Figure) -> str:
    """Part of a measure, an account, a rank."""
    kinds = {"opening": "account", "closing": "account", "place": "rank", "entrants": "rank", "tied": "rank"}
    kind = kinds.get(figure.part, "kpi")
    name = told.quoted(told.name(told.names_of(kind, figure.name)))
    key = figure.part if kind == "account" else f"{'place' if kind == 'rank' else 'kpi'}.{figure.part}"
    return told.say(key, name=name, account=name)


def _figure(told: Prose, figure: Figure) -> str:
    value = told.value(figure.value, figure.type)
    if figure.kind == "rows":
        key = f"example.{figure.table}".replace(" ", "_")
        one = figure.value == 1 if figure.table == "count" else figure.count == 1
        key += ".1" if one and not figure.table.startswith("running") else ""
        return told.say(key, table=told.table(figure.name), count=figure.count, value=value)
    if figure.kind == "column":
        name = told.column(figure.table, figure.name)
    elif figure.part:
        name = _part(told, figure)
    else:
        name = told.quoted(told.name(told.names_of("value", figure.name)))
    return told.say("example.equal", name=name, value=value)


__all__ = ["Example", "Figure", "Subject", "describe", "ordered", "subject", "told"]
