"""Reductions of the grammar to nodes of `syntax.py`.

In: for each rule of `grammar.lark`, called by the rule's name, the lexemes and nodes on its right-hand
side (None where an optional part is absent). Out: a syntax node. The builder keeps nothing between calls,
so one parser serves any number of threads; what it finds wrong it raises as a `Fault`, and the parser
drops that line and goes on. Both faces meet here: each pair of rules ends in one node.
"""

# Lark is not typed throughout.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportUnknownLambdaType=false, reportPrivateUsage=false

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any, Final, NamedTuple

from tiercel_dsl import syntax
from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind
from tiercel_dsl.keywords import FACES
from tiercel_dsl.lexer import Fault, Lexeme
from tiercel_dsl.source import Span

_MOST_DIGITS: Final = 40
_SCALES = {"万": 10_000, "亿": 100_000_000}
_HUNDREDTHS = {"%": 100, "‰": 1000, "个百分点": 100}
_PLACES = {"分": Fraction(1, 100), "角": Fraction(1, 10), "元": Fraction(1)}
_COMPARISONS = {
    "NO_MORE": "<=",
    "NO_LESS": ">=",
    "ABOVE": ">",
    "BELOW": "<",
    "EQ": "=",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
}
_LIMITS = {"<=": "at_most", ">=": "at_least", ">": "above", "<": "below"}
_ARITHMETIC = {"PLUS": "add", "MINUS": "subtract", "STAR": "multiply", "SLASH": "divide"}
_BOUNDS = {
    "FROM": "from",
    "NO_LESS": "from",
    "AND_ABOVE": "from",
    "ABOVE": "above",
    "UP_TO": "up_to",
    "NO_MORE": "up_to",
    "AND_BELOW": "up_to",
    "BELOW": "below",
}
_WITHOUT_ITSELF = {"from": "above", "up_to": "below", "above": "above", "below": "below"}

# What a rule gets: lexemes, nodes and None, each at its place in the rule.
Parts = Sequence[Any]


def _span(parts: Parts) -> Span:
    """From the first part that is there to the last one that is written on a line."""
    present = [part for part in parts if part is not None and getattr(part, "type", "") not in _LAYOUT]
    first: Span = present[0].span
    last: Span = present[-1].span
    return first if first is last else first.to(last)


_LAYOUT = frozenset(["NL", "INDENT", "DEDENT"])


def _nodes(parts: Parts) -> list[Any]:
    """The parts that are nodes, in order."""
    return [part for part in parts if part is not None and not isinstance(part, Lexeme)]


def _refuse(code: str, span: Span, seen: str = "", **facts: object) -> Fault:
    return Fault(Diagnostic(code, span, facts={"seen": seen, **facts}, seen=seen))


def _other_sharing(word: Lexeme, proportion: Lexeme | None) -> Fault:
    """Equal shares with weights, or others without; the word for the other way of sharing is offered."""
    sense = "equally" if proportion is None else "weighted"
    keyword = next(k for k in FACES if (k.terminal, k.sense) == ("SHARED_AMONG", sense))
    right = keyword.spelling(word.spelling.face if word.spelling else "en")
    fix = Fix(FixKind.review, "did_you_mean", (Edit(word.span, right),), {"candidate": right})
    other = {} if proportion is None else {"other": proportion.value}
    return Fault(Diagnostic("E1234", word.span, {"seen": word.value, **other}, seen=word.value, fixes=(fix,)))


class _Start(NamedTuple):
    """`otherwise 0` inside a call."""

    expr: syntax.Expr
    span: Span


# ---- literals --------------------------------------------------------------------------------------------


def _amount(lexeme: Lexeme) -> syntax.Number:
    """`50,000`, `1.5亿`, `3000元`, `5%`, `3个百分点`."""
    matched = re.match(r"[0-9,]*\.?[0-9]*", lexeme.value)
    digits = (matched.group() if matched else "").replace(",", "")
    unit = lexeme.value[len(matched.group()) if matched else 0 :].strip()
    if len(digits) > _MOST_DIGITS:
        raise _refuse("E1009", lexeme.span, lexeme.value[:_MOST_DIGITS], most=_MOST_DIGITS)
    value = Fraction(digits) * _SCALES.get(unit[:1], 1)
    if unit in _HUNDREDTHS:
        return syntax.Number(value / _HUNDREDTHS[unit], "percent", lexeme.span)
    return syntax.Number(value, "money" if unit.endswith("元") else "", lexeme.span)


def _day(lexeme: Lexeme) -> syntax.Day:
    """`2023-07-01`, `2023年7月1日`, `2023-07` (the month)."""
    year, month, *rest = (int(digits) for digits in re.findall("[0-9]+", lexeme.value))
    day = rest[0] if rest else 1
    if not 1 <= month <= 12:
        raise _refuse("E1015", lexeme.span, lexeme.value, month=month)
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise _refuse("E1008", lexeme.span, lexeme.value, year=year, month=month, last=last)
    return syntax.Day(date(year, month, day), not rest, lexeme.span)


def _text(lexeme: Lexeme | None) -> str:
    return lexeme.value if lexeme else ""


def _whole(lexeme: Lexeme) -> int:
    number = _amount(lexeme)
    if number.unit or number.value.denominator != 1 or number.value < 1:
        raise _refuse("E1218", lexeme.span, lexeme.value)
    return int(number.value)


class Builder:
    """One method per rule; the argument lists follow the rules of `grammar.lark` word by word."""

    # ---- head --------------------------------------------------------------------------------------------

    def label(self, parts: Parts) -> syntax.Label:
        name, _, alias, title = parts
        nowhere = name.span if alias is None else alias.span
        return syntax.Label(name.value, _text(alias), _text(title), name.span, nowhere)

    def scheme(self, parts: Parts) -> syntax.SchemeHead:
        return syntax.SchemeHead(parts[1], _span(parts))

    def version(self, parts: Parts) -> syntax.VersionHead:
        _, number, _, first, _, _, last, _, _, stamp, _ = parts
        ends = None if last is None else _day(last)
        return syntax.VersionHead(_whole(number), _day(first), ends, stamp, _span(parts))

    def currency(self, parts: Parts) -> syntax.CurrencyHead:
        return syntax.CurrencyHead(parts[1].value, _span(parts))

    def period(self, parts: Parts) -> syntax.PeriodHead:
        _, count, word, *rest = parts
        first = zone = None
        for option in rest:
            if isinstance(option, _Option):
                if option.kind == "zone" and zone is None:
                    zone = option.value
                elif option.kind == "first" and first is None:
                    first = option.value
                else:
                    raise _refuse("E1215", option.word.span, option.word.value)
        return syntax.PeriodHead(word.sense, _whole(count) if count else 1, first, zone, _span(parts))

    def period_from(self, parts: Parts) -> "_Option":
        day = _day(parts[1]) if parts[1].type == "DATE" else self.text(parts[1:])
        return _Option("first", parts[0], day, _span(parts))

    def period_zone(self, parts: Parts) -> "_Option":
        return _Option("zone", parts[0], self.text(parts[1:]), _span(parts))

    def rounding_head(self, parts: Parts) -> syntax.RoundingHead:
        return syntax.RoundingHead(parts[0].sense, parts[1], _span(parts))

    def use(self, parts: Parts) -> syntax.Use:
        return syntax.Use(parts[1].value, _span(parts))

    def clause(self, parts: Parts) -> syntax.Clause:
        return syntax.Clause(parts[1].value, _span(parts))

    # ---- data --------------------------------------------------------------------------------------------

    def table(self, parts: Parts) -> syntax.Table:
        label, *columns = _nodes(parts)
        return syntax.Table(parts[0].type.lower(), label, tuple(columns), _span(parts))

    def people(self, parts: Parts) -> syntax.Table:
        head, title, *rest = parts
        label = syntax.Label("people", "", _text(title), head.span, head.span)
        return syntax.Table("people", label, tuple(_nodes(rest)), _span(parts))

    def column(self, parts: Parts) -> syntax.Column:
        name, _, alias, kind, *rest = parts
        return _Column(name, alias, kind).read(_nodes(rest), _span(parts))

    def column_type(self, parts: Parts) -> syntax.ColumnType:
        first = parts[0]
        if first.type == "TYPE":
            return syntax.ColumnType(first.sense, span=first.span)
        if first.type == "ONE_OF":
            return syntax.ColumnType("one_of", (self.text(parts[1:]),), span=_span(parts))
        return syntax.ColumnType("name", name=first.value, span=first.span)

    def column_title(self, parts: Parts) -> "_Option":
        return _Option("title", parts[0], self.text(parts), parts[0].span)

    def column_role(self, parts: Parts) -> "_Option":
        return _Option(parts[0].sense, parts[0], None, parts[0].span)

    def column_currency(self, parts: Parts) -> "_Option":
        return _Option("currency", parts[0], parts[1], _span(parts))

    def column_reverses(self, parts: Parts) -> "_Option":
        return _Option("reverses", parts[0], parts[2], _span(parts))

    def column_limit(self, parts: Parts) -> "_Option":
        word, expr = parts
        kind = _LIMITS.get(str(_COMPARISONS.get(word.type, _COMPARISONS.get(word.value, word.value))))
        if kind is None:
            raise _refuse("E1216", word.span, word.value)
        limit = syntax.Limit(kind, expr, None, None, _span(parts))
        return _Option(kind, word, limit, limit.span)

    def column_default(self, parts: Parts) -> "_Option":
        return _Option("default", parts[0], parts[1], _span(parts))

    # ---- values ------------------------------------------------------------------------------------------

    def parameter(self, parts: Parts) -> syntax.Parameter:
        label, *values = _nodes(parts)
        return syntax.Parameter(label, tuple(values), _span(parts))

    def dated(self, parts: Parts) -> syntax.Dated:
        expr, _, first, _, _, last, source = parts
        starts, ends = first and _day(first), last and _day(last)
        return syntax.Dated(expr, starts, ends, _text(source), _span(parts))

    def for_each(self, parts: Parts) -> syntax.ForEach:
        _, table, _, where, *rest = parts
        return syntax.ForEach(table, where, tuple(_nodes(rest)), _span(parts))

    def definition(self, parts: Parts) -> syntax.Definition:
        return syntax.Definition(parts[0], _body(parts[2:]), _span(parts))

    def require(self, parts: Parts) -> syntax.Require:
        return syntax.Require(parts[1], _text(parts[2]), _span(parts))

    def block(self, parts: Parts) -> syntax.Body:
        lines = [line.steps if isinstance(line, syntax.Body) else (line,) for line in _nodes(parts)]
        return syntax.Body(tuple(step for steps in lines for step in steps), span=_span(parts))

    def steps(self, parts: Parts) -> syntax.Body:
        return syntax.Body(tuple(_nodes(parts)), span=_span(parts))

    def value(self, parts: Parts) -> syntax.Value:
        return syntax.Value(parts[0], parts[0].span)

    def case(self, parts: Parts) -> syntax.Case:
        return syntax.Case(parts[0], parts[2], _span(parts))

    def case_first(self, parts: Parts) -> syntax.Case:
        return syntax.Case(parts[4], parts[1], _span(parts))

    def otherwise(self, parts: Parts) -> syntax.Otherwise:
        word, value = parts[:2]
        message = parts[2] if len(parts) > 2 else None
        expr = None if isinstance(value, Lexeme) else value
        rescue = word.type == "RESCUE"
        return syntax.Otherwise(expr, rescue, word.value, _text(message), _span(parts))

    def apply(self, parts: Parts) -> syntax.Apply:
        return syntax.Apply(parts[0].sense, parts[1], parts[3], _span(parts))

    def apply_first(self, parts: Parts) -> syntax.Apply:
        return syntax.Apply(parts[4].sense, parts[5], parts[1], _span(parts))

    def limit(self, parts: Parts) -> syntax.Limit:
        word, expr, per, _, when = parts
        return syntax.Limit(word.sense, expr, when, per, _span(parts))

    def limit_per(self, parts: Parts) -> syntax.Limit:
        per, word, expr, _, when = parts
        return syntax.Limit(word.sense, expr, when, per, _span(parts))

    def per(self, parts: Parts) -> syntax.Per:
        if parts[0].type == "PER_SPAN":
            return syntax.Per(parts[0].sense, None, parts[0].span)
        return syntax.Per("path", parts[1], _span(parts))

    def per_first(self, parts: Parts) -> syntax.Per:
        if parts[0].type == "PER_SPAN":
            return self.per(parts)
        name = parts[1]
        return syntax.Per("path", syntax.Path((name.value,), name.span), _span(parts))

    def limit_first(self, parts: Parts) -> syntax.Limit:
        _, when, _, _, per, word, expr = parts
        return syntax.Limit(word.sense, expr, when, per, _span(parts))

    def rounded(self, parts: Parts) -> syntax.Rounded:
        word, stage = parts[0], parts[-1]
        step = _PLACES[word.value[-1]] if word.type == "ROUNDED_UNIT" else _amount(parts[1]).value
        if step <= 0:
            raise _refuse("E1219", parts[1].span, parts[1].value)
        return syntax.Rounded(word.sense, step, stage.sense if stage else "", _span(parts))

    def unrounded(self, parts: Parts) -> syntax.Unrounded:
        return syntax.Unrounded(_span(parts))

    def only_when(self, parts: Parts) -> syntax.OnlyWhen:
        return syntax.OnlyWhen(parts[1], _span(parts))

    def zero_unless(self, parts: Parts) -> syntax.ZeroUnless:
        return syntax.ZeroUnless(parts[1], _span(parts))

    def premise(self, parts: Parts) -> syntax.OnlyWhen | syntax.ZeroUnless:
        node = syntax.OnlyWhen if parts[3].type == "ELSE_NO_LINE" else syntax.ZeroUnless
        return node(parts[1], _span(parts))

    def less_earlier(self, parts: Parts) -> syntax.LessEarlier:
        return syntax.LessEarlier(parts[0].sense, parts[0].span)

    def counting(self, parts: Parts) -> syntax.Counting:
        return syntax.Counting(parts[1], _span(parts))

    def excess(self, parts: Parts) -> syntax.Excess:
        return syntax.Excess(parts[1], _span(parts))

    # ---- who receives it ---------------------------------------------------------------------------------

    def shared(self, parts: Parts) -> syntax.Shared:
        return syntax.Shared(parts[0].sense == "in_turn", tuple(_nodes(parts)), _span(parts))

    def share(self, parts: Parts) -> syntax.Share:
        return syntax.Share(parts[0], parts[2], _span(parts))

    def rest_share(self, parts: Parts) -> syntax.Share:
        return syntax.Share(None, parts[2], _span(parts))

    def together(self, parts: Parts) -> syntax.Together:
        return syntax.Together(parts[1], _span(parts))

    def receiver(self, parts: Parts) -> syntax.Path:
        path: syntax.Path = parts[0]
        return path

    def shared_among(self, parts: Parts) -> syntax.SharedAmong:
        word, table, _, where, proportion, weight = parts
        if (word.sense == "weighted") is (proportion is None):
            raise _other_sharing(word, proportion)
        return syntax.SharedAmong(table, where, weight, _span(parts))

    def shared_by(self, parts: Parts) -> syntax.SharedAmong:
        word, table, _, weight, proportion, _, where = parts
        if word.sense != "weighted":
            raise _other_sharing(word, proportion)
        return syntax.SharedAmong(table, where, weight, _span(parts))

    def remainder(self, parts: Parts) -> syntax.Remainder:
        receiver = parts[2] if isinstance(parts[2], syntax.Path) else None
        return syntax.Remainder(receiver, _span(parts))

    # ---- from one version to the next --------------------------------------------------------------------

    def transition(self, parts: Parts) -> syntax.Transition:
        return syntax.Transition(_version(parts[2:4]), tuple(_nodes(parts[4:])), _span(parts))

    def cut(self, parts: Parts) -> syntax.Cut:
        return syntax.Cut(parts[0].sense, parts[0].span)

    def kept(self, parts: Parts) -> syntax.Kept:
        rows, _, where, _, *version, _ = parts
        return syntax.Kept(_rows(rows), where, (_version(version),), None, _span(parts))

    def better(self, parts: Parts) -> syntax.Kept:
        rows, _, where, _, word, _, *versions, _, _ = parts
        which = syntax.Path((word.value,), word.span)
        pair = (_version(versions[:2]), _version(versions[3:]))
        return syntax.Kept(_rows(rows), where, pair, which, _span(parts))

    def pilot(self, parts: Parts) -> syntax.Pilot:
        if isinstance(parts[0], Lexeme):
            _, _, where, _, word, number, _, day, *_ = parts
            return syntax.Pilot(None, None, where, _version((word, number)), _day(day), _span(parts))
        path, name, _, word, number, _, day, *_ = parts
        text = self.text((name,))
        return syntax.Pilot(path, text, None, _version((word, number)), _day(day), _span(parts))

    def blend(self, parts: Parts) -> syntax.Blend:
        _, first, _, last, *rest = parts
        return syntax.Blend(_day(first), _day(last), tuple(_nodes(rest)), _span(parts))

    def floor(self, parts: Parts) -> syntax.Floor:
        _, day, word, share, _, basis, _ = parts
        return self._floor(day, word, share, basis, parts)

    def floor_after(self, parts: Parts) -> syntax.Floor:
        _, day, word, basis, _, share, _ = parts
        return self._floor(day, word, share, basis, parts)

    def _floor(self, day: Lexeme, word: Lexeme, share: Any, basis: Any, parts: Parts) -> syntax.Floor:
        if word.sense != "at_least":
            raise _refuse("E1250", word.span, word.value)
        if isinstance(basis, syntax.Quantity):
            return syntax.Floor(_day(day), share, None, basis, _span(parts))
        return syntax.Floor(_day(day), share, basis, None, _span(parts))

    def floor_basis(self, parts: Parts) -> syntax.VersionNumber | syntax.Quantity:
        if parts[0].type == "VERSION":
            return _version(parts)
        length: syntax.Quantity = _nodes(parts)[0]
        return length

    def carried(self, parts: Parts) -> syntax.CarriedOver:
        path, word, *rest = parts
        expr = next(iter(_nodes(rest)), None)
        return syntax.CarriedOver(path, "converted" if expr is not None else word.sense, expr, _span(parts))

    # ---- when it is paid ---------------------------------------------------------------------------------

    def pay_dates(self, parts: Parts) -> syntax.Pay:
        return syntax.Pay(tuple(_nodes(parts)), _span(parts))

    def instalment(self, parts: Parts) -> syntax.Instalment:
        share, _, due, _, when = parts
        return syntax.Instalment(share, due, when, _span(parts))

    def instalment_first(self, parts: Parts) -> syntax.Instalment:
        _, when, _, _, share, _, due = parts
        return syntax.Instalment(share, due, when, _span(parts))

    def pay_share(self, parts: Parts) -> syntax.PayShare:
        return syntax.PayShare(parts[1], _span(parts))

    def hold(self, parts: Parts) -> syntax.Hold:
        return syntax.Hold(parts[1], _span(parts))

    def hold_first(self, parts: Parts) -> syntax.Hold:
        return syntax.Hold(parts[1], _span(parts))

    def take_back(self, parts: Parts) -> syntax.TakeBack:
        return syntax.TakeBack(parts[1], parts[3], _span(parts))

    def take_back_first(self, parts: Parts) -> syntax.TakeBack:
        return syntax.TakeBack(parts[5], parts[1], _span(parts))

    # ---- tiers and lookup tables -------------------------------------------------------------------------

    def tiers(self, parts: Parts) -> syntax.Tiers:
        label, *rest = _nodes(parts)
        mode, rounding, bounds = _tiers_options([part for part in rest if isinstance(part, _Option | syntax.Rounded)])
        columns = tuple(part for part in rest if isinstance(part, syntax.Label))
        rows = tuple(part for part in rest if isinstance(part, syntax.Row | syntax.SameAs))
        return syntax.Tiers(label, mode, columns, rows, rounding, bounds, _span(parts))

    def bounds_of(self, parts: Parts) -> "_Option":
        return _Option("bounds", parts[0], parts[1], _span(parts))

    def same_as(self, parts: Parts) -> syntax.SameAs:
        _, table, step, *rest = parts
        operand = next(iter(_nodes(rest)), None)
        return syntax.SameAs(table, step.sense if step else "", operand, _span(parts))

    def lookup(self, parts: Parts) -> syntax.Lookup:
        label, *rest = _nodes(parts)
        keys = tuple(part.value for part in rest if isinstance(part, _Option))
        columns = tuple(part for part in rest if isinstance(part, syntax.Label))
        rows = tuple(part for part in rest if isinstance(part, syntax.Row | syntax.SameAs))
        heads = [part.row for part in rest if isinstance(part, _Head)]
        if len(heads) > 1:
            raise _refuse("E1215", heads[1].span)
        first_of = any(isinstance(part, Lexeme) and part.type == "FIRST_OF" for part in parts)
        return syntax.Lookup(label, keys, columns, rows, heads[0] if heads else None, first_of, _span(parts))

    def key(self, parts: Parts) -> "_Option":
        name, _, alias = parts
        label = syntax.Label(name.value, _text(alias), "", name.span, (alias or name).span)
        return _Option("key", name, label, _span(parts))

    def head(self, parts: Parts) -> "_Head":
        return _Head(self.row(parts[1:]), _span(parts))

    def mode(self, parts: Parts) -> "_Option":
        return _Option("mode", parts[0], None, parts[0].span)

    def stage(self, parts: Parts) -> "_Option":
        return _Option("stage", parts[0], None, parts[0].span)

    def row(self, parts: Parts) -> syntax.Row:
        cells: list[Any] = []
        for cell in _nodes(parts):
            if isinstance(cell, _Range):
                cells.extend(cell.cells)
            else:
                _pair_with_top(cells, cell)
                cells.append(cell.bound if isinstance(cell, _Top) else cell)
        for cell in cells:
            if isinstance(cell, _Marked):
                mark = f"（{cell.mark.value}）"
                raise _refuse("E1221", cell.span, mark, word=mark)
        return syntax.Row(tuple(cells), _span(parts))

    def value_cell(self, parts: Parts) -> syntax.ValueCell:
        return syntax.ValueCell(parts[0], parts[0].span)

    def marked_cell(self, parts: Parts) -> "_Marked":
        return _Marked(parts[0], parts[1], _span(parts))

    def bound_cell(self, parts: Parts) -> "syntax.BoundCell | _Top":
        word, expr, mark = parts
        cell = syntax.BoundCell(_kind(word, mark), expr, _span(parts))
        return _Top(cell) if word.type == "UP_TO" else cell

    def suffix_cell(self, parts: Parts) -> syntax.BoundCell:
        expr, before, word, after = parts
        return syntax.BoundCell(_kind(word, before or after), expr, _span(parts))

    def between_cell(self, parts: Parts) -> "_Range":
        low, mark, word, high = parts
        kind = "above" if mark and mark.value.startswith("不") else "from"
        first = syntax.BoundCell(kind, low, low.span.to(word.span))
        return _Range((first, syntax.BoundCell("below", high, word.span.to(high.span))))

    def word_cell(self, parts: Parts) -> syntax.BoundCell | syntax.WordCell:
        word = parts[0]
        if word.type == "THE_REST":
            return syntax.BoundCell("the_rest", None, word.span)
        return syntax.WordCell(word.type.lower(), word.span)

    def width_cell(self, parts: Parts) -> syntax.BoundCell:
        return syntax.BoundCell(parts[0].sense, parts[1], _span(parts))

    def series_cell(self, parts: Parts) -> syntax.SeriesCell:
        return syntax.SeriesCell(parts[0].sense or "every", parts[1], _span(parts))

    def negative(self, parts: Parts) -> syntax.Unary:
        return syntax.Unary("minus", _amount(parts[1]), _span(parts))

    # ---- performance and pay -----------------------------------------------------------------------------

    def kpi(self, parts: Parts) -> syntax.Kpi:
        label, *clauses = _nodes(parts)
        return syntax.Kpi(label, tuple(clauses), _span(parts))

    def kpi_clause(self, parts: Parts) -> syntax.KpiClause:
        return syntax.KpiClause(parts[0].sense, _body(parts[1:]), None, _span(parts))

    def less_is_better(self, parts: Parts) -> syntax.KpiClause:
        return syntax.KpiClause("less_is_better", None, None, _span(parts))

    def not_applicable(self, parts: Parts) -> syntax.KpiClause:
        return syntax.KpiClause("not_applicable", None, parts[2], _span(parts))

    def not_applicable_first(self, parts: Parts) -> syntax.KpiClause:
        return syntax.KpiClause("not_applicable", None, parts[1], _span(parts))

    def score(self, parts: Parts) -> syntax.Score:
        return syntax.Score(parts[1], _body(parts[2:]), _span(parts))

    def account(self, parts: Parts) -> syntax.Account:
        label, *lines = _nodes(parts)
        return syntax.Account(label, tuple(lines), _span(parts))

    def opens(self, parts: Parts) -> syntax.Opens:
        return syntax.Opens(parts[1], _span(parts))

    def closing(self, parts: Parts) -> syntax.Closing:
        word = parts[1]
        kind = _LIMITS.get(str(_COMPARISONS.get(word.type, _COMPARISONS.get(word.value, word.value))))
        if kind is None:
            raise _refuse("E1216", word.span, word.value)
        return syntax.Closing(kind, parts[2], _span(parts))

    def pay_line(self, parts: Parts) -> syntax.PayLine:
        kind, label, _, table, _, to, _, where, _, when, *rest = parts
        return syntax.PayLine(kind.sense, label, table, where, when, _body(rest), to, _span(parts))

    def rank(self, parts: Parts) -> syntax.Rank:
        word, label, _, table, _, first, *rest = parts
        return _Rank(label, table, first).read(rest, word.span, _span(parts))

    def order(self, parts: Parts) -> "_Option":
        return _Option("order", parts[0], parts[0].sense, parts[0].span)

    def ties(self, parts: Parts) -> "_Option":
        return _Option("ties", parts[0], parts[0].sense, parts[0].span)

    def ties_by(self, parts: Parts) -> "_Option":
        return _Option("key", parts[0], parts[1], _span(parts))

    def within(self, parts: Parts) -> "_Option":
        return _Option("within", parts[0], parts[1], _span(parts))

    def one_more(self, parts: Parts) -> "_More":
        return _More(parts[0], parts[0].span)

    def competency(self, parts: Parts) -> syntax.Competency:
        label, *rest = _nodes(parts)
        return syntax.Competency(label, tuple(rest), _span(parts))

    def rated(self, parts: Parts) -> syntax.RatedBy:
        _, points, _, window, _, *rest = parts
        return syntax.RatedBy(points, window, tuple(_nodes(rest)), _span(parts))

    def rater(self, parts: Parts) -> syntax.Rater:
        kind, weight = parts
        return syntax.Rater(None if kind is None else self.text([kind]), _amount(weight), _span(parts))

    def item(self, parts: Parts) -> syntax.Item:
        _, label, _, _, weight, _, _, required, _ = parts
        return syntax.Item(label, weight, required, _span(parts))

    def course(self, parts: Parts) -> syntax.Course:
        return syntax.Course(parts[2], _span(parts))

    def exception(self, parts: Parts) -> syntax.ExceptionTo:
        _, label, _, rule, _, where, *rest = parts
        return syntax.ExceptionTo(label, rule, where, _body(rest), _span(parts))

    def promise(self, parts: Parts) -> syntax.Promise:
        return syntax.Promise("always", parts[1], parts[3], span=_span(parts))

    def promise_first(self, parts: Parts) -> syntax.Promise:
        return syntax.Promise("always", parts[5], parts[2], span=_span(parts))

    def promise_rising(self, parts: Parts) -> syntax.Promise:
        return syntax.Promise("rising", value=parts[1], cause=parts[3], span=_span(parts))

    def promise_jump(self, parts: Parts) -> syntax.Promise:
        _, value, _, limit, _, cause, _, step, _ = parts
        return syntax.Promise("jump", None, None, value, cause, limit, _amount(step), _span(parts))

    def promise_jump_first(self, parts: Parts) -> syntax.Promise:
        _, cause, _, step, _, value, _, limit, _ = parts
        return syntax.Promise("jump", None, None, value, cause, limit, _amount(step), _span(parts))

    def payout(self, parts: Parts) -> syntax.Payout:
        return syntax.Payout(_body(parts[1:]), _span(parts))

    # ---- expressions -------------------------------------------------------------------------------------

    def any_of(self, parts: Parts) -> syntax.Logic:
        return syntax.Logic("or", tuple(_nodes(parts)), _span(parts))

    def all_of(self, parts: Parts) -> syntax.Logic:
        return syntax.Logic("and", tuple(_nodes(parts)), _span(parts))

    def not_(self, parts: Parts) -> syntax.Unary:
        return syntax.Unary("not", parts[1], _span(parts))

    def compare(self, parts: Parts) -> syntax.Compare:
        left, word, right = parts
        operator = word.sense if word.type == "DATE_TEST" else _COMPARISONS.get(word.type)
        operator = str(operator or _COMPARISONS.get(word.value, word.value))
        return syntax.Compare(operator, left, right, _span(parts), word.value)

    def one_of(self, parts: Parts) -> syntax.OneOf | syntax.Unary:
        operand, *options = _nodes(parts)
        node = syntax.OneOf(operand, tuple(options), _span(parts))
        return node if parts[1].type == "IN" else syntax.Unary("not", node, node.span)

    def missing(self, parts: Parts) -> syntax.Missing:
        return syntax.Missing(parts[0], parts[1].sense == "present", _span(parts))

    def binary(self, parts: Parts) -> syntax.Binary:
        return syntax.Binary(_ARITHMETIC[parts[1].type], parts[0], parts[2], _span(parts))

    def share_of(self, parts: Parts) -> syntax.Binary:
        return syntax.Binary("share", parts[0], parts[2], _span(parts))

    def share_de(self, parts: Parts) -> syntax.Binary:
        return syntax.Binary("share", parts[2], parts[0], _span(parts))

    def pricing(self, parts: Parts) -> syntax.Pricing:
        return syntax.Pricing(parts[0], parts[2], parts[4], _span(parts))

    def pricing_after(self, parts: Parts) -> syntax.Pricing:
        return syntax.Pricing(parts[2], parts[0], parts[4], _span(parts))

    def convert(self, parts: Parts) -> syntax.Convert:
        operand, _, currency, _, rates, _, day = parts
        return syntax.Convert(operand, currency.value, rates, day, _span(parts), currency.span)

    def as_of(self, parts: Parts) -> syntax.AsOf:
        return syntax.AsOf(parts[0], parts[2], _span(parts))

    def averaged(self, parts: Parts) -> syntax.Averaged:
        return syntax.Averaged(parts[0], parts[1].sense, _span(parts))

    def minus(self, parts: Parts) -> syntax.Unary:
        return syntax.Unary("minus", parts[1], _span(parts))

    def running_total(self, parts: Parts) -> syntax.RunningTotal:
        return syntax.RunningTotal(parts[1], (), _span(parts))

    def running_over(self, parts: Parts) -> syntax.RunningTotal:
        operand, *scopes = _nodes(parts)
        return syntax.RunningTotal(operand, tuple(scopes), _span(parts))

    def running_after(self, parts: Parts) -> syntax.RunningTotal:
        return syntax.RunningTotal(parts[0], (), _span(parts))

    def part_above(self, parts: Parts) -> syntax.PartOf:
        return syntax.PartOf(parts[1], parts[3], parts[5], _span(parts))

    def part_up_to(self, parts: Parts) -> syntax.PartOf:
        return syntax.PartOf(parts[1], None, parts[3], _span(parts))

    def among_above(self, parts: Parts) -> syntax.PartOf:
        return syntax.PartOf(parts[0], parts[3], parts[5], _span(parts))

    def among_up_to(self, parts: Parts) -> syntax.PartOf:
        return syntax.PartOf(parts[0], None, parts[3], _span(parts))

    def running_count(self, parts: Parts) -> syntax.RunningCount:
        return syntax.RunningCount(tuple(_nodes(parts)), _span(parts))

    def weighted_kpis(self, parts: Parts) -> syntax.WeightedKpis:
        return syntax.WeightedKpis(_span(parts))

    def number(self, parts: Parts) -> syntax.Number:
        return _amount(parts[0])

    def quantity(self, parts: Parts) -> syntax.Quantity:
        number = _amount(parts[0])
        if number.unit:
            raise _refuse("E1222", _span(parts), parts[0].value, word=parts[1].value)
        return syntax.Quantity(number.value, parts[1].sense, _span(parts))

    def text(self, parts: Parts) -> syntax.Text:
        return syntax.Text(parts[0].value, parts[0].span)

    def day(self, parts: Parts) -> syntax.Day:
        return _day(parts[0])

    def yes_no(self, parts: Parts) -> syntax.YesNo:
        return syntax.YesNo(parts[0].sense == "yes", parts[0].span)

    def bracket(self, parts: Parts) -> syntax.Expr:
        expr: syntax.Expr = parts[1]
        return expr

    def path(self, parts: Parts) -> syntax.Path:
        names = tuple(part.value for part in parts if part.type == "NAME")
        return syntax.Path(names, _span(parts))

    def call(self, parts: Parts) -> syntax.Call:
        function, _, arguments, _, where, *rest = parts
        listed = arguments or ()
        scopes = [part for part in listed if isinstance(part, syntax.Window | syntax.Per | syntax.Below)]
        starts = tuple(part.expr for part in listed if isinstance(part, _Start))
        others = syntax.Window | syntax.Per | syntax.Below | _Start
        values = tuple(part for part in listed if not isinstance(part, others))
        scopes += _nodes(rest)
        return syntax.Call(function, values, where, tuple(scopes), starts, _span(parts))

    def fallback(self, parts: Parts) -> "_Start":
        return _Start(parts[1], _span(parts))

    def arguments(self, parts: Parts) -> "tuple[syntax.Expr | syntax.Scope, ...]":
        return tuple(_nodes(parts))

    def with_below(self, parts: Parts) -> syntax.Below:
        return syntax.Below(_span(parts))

    def window(self, parts: Parts) -> syntax.Window:
        word = parts[0]
        if word.type == "WINDOW":
            return syntax.Window(word.sense, as_of=parts[2], span=_span(parts))
        length: syntax.Quantity = parts[1]
        if length.value.denominator != 1 or length.value < 1:
            raise _refuse("E1218", length.span)
        return syntax.Window("last", int(length.value), length.unit, parts[3], _span(parts))


# ---- rules that need a second look ---------------------------------------------------------------------


def _body(parts: Parts) -> syntax.Body:
    """The steps of a definition, clause or line; `parts` end in them."""
    body: syntax.Body = _nodes(parts)[-1]
    first_of = next((part for part in parts if isinstance(part, Lexeme) and part.type == "FIRST_OF"), None)
    return replace(body, first_of=True, span=first_of.span.to(body.span)) if first_of else body


def _version(parts: Parts) -> syntax.VersionNumber:
    return syntax.VersionNumber(_whole(parts[1]), _span(parts[:2]))


def _rows(part: Any) -> syntax.Path | None:
    """The table of a clause; None: people."""
    return part if isinstance(part, syntax.Path) else None


class _Head(NamedTuple):
    """The `columns` row of a lookup table."""

    row: syntax.Row
    span: Span


class _Option(NamedTuple):
    """A word after a comma in the first line of a table's column or of tiers, with what it says."""

    kind: str
    word: Lexeme
    value: Any
    span: Span


class _More(NamedTuple):
    """One more of what stands before it: `within contest, league`."""

    expr: syntax.Expr
    span: Span


class _Rank:
    """A rank while its options are read: an order belongs to the key before it."""

    def __init__(self, label: syntax.Label, table: syntax.Path | None, first: syntax.Expr) -> None:
        self._label, self._table = label, table
        self._keys = [syntax.RankKey(first, "", first.span)]
        self._ties = ""
        self._within: list[syntax.Expr] = []
        self._last = ""

    def read(self, rest: Sequence[Any], head: Span, span: Span) -> syntax.Rank:
        for option in rest:
            if isinstance(option, _More):
                self._more(option)
            elif isinstance(option, _Option):
                self._option(option)
                self._last = option.kind
        where = next((p for p in rest if p is not None and not isinstance(p, Lexeme | _Option | _More)), None)
        return syntax.Rank(
            self._label, self._table, tuple(self._keys), self._ties, tuple(self._within), where, span
        )  # fmt: skip

    def _more(self, more: _More) -> None:
        if self._last != "within":
            raise _refuse("E1238", more.span)
        self._within.append(more.expr)

    def _option(self, option: _Option) -> None:
        key = self._keys[-1]
        if option.kind == "order":
            if key.order or self._last not in ("", "key"):
                raise _refuse("E1239", option.span, option.word.value, word=option.word.value)
            self._keys[-1] = replace(key, order=option.value, span=key.span.to(option.span))
        elif option.kind == "key":
            self._keys.append(syntax.RankKey(option.value, "", option.value.span))
        elif option.kind == "within":
            self._within.append(option.value)
        elif self._ties:
            raise _refuse("E1215", option.span, option.word.value)
        else:
            self._ties = option.value


class _Column:
    """A column while its options are read, each of which may stand once."""

    def __init__(self, name: Lexeme, alias: Lexeme | None, kind: syntax.ColumnType) -> None:
        self._name, self._alias, self._kind = name, alias, kind
        self._title = ""
        self._options = list(kind.options)
        self._roles: list[str] = []
        self._limits: list[syntax.Limit] = []
        self._given: dict[str, Any] = {}

    def read(self, options: "list[_Option]", span: Span) -> syntax.Column:
        for kind, word, value, _ in options:
            if kind == "title" and self._kind.word == "one_of" and not self._given:
                self._options.append(value)
            else:
                self._once(kind, word, value)
        return self._column(span)

    def _once(self, kind: str, word: Lexeme, value: Any) -> None:
        if kind in self._given:
            raise _refuse("E1215", word.span, word.value)
        self._given[kind] = value
        if isinstance(value, syntax.Limit):
            self._limits.append(value)
        elif kind == "title":
            self._title = value.value
        elif kind not in ("currency", "reverses", "default"):
            self._roles.append(kind)

    def _column(self, span: Span) -> syntax.Column:
        name, alias, kind = self._name, self._alias, self._kind
        currency: Lexeme | None = self._given.get("currency")
        return syntax.Column(
            syntax.Label(name.value, _text(alias), self._title, name.span, (alias or name).span),
            syntax.ColumnType(kind.word, tuple(self._options), kind.name, kind.span),
            tuple(self._roles),
            "reverses" in self._given,
            self._given.get("reverses"),
            self._given.get("default"),
            tuple(self._limits),
            _text(currency),
            span,
            (currency or name).span,
        )


def _tiers_options(
    options: list["_Option | syntax.Rounded"],
) -> tuple[str, syntax.Rounded | None, syntax.Expr | None]:
    """Mode, rounding and what the bounds are shares of; the stage of a rounding may follow it after a comma."""
    mode, rounding, bounds = "", None, None
    for option in options:
        if isinstance(option, syntax.Rounded):
            if rounding:
                raise _refuse("E1215", option.span, "rounded")
            rounding = option
            continue
        kind, word = option.kind, option.word
        given = {"mode": mode, "bounds": bounds, "stage": rounding and rounding.stage}
        if given[kind]:
            raise _refuse("E1215", word.span, word.value)
        if kind == "mode":
            mode = word.sense
        elif kind == "bounds":
            bounds = option.value
        elif rounding is None:
            raise _refuse("E1223", word.span, word.value)
        else:
            rounding = replace(rounding, stage=word.sense, span=rounding.span.to(word.span))
    return mode, rounding, bounds


def _pair_with_top(cells: list[Any], cell: Any) -> None:
    """`5万至10万`: the cell before a top without a word of its own is the lower bound."""
    if not isinstance(cell, _Top) or not cells:
        return
    below = cells[-1]
    if isinstance(below, _Marked):
        kind = "above" if below.mark.value.startswith("不") else "from"
        cells[-1] = syntax.BoundCell(kind, below.expr, below.span)
    elif isinstance(below, syntax.ValueCell) and not isinstance(below.expr, syntax.Text | syntax.YesNo):
        cells[-1] = syntax.BoundCell("from", below.expr, below.span)


class _Marked:
    """A number with （含） or （不含） and no bound word after it: right only before 至."""

    def __init__(self, expr: syntax.Expr, mark: Lexeme, span: Span) -> None:
        self.expr, self.mark, self.span = expr, mark, span


class _Top:
    """A bound written with `up to`: the number before it, if it stands alone, is the lower bound."""

    def __init__(self, bound: syntax.BoundCell) -> None:
        self.bound, self.span = bound, bound.span


class _Range:
    """Two bounds written as one: 5万以上不满10万."""

    def __init__(self, cells: tuple[syntax.BoundCell, syntax.BoundCell]) -> None:
        self.cells = cells
        self.span = cells[0].span.to(cells[1].span)


def _kind(word: Lexeme, mark: Lexeme | None) -> str:
    """The kind of a bound; （不含） takes the bound itself out, （含） says what 以上 says anyway."""
    kind = _BOUNDS[word.type]
    return _WITHOUT_ITSELF[kind] if mark and mark.value.startswith("不") else kind
