"""Expressions and steps as text: what stands within one line.

In: the tree of an expression or a step, and a pen. Out: its text, with the brackets that its place demands.
Where the order of words differs, Chinese says the condition before the action and the base before the table.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import IntEnum
from fractions import Fraction
from typing import Any, Final, NamedTuple

from tiercel_dsl import syntax
from tiercel_dsl.margin import spaced
from tiercel_dsl.pen import AMOUNT, FACES, KEYWORDS, PLACES, Pen, amount

# ---- expressions -------------------------------------------------------------------------------------------


class Level(IntEnum):
    """What binds how tightly: the rules of the grammar, from the loosest."""

    OR = 1
    AND = 2
    NOT = 3
    TEST = 4
    SUM = 5
    PRODUCT = 6
    MULTIPLE = 7
    FACTOR = 8
    UNARY = 9
    TERM = 10
    ATOM = 11


class _Piece(NamedTuple):
    level: Level
    text: str


def expr(node: syntax.Expr, pen: Pen, level: Level = Level.OR) -> str:
    """The text of an expression for a place that takes this level or a tighter one."""
    piece: _Piece = _EXPRESSIONS[type(node)](node, pen)
    return piece.text if piece.level >= level else pen.bracketed(piece.text)


def _number(node: syntax.Number, pen: Pen) -> _Piece:
    return _Piece(Level.ATOM, amount(pen.written(node.span), node, pen))


def _text(node: syntax.Text, pen: Pen) -> _Piece:
    return _Piece(Level.ATOM, pen.quoted(node.value))


def _day(node: syntax.Day, pen: Pen) -> _Piece:
    return _Piece(Level.ATOM, day_text(node))


def day_text(day: syntax.Day) -> str:
    return day.value.isoformat()[:7] if day.month_only else day.value.isoformat()


def _yes_no(node: syntax.YesNo, pen: Pen) -> _Piece:
    return _Piece(Level.ATOM, pen.face.word("YES_NO", "yes" if node.value else "no"))


def _quantity(node: syntax.Quantity, pen: Pen) -> _Piece:
    number = amount(pen.written(node.span), syntax.Number(node.value), pen)
    if pen.face.chinese:
        return _Piece(Level.ATOM, number + pen.face.word("UNIT", node.unit))
    return _Piece(Level.ATOM, f"{number} {KEYWORDS['UNIT', node.unit].english[node.value == 1]}")


def scope(node: syntax.Scope, pen: Pen) -> str:
    """`year to date`, `last 3 months as of d`, `per customer`."""
    if isinstance(node, syntax.Per):
        return per(node, pen)
    if isinstance(node, syntax.Below):
        return pen.face.word("WITH_BELOW")
    word = pen.face.word("WINDOW", node.kind) if node.kind != "last" else _last(node, pen)
    day = "" if node.as_of is None else f"{pen.face.word('AS_OF')} {expr(node.as_of, pen, Level.ATOM)}"
    return spaced(word, day)


def _last(window: syntax.Window, pen: Pen) -> str:
    word, length = pen.face.word("LAST"), expr(syntax.Quantity(Fraction(window.count), window.unit), pen)
    return word + length if pen.face.chinese else f"{word} {length}"  # 近3个月


def per(node: syntax.Per, pen: Pen) -> str:
    if node.path is None:
        return pen.face.word("PER_SPAN", node.kind)
    return f"{pen.face.word('PER')} {expr(node.path, pen)}"


def _as_of(node: syntax.AsOf, pen: Pen) -> _Piece:
    operand, day = expr(node.operand, pen, Level.TERM), expr(node.day, pen, Level.ATOM)
    return _Piece(Level.TERM, f"{operand} {pen.face.word('AS_OF')} {day}")


def _averaged(node: syntax.Averaged, pen: Pen) -> _Piece:
    return _Piece(Level.TERM, f"{expr(node.operand, pen, Level.TERM)} {pen.face.word('BY_SPAN', node.unit)}")


def _convert(node: syntax.Convert, pen: Pen) -> _Piece:
    face, rates = pen.face, expr(node.rates, pen)
    text = f"{expr(node.operand, pen, Level.TERM)} {face.word('INTO')} {pen.name(node.currency)}"
    day = "" if node.day is None else f"{face.word('AS_OF')} {expr(node.day, pen, Level.TERM)}"
    return _Piece(Level.FACTOR, spaced(text, face.word("AT"), rates, day))


def _path(node: syntax.Path, pen: Pen) -> _Piece:
    return _Piece(Level.ATOM, ".".join(pen.name(name) for name in node.names))


def _call(node: syntax.Call, pen: Pen) -> _Piece:
    inside = pen.listed([expr(argument, pen) for argument in node.arguments])
    if node.where is not None:
        inside = f"{inside} {pen.face.word('WHERE')} {expr(node.where, pen)}".lstrip()
    scopes = [scope(one, pen) for one in node.scopes]
    word = pen.face.word("RESCUE") if pen.face.chinese else pen.face.word("OTHERWISE", "otherwise")
    starts = [f"{word} {expr(start, pen)}" for start in node.otherwise]
    inside = pen.listed([*([inside] if inside else []), *scopes, *starts])
    return _Piece(Level.ATOM, f"{expr(node.function, pen)}({inside})")  # narrow in Chinese too: 合计(签约.金额)


def _unary(node: syntax.Unary, pen: Pen) -> _Piece:
    if node.operator == "minus":
        return _Piece(Level.UNARY, f"-{expr(node.operand, pen, Level.UNARY)}")
    if isinstance(node.operand, syntax.OneOf):
        return _one_of(node.operand, pen, "NOT_IN")
    twice = isinstance(node.operand, syntax.Unary) and node.operand.operator == "not"
    operand = expr(node.operand, pen, Level.NOT if twice else Level.SUM)  # not (x = 5): the brackets help the eye
    return _Piece(Level.NOT, f"{pen.face.word('NOT')} {operand}")


# Operator: what it is itself, what may stand left and right of it.
_BINARY: Final = {
    "add": (Level.SUM, Level.SUM, Level.PRODUCT),
    "subtract": (Level.SUM, Level.SUM, Level.PRODUCT),
    "multiply": (Level.MULTIPLE, Level.PRODUCT, Level.FACTOR),
    "divide": (Level.PRODUCT, Level.PRODUCT, Level.FACTOR),
    "share": (Level.MULTIPLE, Level.MULTIPLE, Level.FACTOR),
}


def _binary(node: syntax.Binary, pen: Pen) -> _Piece:
    own, left, right = _BINARY[node.operator]
    first, second, sign = node.left, node.right, pen.face.signs.get(node.operator, "")
    if node.operator == "share":
        sign = pen.face.word("DE" if pen.face.chinese else "OF")
        first, second = (second, first) if pen.face.chinese else (first, second)
    if node.operator != "share":  # without brackets a reader would halve the 10: (part of x above 10) / 2
        left, right = (Level.ATOM if isinstance(n, syntax.PartOf) else at for n, at in ((first, left), (second, right)))
    return _Piece(own, f"{_closed(first, pen, left)} {sign} {expr(second, pen, right)}")


def _closed(node: syntax.Expr, pen: Pen, level: Level) -> str:
    """Something that more follows: `(quota as of hired) + 5`, where the reader could take the day for `hired + 5`."""
    text = expr(node, pen, level)
    return pen.bracketed(text) if _ends_open(node, pen) and _tightness(node) >= level else text


def _tightness(node: syntax.Expr) -> Level:
    """The level of what may end in a day or a bound; of anything else the tightest."""
    match node:
        case syntax.Binary():
            return _BINARY[node.operator][0]
        case syntax.Unary():
            return Level.UNARY
        case syntax.Pricing() | syntax.Convert():
            return Level.FACTOR
        case syntax.AsOf() | syntax.PartOf():
            return Level.TERM
        case _:
            return Level.ATOM


def _ends_open(node: syntax.Expr, pen: Pen) -> bool:
    """Whether the text of an expression ends in a day or a bound, without a word that closes it."""
    match node:
        case syntax.AsOf():
            return True
        case syntax.Convert(day=day):
            return day is not None
        case syntax.PartOf():
            return not pen.face.chinese
        case syntax.Unary(operator="minus", operand=operand):
            return _ends_open(operand, pen)
        case syntax.Pricing(base=base, key=key):
            last = key if key is not None else None if pen.face.chinese else base
            return last is not None and _tightness(last) >= Level.TERM and _ends_open(last, pen)
        case syntax.Binary(operator=operator, left=left, right=right):
            last = left if operator == "share" and pen.face.chinese else right
            if operator != "share" and isinstance(last, syntax.PartOf):
                return False
            return _tightness(last) >= _BINARY[operator][2] and _ends_open(last, pen)
        case _:
            return False


_TESTS: Final = {
    "<=": ("NO_MORE", "at_most"),
    ">=": ("NO_LESS", "at_least"),
    ">": ("ABOVE", ""),
    "<": ("BELOW", ""),
    **{sense: ("DATE_TEST", sense) for sense in ("before", "after", "on_or_before", "on_or_after")},
}


def _compare(node: syntax.Compare, pen: Pen) -> _Piece:
    """A sign stays a sign and a word a word: between dates not every word may stand."""
    sign = node.operator not in _TESTS or (node.word and set(node.word) <= set("<>=≤≥"))
    word = pen.face.signs[node.operator] if sign else pen.face.word(*_TESTS[node.operator])
    return _Piece(Level.TEST, f"{_closed(node.left, pen, Level.SUM)} {word} {expr(node.right, pen, Level.SUM)}")


def _logic(node: syntax.Logic, pen: Pen) -> _Piece:
    own, inner = (Level.AND, Level.NOT) if node.operator == "and" else (Level.OR, Level.AND)
    word = pen.face.word(node.operator.upper())
    return _Piece(own, f" {word} ".join(expr(operand, pen, inner) for operand in node.operands))


def _one_of(node: syntax.OneOf, pen: Pen, terminal: str = "IN") -> _Piece:
    options = pen.bracketed(pen.listed([expr(option, pen) for option in node.options]))
    return _Piece(Level.TEST, f"{_closed(node.operand, pen, Level.SUM)} {pen.face.word(terminal)} {options}")


def _missing(node: syntax.Missing, pen: Pen) -> _Piece:
    word = pen.face.word("MISSING", "present" if node.present else "missing")
    return _Piece(Level.TEST, f"{_closed(node.operand, pen, Level.SUM)} {word}")


def _pricing(node: syntax.Pricing, pen: Pen) -> _Piece:
    face, table = pen.face, expr(node.table, pen)
    base = (_closed if face.chinese else expr)(node.base, pen, Level.TERM)
    text = f"{base} {face.word('APPLIES')} {table}" if face.chinese else f"{table} {face.word('ON')} {base}"
    if node.key is not None:
        text += f" {face.word('BY')} {expr(node.key, pen, Level.TERM)}"
    return _Piece(Level.FACTOR, text)


def _running_total(node: syntax.RunningTotal, pen: Pen) -> _Piece:
    word = pen.face.word("RUNNING_TOTAL")
    if node.scopes:
        inside = [expr(node.operand, pen), *(scope(one, pen) for one in node.scopes)]
        return _Piece(Level.TERM, f"{word} {pen.bracketed(pen.listed(inside))}")
    return _Piece(Level.TERM, f"{word} {expr(node.operand, pen, Level.ATOM)}")


def _running_count(node: syntax.RunningCount, pen: Pen) -> _Piece:
    scopes = pen.listed([scope(one, pen) for one in node.scopes])
    return _Piece(Level.ATOM, spaced(pen.face.word("RUNNING_COUNT"), pen.bracketed(scopes) if scopes else ""))


def _part_of(node: syntax.PartOf, pen: Pen) -> _Piece:
    face = pen.face
    limits: list[str] = []
    if node.above is not None:
        limits += [face.word("ABOVE"), expr(node.above, pen, Level.ATOM)]
    if node.up_to is not None:
        alone = face.chinese and node.above is None
        word = face.word("NO_MORE", "at_most") if alone else face.word("UP_TO")
        limits += [word, expr(node.up_to, pen, Level.ATOM)]
    chain = face.chinese and isinstance(node.operand, syntax.PartOf)
    operand = expr(node.operand, pen, Level.TERM if chain else Level.ATOM)
    if face.chinese:
        return _Piece(Level.TERM, " ".join([operand, face.word("AMONG"), *limits, face.word("PART_END")]))
    return _Piece(Level.TERM, " ".join([face.word("PART_OF"), operand, *limits]))


def _weighted_kpis(node: syntax.WeightedKpis, pen: Pen) -> _Piece:
    return _Piece(Level.ATOM, pen.face.word("WEIGHTED_KPIS"))


_EXPRESSIONS: dict[type, Callable[[Any, Pen], _Piece]] = {
    syntax.Number: _number,
    syntax.Text: _text,
    syntax.Day: _day,
    syntax.YesNo: _yes_no,
    syntax.Quantity: _quantity,
    syntax.Path: _path,
    syntax.Call: _call,
    syntax.Unary: _unary,
    syntax.Binary: _binary,
    syntax.Compare: _compare,
    syntax.Logic: _logic,
    syntax.OneOf: _one_of,
    syntax.Missing: _missing,
    syntax.Pricing: _pricing,
    syntax.RunningTotal: _running_total,
    syntax.RunningCount: _running_count,
    syntax.PartOf: _part_of,
    syntax.WeightedKpis: _weighted_kpis,
    syntax.AsOf: _as_of,
    syntax.Averaged: _averaged,
    syntax.Convert: _convert,
}


# ---- steps of a body ---------------------------------------------------------------------------------------


def conditional(action: str, condition: syntax.Expr | None, pen: Pen) -> str:
    """Chinese says the condition first."""
    if condition is None:
        return action
    face, when = pen.face, expr(condition, pen)
    if face.chinese:
        return f"{face.word('IF')} {when}{face.comma}{face.word('THEN')} {action}"
    return f"{action} {face.word('WHEN')} {when}"


def _value_step(step: syntax.Value, pen: Pen) -> str:
    return expr(step.expr, pen)


def _case(step: syntax.Case, pen: Pen) -> str:
    return conditional(expr(step.expr, pen), step.when, pen)


def _otherwise(step: syntax.Otherwise, pen: Pen) -> str:
    """Where English has no word of its own, the Chinese one stands; `written` is a sense by now."""
    face = FACES["zh"] if step.written in (_RESCUE_OF_CASES, _MISPLACED) else pen.face
    rescue = face.chinese and step.written in (_RESCUE, _RESCUE_OF_CASES)
    word = face.word("RESCUE") if rescue else face.word("OTHERWISE", "otherwise")
    if step.expr is not None:
        return f"{word} {expr(step.expr, pen)}"
    return spaced(word, pen.face.word("ERROR"), pen.quoted(step.message) if step.message else "")


def _apply(step: syntax.Apply, pen: Pen) -> str:
    return conditional(
        f"{pen.face.word('STEP', step.operator)} {changed(step.operator, step.expr, pen)}", step.when, pen
    )


def changed(operator: str, by: syntax.Expr, pen: Pen) -> str:
    """What is added, taken off or multiplied with; a percentage that is added to a rate is 3个百分点 in Chinese."""
    if operator in ("plus", "minus") and isinstance(by, syntax.Number):
        return amount(pen.written(by.span), by, pen, points=True)
    return expr(by, pen)


def _limit(step: syntax.Limit, pen: Pen) -> str:
    """Chinese says first of what: 每年 最高 10万, where that is one word."""
    text, span = f"{pen.face.word('LIMIT', step.kind)} {expr(step.expr, pen)}", ""
    if step.per is not None:
        span = per(step.per, pen)
    first = pen.face.chinese and (step.per is None or step.per.path is None or len(step.per.path.names) == 1)
    return conditional(spaced(span, text) if first else spaced(text, span), step.when, pen)


def rounded(step: syntax.Rounded, pen: Pen) -> str:
    stage = pen.face.word("STAGE", step.stage) if step.stage else ""
    return spaced(rounding(step, pen), stage)


def rounding(step: syntax.Rounded, pen: Pen, places: bool = False) -> str:
    """Mode and step; 四舍五入到分 where the author wrote so, or with `places` if it can be said."""
    written = pen.written(step.span)
    matched = AMOUNT.search(written)
    word = pen.face.word("ROUNDED", step.mode)
    places = places or (bool(written) and (matched is None or "元" in matched["unit"]))
    if pen.face.chinese and places and step.step in PLACES:
        return word + PLACES[step.step]
    return f"{word} {amount(matched.group() if matched else '', syntax.Number(step.step), pen)}"


def _unrounded(step: syntax.Unrounded, pen: Pen) -> str:
    return pen.face.word("UNROUNDED")


def _premise(step: syntax.OnlyWhen | syntax.ZeroUnless, pen: Pen) -> str:
    """Chinese says the consequence."""
    only, face, condition = isinstance(step, syntax.OnlyWhen), pen.face, expr(step.condition, pen)
    if face.chinese:
        consequence = face.word("ELSE_NO_LINE" if only else "ELSE_ZERO")
        return f"{face.word('PREMISE')} {condition}{face.comma}{consequence}"
    return f"{face.word('ONLY_WHEN' if only else 'ZERO_UNLESS')} {condition}"


def _less_earlier(step: syntax.LessEarlier, pen: Pen) -> str:
    return pen.face.word("LESS_EARLIER", step.kind)


def _excess(step: syntax.Excess, pen: Pen) -> str:
    return f"{pen.face.word('EXCESS')} {expr(step.account, pen)}"


def _counting(step: syntax.Counting, pen: Pen) -> str:
    return f"{pen.face.word('COUNTING')} {expr(step.expr, pen)}"


def filtered(where: syntax.Expr | None, pen: Pen) -> str:
    """Which rows a rule or a share is for; inside of brackets Chinese says 其中."""
    if where is None:
        return ""
    return f"{'仅限' if pen.face.chinese else pen.face.word('WHERE')} {expr(where, pen)}"


def _shared_among(step: syntax.SharedAmong, pen: Pen) -> str:
    face, where = pen.face, filtered(step.where, pen)
    word = face.word("SHARED_AMONG", "equally" if step.weight is None else "weighted")
    if step.weight is None:
        return spaced(word, expr(step.table, pen), where)
    weight = expr(step.weight, pen)
    if face.chinese:
        return spaced(word, expr(step.table, pen), face.word("BY"), weight, face.word("PROPORTION"), where)
    return spaced(word, expr(step.table, pen), where, face.word("IN_PROPORTION"), weight)


def _remainder(step: syntax.Remainder, pen: Pen) -> str:
    receiver = pen.face.word("FIRST_PAYEE") if step.receiver is None else expr(step.receiver, pen)
    return f"{pen.face.word('REMAINDER')} {pen.face.word('TO')} {receiver}"


def instalment(line: syntax.Instalment, pen: Pen) -> str:
    """A line of a `pay` block."""
    part = f"{expr(line.share, pen)} {pen.face.word('DUE')} {expr(line.due, pen)}"
    return conditional(part, line.when, pen)


def _pay_share(step: syntax.PayShare, pen: Pen) -> str:
    return f"{pen.face.word('PAY_SHARE' if pen.face.chinese else 'PAY')} {expr(step.expr, pen)}"


def _hold(step: syntax.Hold, pen: Pen) -> str:
    if pen.face.chinese:
        return conditional(pen.face.word("HOLD"), step.condition, pen)
    return f"{pen.face.word('HOLD_WHILE')} {expr(step.condition, pen)}"


def _take_back(step: syntax.TakeBack, pen: Pen) -> str:
    return conditional(f"{pen.face.word('TAKE_BACK')} {expr(step.expr, pen)}", step.when, pen)


def share_line(line: syntax.Share | syntax.Together | syntax.Rounded, pen: Pen) -> str:
    """A line of a `shared` block."""
    if isinstance(line, syntax.Rounded):
        return rounded(line, pen)
    if isinstance(line, syntax.Together):
        return f"{pen.face.word('TOGETHER')} {expr(line.expr, pen)}"
    part = pen.face.word("THE_REST") if line.expr is None else expr(line.expr, pen)
    return f"{part} {pen.face.word('TO')} {expr(line.receiver, pen)}"


STEPS: dict[type, Callable[[Any, Pen], str]] = {
    syntax.Value: _value_step,
    syntax.Case: _case,
    syntax.Otherwise: _otherwise,
    syntax.Apply: _apply,
    syntax.Limit: _limit,
    syntax.Rounded: rounded,
    syntax.Unrounded: _unrounded,
    syntax.OnlyWhen: _premise,
    syntax.ZeroUnless: _premise,
    syntax.LessEarlier: _less_earlier,
    syntax.Counting: _counting,
    syntax.Excess: _excess,
    syntax.SharedAmong: _shared_among,
    syntax.Remainder: _remainder,
    syntax.PayShare: _pay_share,
    syntax.Hold: _hold,
    syntax.TakeBack: _take_back,
}


def with_senses(body: syntax.Body) -> Iterator[syntax.Step]:
    """The steps, with the sense of each `otherwise` in the place of its spelling."""
    cases = next((i for i, s in enumerate(body.steps) if not isinstance(s, syntax.Case)), len(body.steps))
    for index, step in enumerate(body.steps):
        if isinstance(step, syntax.Otherwise) and step.written not in SENSES:
            behind_cases = index == cases > 0
            step = replace(step, rescue=False, written=_sense(step, behind_cases))
        yield step


# What an `otherwise` says: the last case; what holds where nothing can be computed, after cases too; or a
# Chinese 否则 in a place where only 无法计算时 may stand, which stays the fault that it is.
_LAST_CASE, _RESCUE, _RESCUE_OF_CASES, _MISPLACED = SENSES = ("#case", "#rescue", "#rescue of cases", "#misplaced")


def _sense(step: syntax.Otherwise, behind_cases: bool) -> str:
    if behind_cases:
        return _RESCUE_OF_CASES if step.rescue else _LAST_CASE
    return _RESCUE if step.rescue or step.written.isascii() else _MISPLACED
