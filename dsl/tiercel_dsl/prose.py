"""Terms and steps as phrases: what is read, compared, added up, and what is done to it line by line.

In: terms and steps of a checked scheme, 'zh' or 'en'. Out: text. Every kind of node has its phrase in `TERMS` or
`STEPS`; the sentences stand side by side in `messages/prose.py`, so that both languages name the same figures.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Final

from tiercel_dsl import scheme
from tiercel_dsl.messages import number_text
from tiercel_dsl.messages.prose import say
from tiercel_dsl.scheme import EVERYWHERE, PEOPLE, RECEIVER, Body, CheckedScheme, Names, Rounding, Step, Term
from tiercel_dsl.types import Kind, Type

# A blank between a Chinese character and a quotation mark is one too many.
_LOOSE: Final = re.compile(
    r"(?<=[\u4e00-\u9fff，；：、（]) (?=[“（])|(?<=减去) (?=[\u4e00-\u9fff])|(?<=[”）]) (?=[\u4e00-\u9fff])"
)
_UNITS: Final = (Kind.plain, Kind.money, Kind.number, Kind.percent)
_DAYS: Final = (Kind.date, Kind.datetime)
_INFIX: Final = {"add": 1, "subtract": 1, "multiply": 2, "divide": 2}


@dataclass(frozen=True)
class Prose:
    """A scheme in the words of a language; `articles` are the numbers of what is told in an article of its own."""

    checked: CheckedScheme
    language: str
    articles: Mapping[tuple[str, str, str], int] = field(default_factory=dict[tuple[str, str, str], int])

    def say(self, key: str, /, **facts: object) -> str:
        text = say(key, self.language, **facts)
        return _LOOSE.sub("", text) if self.language == "zh" else text

    # ---- words and figures -----------------------------------------------------------------------------------------

    def name(self, names: Names) -> str:
        return names.shown(self.language)

    def quoted(self, text: str) -> str:
        return self.say("quoted", text=text)

    def listed(self, texts: Sequence[str]) -> str:
        return self.say("list").join(texts)

    def number(self, value: Fraction) -> str:
        """Grouped, in full; n/d where it has no end."""
        text = number_text(value)
        return f"{value.numerator}/{value.denominator}" if text.endswith("…") else text

    def value(self, value: Any, type_: Type) -> str:
        """A value as its type is written: money with its unit, a percentage as %."""
        if isinstance(value, bool):
            return self.say("yes" if value else "no")
        if isinstance(value, date):
            return value.isoformat()
        if not isinstance(value, Fraction):
            return self.quoted(str(value))
        if type_.kind in _DAYS:
            return date.fromordinal(int(value)).isoformat()
        if type_.kind is Kind.percent:
            return self.number(value * 100) + "%"
        if type_.kind is Kind.duration:
            return self.say("days.1" if value == 1 else "days", count=self.number(value))
        return self.amount(value, type_.currency) if type_.kind is Kind.money else self.number(value)

    def amount(self, value: Fraction, currency: str = "") -> str:
        code = currency if currency and not currency.startswith("=") else self.checked.currency
        unit = self.say("CNY") if code == "CNY" else code
        return self.say("money", amount=self.number(value), unit=unit)

    def ordinal(self, number: int) -> str:
        """The number of an article: 二十一 in Chinese."""
        return _chinese(number) if self.language == "zh" else str(number)

    # ---- who is who ------------------------------------------------------------------------------------------------

    def table(self, identity: str) -> str:
        return self.name(self.checked.table(identity).names) or identity

    def column(self, table: str, column: str) -> str:
        return self.name(self.checked.table(table).column(column).names) or column

    def thing(self, kind: str, identity: str, level: str = "") -> str:
        """The name of what is declared, with the number of its article."""
        names = self.names_of(kind, identity, level)
        text = self.quoted(self.name(names))
        number = self.articles.get((kind, level, identity))
        return text if number is None else self.say("see", name=text, number=self.ordinal(number))

    def names_of(self, kind: str, identity: str, level: str = "") -> Names:
        held: Sequence[Any] = {
            "value": (*self.checked.values, *self.checked.scores, *self.checked.lines),
            "line": self.checked.lines, "kpi": self.checked.kpis, "tiers": self.checked.tiers,
            "lookup": self.checked.lookups, "parameter": self.checked.parameters, "account": self.checked.accounts,
            "rank": self.checked.ranks, "competency": self.checked.competencies,
        }[kind]  # fmt: skip
        found = (x for x in held if x.identity == identity and (not level or getattr(x, "level", level) == level))
        return next((x.names for x in found), Names(identity))

    def over(self, path: tuple[str, ...], level: str, text: str) -> str:
        """With whose it is: the last link of the way."""
        table = level if level != EVERYWHERE else PEOPLE
        owner = ""
        for link in path:
            if link == RECEIVER:
                owner, table = self.say("receiver"), PEOPLE
                continue
            found = next(
                (c for t in self.checked.tables if t.identity == table for c in t.columns if c.identity == link), None
            )
            owner = self.name(found.names) if found is not None and self.name(found.names) else link
            table = found.link if found is not None else table
        return self.say("of", name=text, owner=owner) if owner else text

    def _linking(self, table: str, link: str) -> scheme.Column | None:
        owner = next((t for t in self.checked.tables if t.identity == table), None)
        return next((c for c in owner.columns if c.identity == link), None) if owner is not None else None

    # ---- terms -----------------------------------------------------------------------------------------------------

    def term(self, term: Term) -> str:
        return TERMS[type(term)](self, term)

    def terms(self, terms: Sequence[Term]) -> str:
        return self.listed([self.term(t) for t in terms])

    def inner(self, term: Term, weight: int) -> str:
        """In brackets where it would be read apart."""
        text = self.term(term)
        own = _INFIX.get(term.operator, 9) if isinstance(term, scheme.Arithmetic) else 9
        loose = own < weight or (isinstance(term, scheme.Arithmetic) and term.operator == "share" and weight > 1)
        return self.say("group", text=text) if loose else text

    def literal(self, term: scheme.Literal) -> str:
        return self.value(term.value, term.type)

    def lapse(self, term: scheme.Lapse) -> str:
        return self.say(f"{term.unit}.1" if term.count == 1 else term.unit, count=term.count)

    def column_of(self, term: scheme.ColumnOf) -> str:
        text = self.over(term.path, term.level, self.column(term.table, term.column))
        text = text if term.as_of is None else self.say("as_of", name=text, day=self.term(term.as_of))
        return self.say(f"mean.{term.mean}", name=text) if term.mean else text

    def row_of(self, term: scheme.RowOf) -> str:
        if not term.path:
            return self.table(term.table) if term.table != PEOPLE else self.say("credited")
        if term.path == (RECEIVER,):
            return self.say("receiver")
        return self.over(term.path[:-1], term.level, self._link(term))

    def _link(self, term: scheme.RowOf) -> str:
        """The last link of the way, as it is called."""
        table, name = term.level, ""
        for link in term.path:
            found = self._linking(table, link)
            if found is None:
                return link
            name, table = self.name(found.names), found.link
        return name

    def value_of(self, term: scheme.ValueOf) -> str:
        return self.over(term.path, term.level, self.thing("value", term.name, term.table))

    def parameter_of(self, term: scheme.ParameterOf) -> str:
        declared = next(p for p in self.checked.parameters if p.identity == term.name)
        text = self.quoted(self.name(declared.names))
        only = declared.values[0]
        if len(declared.values) == 1 and only.first is None and only.last is None:
            return self.say("parameter", name=text, value=self.term(only.term))
        text = self.thing("parameter", term.name)
        return text if term.as_of is None else self.say("as_of", name=text, day=self.term(term.as_of))

    def period_of(self, term: scheme.PeriodOf) -> str:
        return self.over(term.path, term.level, self.say(f"period.{term.part}", span=self.say(f"span.{term.of}")))

    def kpi_of(self, term: scheme.KpiOf) -> str:
        return self.over(term.path, term.level, self.say(f"kpi.{term.part}", name=self.thing("kpi", term.kpi)))

    def received(self, term: scheme.Received) -> str:
        names = self.listed([self.thing("line", name) for name in term.lines])
        return self.over(term.path, term.level, self.say("received", names=names))

    def arithmetic(self, term: scheme.Arithmetic) -> str:
        if term.operator == "minus":
            return self.say("minus", operand=self.inner(term.operands[0], 3))
        left, right = term.operands
        if term.operator == "share":
            return self._share(left, right)
        weight = _INFIX[term.operator]
        stricter = weight + (term.operator in ("subtract", "divide"))
        return self.say(term.operator, left=self.inner(left, weight), right=self.inner(right, stricter))

    def _share(self, left: Term, right: Term) -> str:
        """5% of an amount; of anything else the product."""
        if isinstance(left, scheme.Literal):
            return self.say("share", left=self.term(left), right=self.inner(right, 3))
        return self.say("multiply", left=self.inner(right, 2), right=self.inner(left, 2))

    def comparison(self, term: scheme.Comparison) -> str:
        days = term.left.type.kind in _DAYS and term.operator not in ("=", "!=")
        key = f"day{term.operator}" if days else term.operator
        return self.say(key, left=self.term(term.left), right=self.term(term.right))

    def junction(self, term: scheme.Junction) -> str:
        if term.operator == "not":
            whole = not isinstance(term.operands[0], scheme.ColumnOf | scheme.ValueOf)
            return self.say("not.all" if whole else "not", operand=self.term(term.operands[0]))
        texts = [self._joined(operand, term.operator) for operand in term.operands]
        return self.say(term.operator).join(texts)

    def _joined(self, operand: Term, operator: str) -> str:
        other = isinstance(operand, scheme.Junction) and operand.operator not in ("not", operator)
        return self.say("group", text=self.term(operand)) if other else self.term(operand)

    def membership(self, term: scheme.Membership) -> str:
        return self.say("one_of", operand=self.term(term.operand), options=self.terms(term.options))

    def presence(self, term: scheme.Presence) -> str:
        return self.say("present" if term.present else "missing", operand=self.term(term.operand))

    def function(self, term: scheme.Function) -> str:
        items = self.terms(term.arguments)
        if term.name in ("max", "min"):
            return self.say(term.name, items=items)
        first, last = self.term(term.arguments[0]), self.term(term.arguments[-1])
        if term.name == "ceiling" and len(term.arguments) == 1:
            return self.say("fn.ceiling", items=first)
        key = "fn.ceiling_to" if term.name == "ceiling" else f"fn.{term.name}"
        return self.say(key, first=first, last=last, items=self.say("from_to", first=first, last=last))

    def window(self, window: scheme.Window) -> str:
        unit = self.say(f"unit.{window.unit}") if window.unit else ""
        text = self.say(f"window.{window.kind}", count=window.count, unit=unit)
        return text if window.as_of is None else self.say("as_of", name=text, day=self.term(window.as_of))

    def rows(self, term: scheme.Aggregate) -> str:
        text = self.say("rows", table=self.table(term.table))
        text = self.say("rows.window", rows=text, window=self.window(term.window)) if term.window is not None else text
        text = self.say("rows.per", rows=text, keys=self.terms(term.per)) if term.per else text
        text = self.say("rows.below", rows=text) if term.below else text
        return text if term.where is None else self.say("rows.where", rows=text, condition=self.term(term.where))

    def aggregate(self, term: scheme.Aggregate) -> str:
        rows = self.rows(term)
        argument = self.term(term.argument) if term.argument is not None else ""
        key = f"aggregate.{term.function}" if term.function in ("min", "max") else term.function
        return self.over(term.path, term.level, self.say(key, argument=argument, rows=rows))

    def _scaled(self, text: str, scale: Term | None) -> str:
        return text if scale is None else self.say("scaled", text=text, scale=self.term(scale))

    def _column(self, columns: Sequence[str], names: Sequence[Names], index: int) -> str:
        return self.name(names[index]) if index < len(names) and len(columns) > 1 else ""

    def tier_value(self, term: scheme.TierValue) -> str:
        tiers = next(t for t in self.checked.tiers if t.identity == term.tiers)
        column = self._column(tiers.columns, tiers.column_names, term.column)
        facts = {"table": self.thing("tiers", term.tiers), "key": self.term(term.key), "column": self.quoted(column)}
        return self._scaled(self.say("tier_column" if column else "tier_value", **facts), term.scale)

    def tier_price(self, term: scheme.TierPrice) -> str:
        facts = {"base": self.inner(term.base, 3), "table": self.thing("tiers", term.tiers)}
        if term.key is None:
            return self._scaled(self.say("tier_price", **facts), term.scale)
        return self._scaled(self.say("tier_price_by", key=self.term(term.key), **facts), term.scale)

    def next_bound(self, term: scheme.NextBound) -> str:
        text = self.say("next_bound", table=self.thing("tiers", term.tiers), key=self.term(term.key))
        return self._scaled(text, term.scale)

    def gross_for(self, term: scheme.GrossFor) -> str:
        text = self.say("gross_for", table=self.thing("tiers", term.tiers), net=self.term(term.net))
        return self._scaled(text, term.scale)

    def lookup_value(self, term: scheme.LookupValue) -> str:
        lookup = next(t for t in self.checked.lookups if t.identity == term.lookup)
        facts = {"table": self.thing("lookup", term.lookup), "keys": self.terms(term.keys)}
        column = lookup.columns[term.column] if len(lookup.columns) > 1 else ""
        return self.say("lookup_column" if column else "lookup", column=self.quoted(column), **facts)

    def conversion(self, term: scheme.Conversion) -> str:
        facts = {"operand": self.term(term.operand), "rates": self.quoted(self.table(term.rates))}
        if term.day is None:
            return self.say("converted", **facts)
        return self.say("converted_on", day=self.term(term.day), **facts)

    def running(self, term: scheme.Running) -> str:
        operand = self.term(term.operand) if term.operand is not None else ""
        text = self.say("running" if operand else "running.count", operand=operand)
        text = self.say("running.per", text=text, keys=self.terms(term.per)) if term.per else text
        if term.window is None:
            return text
        return self.say("running.span", text=text, window=self.say(f"span.{term.window.kind}"))

    def part(self, term: scheme.Part) -> str:
        facts = {"operand": self.inner(term.operand, 3)}
        if term.above is not None:
            facts["above"] = self.term(term.above)
        if term.up_to is not None:
            facts["up_to"] = self.term(term.up_to)
        key = "both" if len(facts) == 3 else "above" if term.above is not None else "up_to"
        return self.say(f"part.{key}", **facts)

    def weighted_sum(self, term: scheme.WeightedSum) -> str:
        return self.say("weighted", names=self.listed([self.thing("kpi", name) for name in term.kpis]))

    def previous_of(self, term: scheme.PreviousOf) -> str:
        name = self._earlier(term)
        text = self.say("previous", name=name)
        if term.reset:
            text = self.say("previous.reset", name=name, span=self.say(f"span.{term.reset}"))
        text = self.over(term.path, term.level, text)
        if term.otherwise is None:
            return text
        return self.say("else", text=text, otherwise=self.term(term.otherwise))

    def _earlier(self, term: scheme.PreviousOf) -> str:
        if term.part == "place":
            return self.say("place.place", name=self.thing("rank", term.name, term.table))
        if term.part == "payout":
            return self.say("payout_name")
        if term.part == "opening":
            return self.say("opening", account=self.thing("account", term.name))
        if term.part not in ("", "line"):
            return self.say(f"kpi.{term.part}", name=self.thing("kpi", term.name))
        values = (*self.checked.values, *self.checked.scores)
        declared = {v.identity for v in values} | {line.identity for line in self.checked.lines}
        return self.thing("value", term.name, "") if term.name in declared else self.say("payout_name")

    def opening_of(self, term: scheme.OpeningOf) -> str:
        return self.over(term.path, term.level, self.say("opening", account=self.thing("account", term.account)))

    def level_of(self, term: scheme.LevelOf) -> str:
        return self.say("level_of")

    def highest_below(self, term: scheme.HighestBelow) -> str:
        return self.say("highest_below", operand=self.term(term.operand))

    def place_of(self, term: scheme.PlaceOf) -> str:
        text = self.say(f"place.{term.part}", name=self.thing("rank", term.rank, term.table))
        return self.over(term.path, term.level, text)

    def tied_mean(self, term: scheme.TiedMean) -> str:
        return self.say("tied_mean", operand=self.term(term.operand))

    def value_at_place(self, term: scheme.ValueAtPlace) -> str:
        name = self.thing("rank", term.of.rank, term.of.table)
        return self.say("value_at_place", name=name, place=self.term(term.place))

    def competency_of(self, term: scheme.CompetencyOf) -> str:
        owner = next(c for c in self.checked.competencies if c.identity == term.competency)
        item = next((i for i in owner.items if i.identity == term.item), None)
        name = self.quoted(self.name(item.names)) if item is not None else self.thing("competency", term.competency)
        return self.over(term.path, term.level, self.say(f"competency.{term.part}", name=name))

    def due_of(self, term: scheme.DueOf) -> str:
        return self.say("due", names=self.listed([self.thing("line", name) for name in term.lines]))

    # ---- steps -----------------------------------------------------------------------------------------------------

    def body(self, body: Body) -> str:
        """The steps in their order, with the rounding at the end where it is not the one of the head."""
        texts = [text for step in body.steps for text in self.step(step)]
        last = body.steps[-1]
        shared = any(isinstance(step, scheme.Shared | scheme.SharedAmong) for step in body.steps)
        if isinstance(last, scheme.Round) or shared:  # parts are rounded at once
            pass
        elif body.rounding is None and body.type.kind in _UNITS:
            texts.append(self.say("unrounded"))
        elif body.rounding is not None and body.rounding.mode != "default":
            texts.append(self.rounding(body.rounding))
        return self.say("semicolon").join(texts)

    def step(self, step: Step) -> list[str]:
        return [STEPS[type(step)](self, step)]

    def when(self, text: str, condition: Term | None) -> str:
        return text if condition is None else self.say("if", condition=self.term(condition), text=text)

    def start(self, step: scheme.Start) -> str:
        return self.term(step.term)

    def cases(self, step: scheme.Cases) -> str:
        texts = [self.say("case", condition=self.term(c), value=self.term(v)) for c, v in step.cases]
        if step.otherwise is not None:
            texts.append(self.say("otherwise", value=self.term(step.otherwise)))
        return self.say("unique" if step.unique else "first_of", cases=self.say("comma").join(texts))

    def change(self, step: scheme.Change) -> str:
        key = "take" if step.operator == "minus" else step.operator
        return self.when(self.say(key, term=self.term(step.term)), step.when)

    def cap(self, step: scheme.Cap) -> str:
        if step.key is not None:
            return self.when(self.say("cap_key", term=self.term(step.term), key=self.term(step.key)), step.when)
        return self.when(self.say("cap", term=self.term(step.term), span=self.say(f"span.{step.per}")), step.when)

    def excess(self, step: scheme.Excess) -> str:
        return self.say("excess", account=self.thing("account", step.account))

    def less_earlier(self, step: scheme.LessEarlier) -> str:
        return self.say("less_earlier", span=self.say(f"span.{step.per}"))

    def round(self, step: scheme.Round) -> str:
        return self.rounding(step.rounding)

    def rounding(self, rounding: Rounding) -> str:
        if rounding.mode == "default":
            return ""
        text = self.say("round", mode=self.say(f"mode.{rounding.mode}"), step=self.number(rounding.step))
        return text if rounding.stage == "row" else self.say(f"round.{rounding.stage}", text=text)

    def only(self, step: scheme.Only) -> str:
        return self.say("only", condition=self.term(step.condition))

    def zero(self, step: scheme.Zero) -> str:
        return self.say("zero", condition=self.term(step.condition))

    def rescue(self, step: scheme.Rescue) -> str:
        return self.say("rescue", term=self.term(step.term))

    def count(self, step: scheme.Count) -> str:
        return self.say("counting", term=self.term(step.term))

    def receiver(self, receiver: scheme.Receiver) -> str:
        if receiver.company:
            return self.say("company")
        if not receiver.path:
            return self.say("credited")
        links = {c.identity: self.name(c.names) for t in self.checked.tables for c in t.columns if c.link}
        names = [links.get(link, link) or link for link in receiver.path]
        text = names[0]
        for name in names[1:]:
            text = self.say("of", name=name, owner=text)
        return text

    def upline(self, upline: scheme.Upline) -> str:
        start = self.receiver(scheme.Receiver(upline.start))
        facts = {"start": start, "link": self.column(PEOPLE, upline.link), "depth": upline.depth}
        text = self.say("upline_all" if upline.depth is None else "upline", **facts)
        return text if upline.where is None else self.say("upline_where", text=text, condition=self.term(upline.where))

    def shared(self, step: scheme.Shared) -> str:
        shares = [self._portion(share) for share in step.shares]
        if step.together is not None:
            shares.append(self.say("together", term=self.term(step.together)))
        if step.rounding is not None:
            shares.append(self.rounding(step.rounding))
        return self.say("shared_in_turn" if step.in_turn else "shared", shares=self.say("comma").join(shares))

    def _portion(self, share: scheme.Share) -> str:
        receiver = self.receiver(share.receiver)
        if share.term is None:
            return self.say("rest", receiver=receiver)
        return self.say("portion", term=self.term(share.term), receiver=receiver)

    def shared_among(self, step: scheme.SharedAmong) -> str:
        link = step.path[-1]
        columns = [c for t in self.checked.tables for c in t.columns if c.identity == link]
        group = self.name(columns[0].names) if columns else link
        text = self.say("members_equal", group=group)
        if step.weight is not None:
            text = self.say("members_weight", group=group, weight=self.term(step.weight))
        text = text if step.where is None else self.say("members_where", text=text, condition=self.term(step.where))
        receiver = self.receiver(step.rest) if step.rest is not None else ""
        text = self.say(f"remainder.{step.remainder}", text=text, receiver=receiver)
        text = self.say("nothing", text=text) if step.nothing else text
        return text if step.rounding is None else self.say("comma").join([text, self.rounding(step.rounding)])


_DIGITS = "零一二三四五六七八九"


def _chinese(number: int) -> str:
    """一, 十, 二十一, 一百零三: as articles are counted."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    out = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        out += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        out += "零"
    return out + (_DIGITS[ones] if ones or not number else "")


TERMS: Final[Mapping[type, Callable[[Prose, Any], str]]] = {
    scheme.Literal: Prose.literal,
    scheme.Lapse: Prose.lapse,
    scheme.ColumnOf: Prose.column_of,
    scheme.RowOf: Prose.row_of,
    scheme.ValueOf: Prose.value_of,
    scheme.ParameterOf: Prose.parameter_of,
    scheme.PeriodOf: Prose.period_of,
    scheme.KpiOf: Prose.kpi_of,
    scheme.Received: Prose.received,
    scheme.Arithmetic: Prose.arithmetic,
    scheme.Comparison: Prose.comparison,
    scheme.Junction: Prose.junction,
    scheme.Membership: Prose.membership,
    scheme.Presence: Prose.presence,
    scheme.Function: Prose.function,
    scheme.Aggregate: Prose.aggregate,
    scheme.TierValue: Prose.tier_value,
    scheme.TierPrice: Prose.tier_price,
    scheme.NextBound: Prose.next_bound,
    scheme.GrossFor: Prose.gross_for,
    scheme.LookupValue: Prose.lookup_value,
    scheme.Conversion: Prose.conversion,
    scheme.Running: Prose.running,
    scheme.Part: Prose.part,
    scheme.WeightedSum: Prose.weighted_sum,
    scheme.PreviousOf: Prose.previous_of,
    scheme.OpeningOf: Prose.opening_of,
    scheme.LevelOf: Prose.level_of,
    scheme.HighestBelow: Prose.highest_below,
    scheme.PlaceOf: Prose.place_of,
    scheme.TiedMean: Prose.tied_mean,
    scheme.ValueAtPlace: Prose.value_at_place,
    scheme.CompetencyOf: Prose.competency_of,
    scheme.DueOf: Prose.due_of,
}

STEPS: Final[Mapping[type, Callable[[Prose, Any], str]]] = {
    scheme.Start: Prose.start,
    scheme.Cases: Prose.cases,
    scheme.Change: Prose.change,
    scheme.Cap: Prose.cap,
    scheme.Excess: Prose.excess,
    scheme.LessEarlier: Prose.less_earlier,
    scheme.Round: Prose.round,
    scheme.Only: Prose.only,
    scheme.Zero: Prose.zero,
    scheme.Rescue: Prose.rescue,
    scheme.Count: Prose.count,
    scheme.Shared: Prose.shared,
    scheme.SharedAmong: Prose.shared_among,
}

__all__ = ["STEPS", "TERMS", "Prose"]
