"""Spans of time: the period line at the top, windows in totals, own years.

In: what the author wrote and the symbols. Out: its checked form, or a `Fault`. Expressions inside (`as of`)
are built by whoever asks, so that this room needs nothing of `terms`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from typing import Protocol, cast

from tiercel_dsl import mending, scheme, syntax
from tiercel_dsl.builtins import HIRED, PERIOD_PARTS, WEEKDAYS, WORDS, spelling
from tiercel_dsl.diagnostics import Diagnostic, Fix, Severity
from tiercel_dsl.keywords import FACES
from tiercel_dsl.records import dataclass
from tiercel_dsl.resolver import Fault, Symbol, Symbols, diagnostic, fault, nearest, replacing, unknown_table
from tiercel_dsl.scheme import PEOPLE, Term
from tiercel_dsl.source import Span
from tiercel_dsl.types import NUMBER, Kind, Type
from tiercel_dsl.zones import SPOKEN_ZONES, ZONES

_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_WEEK = timedelta(days=7)
_COUNTED_BACK = frozenset({"last_period", "last_month", "last_quarter", "last_year", "last"})
_RESTARTING = frozenset({"period", "month", "quarter", "half_year", "year", "own_year", "since_hire"})
PERSONAL = frozenset({"own_year", "since_hire"})


class Page(Protocol):
    """What is known of the text: names, its language, what is written where, when a parameter changes."""

    symbols: Symbols
    language: str

    def text_at(self, span: Span) -> str: ...
    def changes(self, parameter: Symbol, span: Span) -> date | None: ...
    def note(self, remark: Diagnostic) -> None: ...


# ---- the period line -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cycle:
    """How a scheme cuts time: `weeks` counted from `week_first` (None for other shapes), and in which zone."""

    shape: str
    weeks: int = 1
    week_first: date | None = None
    zone: str = ""

    def begin(self, day: date) -> date:
        """The first day of the period that holds `day`."""
        if self.week_first is not None:
            length = 7 * self.weeks
            back = (day.toordinal() - self.week_first.toordinal()) % length
            return date.fromordinal(max(1, day.toordinal() - back))
        if self.shape == "half_month":
            return day.replace(day=1 if day.day < 16 else 16)
        months = _MONTHS[self.shape]
        return date(day.year, (day.month - 1) // months * months + 1, 1)

    def next(self, begin: date) -> date:
        """The first day of the period after the one that begins on `begin`; `begin` itself at the end of time."""
        if self.week_first is not None:
            length = 7 * self.weeks
            return begin if date.max.toordinal() - begin.toordinal() < length else begin + timedelta(days=length)
        if begin.year == date.max.year:
            return begin
        if self.shape == "half_month" and begin.day == 1:
            return begin.replace(day=16)
        later = begin.month - 1 + _MONTHS.get(self.shape, 1)
        return date(begin.year + later // 12, later % 12 + 1, 1)


def cycle(head: syntax.PeriodHead, version: syntax.VersionHead, page: Page) -> Cycle:
    """The checked period line."""
    zone = _zone(head.zone, page) if head.zone is not None else ""
    if head.shape != "week":
        if head.count != 1 or head.first is not None:
            raise fault("E2401", head.span, period=head.shape)
        return Cycle(head.shape, zone=zone)
    return Cycle("week", head.count, _week_first(head, version, page), zone)


def _week_first(head: syntax.PeriodHead, version: syntax.VersionHead, page: Page) -> date:
    """The first day of year 1 on which such a period begins: however it is written, one cycle has one of them."""
    if isinstance(head.first, syntax.Day) and not head.first.month_only:
        begins = head.first.value
    elif head.count > 1 or isinstance(head.first, syntax.Day):
        span = head.span if head.first is None else head.first.span
        raise fault("E2402", span, count=head.count, fixes=mending.counted_from(head, version, page))
    else:
        begins = date.min + timedelta(days=0 if head.first is None else _weekday(head.first, page))
    return date.fromordinal((begins.toordinal() - 1) % (7 * head.count) + 1)


def _weekday(written: syntax.Text, page: Page) -> int:
    """0 for Monday to 6 for Sunday."""
    word = written.value.strip()
    known = {name.lower(): english for name, english in WEEKDAYS.items()}
    if word.lower() not in known:
        near = (nearest(word, WEEKDAYS) if word.isascii() else ()) or tuple(_both_ends(word))
        fixes = mending.texts(written.span, near, page)
        raise fault("E2403", written.span, name=word, candidates=near, fixes=fixes)
    return list(dict.fromkeys(WEEKDAYS.values())).index(known[word.lower()])


def _both_ends(word: str) -> Sequence[str]:
    """The two days with which a week can be thought to begin."""
    language = "en" if word.isascii() else "zh"
    return [spelling(WEEKDAYS, day, language) for day in ("Monday", "Sunday")]


def _zone(written: syntax.Text, page: Page) -> str:
    name = written.value.strip()
    if name not in ZONES:
        cities = {zone.rsplit("/", 1)[-1].lower(): zone for zone in sorted(ZONES, reverse=True)}
        spoken = name.replace(" ", "_").rsplit("/", 1)[-1].lower()
        known = SPOKEN_ZONES.get(name.removesuffix("时间")) or cities.get(spoken)
        near = (known,) if known else nearest(name.replace(" ", "_"), ZONES)
        fixes = mending.texts(written.span, near, page)
        raise fault("E2404", written.span, name=name, candidates=near, fixes=fixes)
    return name


# ---- windows ---------------------------------------------------------------------------------------------------


def window_of(
    scopes: Sequence[syntax.Scope], day: Callable[[syntax.Expr], Term], page: Page, running: bool = False
) -> scheme.Window | None:
    """The one window among the scopes of a total; a running one takes `per month` for month to date."""
    found: list[scheme.Window] = []
    for scope in scopes:
        if isinstance(scope, syntax.Window):
            found.append(_window(scope, day, page, running))
        elif isinstance(scope, syntax.Per) and scope.kind != "path":
            if not running:
                raise fault("E2413", scope.span, what="span", fixes=_to_date(scope, page))
            found.append(scheme.Window(scope.kind, hired=_hired_for(scope.kind, scope.span, page), span=scope.span))
        if len(found) > 1:
            raise fault("E2413", scope.span, what="second")
    return found[0] if found else None


def _window(written: syntax.Window, day: Callable[[syntax.Expr], Term], page: Page, running: bool) -> scheme.Window:
    if running and written.kind not in _RESTARTING:
        raise fault("E2413", written.span, what="running")
    if written.as_of is None:
        as_of = None
    elif written.kind in _COUNTED_BACK:
        as_of = dated(day(written.as_of), written.as_of)
    else:
        raise fault("E2413", written.as_of.span, what="as of")
    hired = _hired_for(written.kind, written.span, page)
    return scheme.Window(written.kind, written.count, written.unit, as_of, hired, written.span)


def dated(term: Term, written: syntax.Expr, what: str = "as of") -> Term:
    """A term that is a day."""
    if term.type.kind not in (Kind.date, Kind.datetime):
        raise fault("E2204", written.span, what=what, wanted="date", type=str(term.type.kind))
    return term


def _to_date(scope: syntax.Per, page: Page) -> tuple[Fix, ...]:
    """`per year` where `year to date` is meant."""
    word = next(k for k in FACES if k.terminal == "WINDOW" and k.sense == scope.kind).spelling(page.language)
    return replacing(scope.span, [word])


def _hired_for(kind: str, span: Span, page: Page) -> str:
    return hired_column(span, page) if kind in PERSONAL else ""


def hired_column(span: Span, page: Page) -> str:
    """The people's column that says since when somebody is there: a date called hired or 入职日."""
    columns = page.symbols.tables[PEOPLE].columns.values()
    for symbol in columns:
        called = (symbol.names.name, symbol.names.alias)
        if symbol.node.type.word == "date" and any(name in HIRED for name in called):
            if "dated" in symbol.node.roles:
                raise fault("E2412", symbol.place.span, column=spelling(HIRED, "hired", page.language), what="dated")
            return symbol.identity
    raise fault("E2412", span, column=spelling(HIRED, "hired", page.language), what="absent")


# ---- which rows ------------------------------------------------------------------------------------------------


def keys_of(scopes: Iterable[syntax.Scope]) -> list[syntax.Path]:
    """The paths of `per deal`, `per customer`."""
    return [s.path for s in scopes if isinstance(s, syntax.Per) and s.path is not None]


def calls(node: object) -> Iterator[syntax.Call]:
    """Every call in an expression, the outer before the inner."""
    if isinstance(node, syntax.Call):
        yield node
    for part in _parts(node):
        yield from calls(part)


def refuse_lines(span: Span, parts: Iterable[Term | None], page: Page) -> None:
    """What was paid in earlier periods is not worked out again by the rules of this one."""
    waiting: list[object] = list(parts)
    while waiting:
        part = waiting.pop()
        if isinstance(part, scheme.ValueOf) and _is_line(part, page):
            raise fault("E2416", span, name=page.text_at(part.span))
        waiting += _parts(part)


def _parts(node: object) -> Iterable[object]:
    if isinstance(node, tuple):
        return cast("tuple[object, ...]", node)
    if is_dataclass(node) and not isinstance(node, Span):
        return [getattr(node, field.name) for field in fields(node)]
    return ()


def _is_line(term: scheme.ValueOf, page: Page) -> bool:
    found = page.symbols.scopes.get(term.table, {}).values()
    return any(s.kind == "line" and s.identity == term.name for s in found)


# ---- values of other days --------------------------------------------------------------------------------------


def as_of(expr: syntax.AsOf, operand: Term, day: Term, level: str, page: Page) -> Term:
    """`quota as of period.first`: a dated attribute, one behind a dated link, or a parameter."""
    dated(day, expr.day)
    level = level if operand.level or day.level else ""
    if isinstance(operand, scheme.ParameterOf) and operand.as_of is None:
        return replace(operand, as_of=day, level=level, span=expr.span)
    if isinstance(operand, scheme.ColumnOf) and _changes(operand, level, page):
        return replace(operand, as_of=day, span=expr.span)
    raise fault("E2417", expr.operand.span, name=expr.operand)


def averaged(expr: syntax.Averaged, operand: Term, level: str, page: Page) -> Term:
    """`quota by day`, `quota by month`: the mean of a dated number over the period."""
    if not (isinstance(operand, scheme.ColumnOf) and operand.type.numeric and _changes(operand, level, page)):
        raise fault("E2418", expr.operand.span, name=expr.operand, what="no history")
    period = page.symbols.heads.get("period")
    if expr.unit == "months" and period is not None and period.shape in ("week", "half_month"):
        raise fault("E2418", expr.span, name=expr.operand, what="no months")
    return replace(operand, mean=expr.unit, type=_mean_type(operand), span=expr.span)


def _mean_type(operand: scheme.ColumnOf) -> Type:
    return NUMBER if operand.type.kind is Kind.count else operand.type


def _changes(term: scheme.ColumnOf, level: str, page: Page) -> bool:
    """Whether the column, or a link on the way to it, is dated, and no day was named yet."""
    table = level
    for name in (*term.path, term.column):
        if name == scheme.RECEIVER:
            table = PEOPLE
            continue
        if "dated" in page.symbols.tables[table].columns[name].node.roles:
            return term.as_of is None and not term.mean
        table = page.symbols.tables[table].links.get(name, "")
    return False


def note_change(parameter: Symbol, expr: syntax.Path, level: str, page: Page) -> None:
    """A rule per person takes a parameter of the period's last day; that it changed before is easily missed."""
    day = page.changes(parameter, expr.span) if page.symbols.tables[level].kind != "facts" else None
    if day is None:
        return
    last = f"{spelling(WORDS, 'period', page.language)}.{spelling(PERIOD_PARTS, 'last', page.language)}"
    text = f"{page.text_at(expr.span)} {mending.word('AS_OF', '', page)} {last}"
    fixes = replacing(expr.span, [text], "write_day")
    name = parameter.names.shown(page.language)
    told = {"parameter": name, "day": day.isoformat(), "severity": Severity.warning, "fixes": fixes}
    page.note(diagnostic("E2421", expr.span, **told))


# ---- working days ----------------------------------------------------------------------------------------------


def calendar(written: syntax.Expr, page: Page) -> tuple[str, str]:
    """A table whose key is a date, and its one column of yes or no: whether that day is worked."""
    word = written.names[0] if isinstance(written, syntax.Path) and len(written.names) == 1 else ""
    table = page.symbols.table_named(word)
    if table is None and word and word not in page.symbols.words():
        raise Fault(unknown_table(word, written.span, page.symbols))
    if table is None:
        raise fault("E2419", written.span, table=written)
    works = [identity for identity, symbol in table.columns.items() if symbol.node.type.word == "yesno"]
    keys = [s for s in table.columns.values() if "key" in s.node.roles and s.node.type.word == "date"]
    if len(works) != 1 or not keys or "optional" in table.columns[works[0]].node.roles:
        raise fault("E2419", written.span, table=table.names.shown(page.language))
    return table.identity, works[0]
