"""What a scheme declares, each as an article: a sentence or two, and the rows of a table below.

In: declarations of a checked scheme and their `Prose`. Out: articles of text. Every kind that a scheme can declare has
its article in `DECLARED`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from tiercel_dsl import scheme
from tiercel_dsl.prose import Prose
from tiercel_dsl.records import dataclass
from tiercel_dsl.scheme import PEOPLE, Exactly, KeyCell, Names, Tier
from tiercel_dsl.types import PLAIN, Kind, Type


@dataclass(frozen=True, slots=True)
class Article:
    """Sentences, the rows of a table, and the worked amounts; `subject` is (kind, level, identity)."""

    subject: tuple[str, str, str]
    sentences: tuple[str, ...]
    rows: tuple[str, ...] = ()


# ---- the head and the facts --------------------------------------------------------------------------------------


def head(prose: Prose) -> tuple[str, ...]:
    checked = prose.checked
    last = prose.say("head.last", last=checked.last) if checked.last else ""
    name, shape = prose.quoted(prose.name(checked.names)), prose.say(f"shape.{checked.period}")
    facts = {"name": name, "version": checked.version, "first": checked.first, "last": last}
    out = [prose.say("head", shape=shape, currency=checked.currency, **facts)]
    if checked.weeks > 1:
        out.append(prose.say("head.weeks", weeks=checked.weeks, first=checked.week_first))
    if checked.zone:
        out.append(prose.say("head.zone", zone=checked.zone))
    for kind, rounding in checked.rounding:
        text = prose.rounding(rounding)
        out.append(prose.say("default_rounding", kind=prose.say(f"kind.{kind}"), rounding=text))
    if checked.stamp is not None:
        table_, column = prose.table(checked.stamp.table), prose.column(checked.stamp.table, checked.stamp.column)
        out.append(prose.say("stamp", table=table_, column=column))
    return (*out, prose.say("bounds_rule"))


def table(prose: Prose, told: scheme.Table) -> Article:
    columns = prose.listed([_column(prose, c) for c in told.columns])
    name = prose.name(told.names) or told.identity
    out = [prose.say(f"table.{told.kind}", name=name, columns=columns)]
    if told.rates is not None:
        out.append(prose.say("table.rates", per=prose.say(f"per.{told.rates.per}")))
    if told.parent:
        out.append(prose.say("table.parent", parent=prose.column(told.identity, told.parent)))
    belongs: list[str] = []
    if told.credited:
        belongs.append(prose.say("table.credited", column=prose.column(told.identity, told.credited)))
    if told.record_date:
        belongs.append(prose.say("table.day", column=prose.column(told.identity, told.record_date)))
    if belongs:
        text = prose.say("belongs").join(belongs)
        out.append(text[:1].upper() + text[1:])
    if told.reverses:
        out.append(_reverses(prose, told))
    return Article(("table", "", told.identity), tuple(out))


def _reverses(prose: Prose, told: scheme.Table) -> str:
    sale = prose.column(told.identity, told.reverses)
    if told.reversed_share is None:
        return prose.say("table.reverses_all", sale=sale)
    return prose.say("table.reverses", sale=sale, share=prose.term(told.reversed_share))


def _column(prose: Prose, column: scheme.Column) -> str:
    said: list[str] = []
    if column.type.options:
        said.append(prose.say("column.options", options=prose.listed([prose.quoted(o) for o in column.type.options])))
    said += [prose.say(f"check.{check.kind}", bound=prose.value(check.bound, column.type)) for check in column.checks]
    if column.default is not None:
        said.append(prose.say("column.default", value=prose.value(column.default, column.type)))
    elif column.optional:
        said.append(prose.say("column.optional"))
    if column.dated:
        said.append(prose.say("column.dated"))
    name = prose.name(column.names) or column.identity
    return name + (prose.say("bracket", text=prose.say("comma").join(said)) if said else "")


def parameter(prose: Prose, told: scheme.Parameter) -> Article:
    values = prose.say("semicolon").join(_dated(prose, v) for v in told.values)
    dated = any(v.first or v.last for v in told.values)
    text = prose.say(
        "parameter.dated" if dated else "parameter.fixed", name=prose.quoted(prose.name(told.names)), values=values
    )
    return Article(("parameter", "", told.identity), (text,))


def _dated(prose: Prose, value: scheme.DatedValue) -> str:
    key = "both" if value.first and value.last else "first" if value.first else "last" if value.last else ""
    text = prose.term(value.term)
    return prose.say(f"dated.{key}", value=text, first=value.first, last=value.last) if key else text


# ---- tables of rules ---------------------------------------------------------------------------------------------


def tiers(prose: Prose, told: scheme.Tiers) -> Article:
    text = prose.say(f"tiers.{told.mode}", name=prose.quoted(prose.name(told.names)))
    if told.scaled and told.scale is not None:
        text = prose.say("tiers.scaled", text=text, scale=prose.term(told.scale))
    text = prose.say("tiers.last", text=text) if told.last_holds else text
    sentences = [text]
    if told.rounding is not None:
        sentences.append(prose.rounding(told.rounding))
    names = told.column_names if len(told.columns) > 1 else ()
    rows = [_tier(prose, t, told, names) for t in told.tiers]
    if told.otherwise is not None:
        values = _values(prose, told.otherwise, told.column_types, names)
        rows.append(prose.say("row", key=prose.say("row.otherwise"), values=values))
    return Article(("tiers", "", told.identity), (prose.say("semicolon").join(sentences),), tuple(rows))


def _tier(prose: Prose, tier: Tier, told: scheme.Tiers, names: Sequence[Names]) -> str:
    kind = told.key_type
    text = _values(prose, tier.values, told.column_types, names)
    if tier.series is not None:
        steps = [prose.value(s, t) for s, t in zip(tier.series.steps, told.column_types, strict=True) if s]
        facts = {"step": prose.listed(steps), "every": prose.value(tier.series.every, _bare(kind))}
        text = prose.say("tier.series", text=text, **facts)
    low, high = tier.low, tier.high
    key = bounds(
        prose,
        None if low is None else prose.value(low.value, _bare(kind)),
        low is not None and low.inside,
        None if high is None else prose.value(high.value, _bare(kind)),
        high is not None and high.inside,
    )
    return prose.say("row", key=key, values=text)


def _bare(type_: Type) -> Type:
    """Bounds of money are written without their unit."""
    return PLAIN if type_.kind is Kind.money else type_


def bounds(prose: Prose, low: str | None, low_inside: bool, high: str | None, high_inside: bool) -> str:
    left = "" if low is None else "from" if low_inside else "above"
    right = "" if high is None else "up_to" if high_inside else "below"
    key = "_".join(word for word in (left, right) if word) or "all"
    return prose.say(key, low=low, high=high)


def _values(prose: Prose, values: Sequence[Any], types: Sequence[Type], names: Sequence[Names]) -> str:
    texts = [prose.value(value, type_) for value, type_ in zip(values, types, strict=True)]
    if names:
        pairs = zip(names, texts, strict=True)
        texts = [prose.say("column_value", column=prose.name(n), value=text) for n, text in pairs]
    return prose.listed(texts)


def lookup(prose: Prose, told: scheme.Lookup) -> Article:
    keys = prose.listed([prose.quoted(key) for key in told.keys])
    text = prose.say("lookup.table", name=prose.quoted(prose.name(told.names)), keys=keys)
    text = prose.say("lookup.first", text=text) if told.first_of else text
    names = tuple(Names(c) for c in told.columns) if len(told.columns) > 1 else ()
    rows: list[str] = []
    for row in told.rows:
        cells = [_key(prose, cell, type_) for cell, type_ in zip(row.keys, told.key_types, strict=True)]
        values = _values(prose, row.values, told.column_types, names)
        rows.append(prose.say("row", key=prose.say("comma").join(cells), values=values))
    if told.otherwise is not None:
        values = _values(prose, told.otherwise, told.column_types, names)
        rows.append(prose.say("row", key=prose.say("row.otherwise"), values=values))
    return Article(("lookup", "", told.identity), (text,), tuple(rows))


def _key(prose: Prose, cell: KeyCell, type_: Type) -> str:
    if cell is None:
        return prose.say("row.any")
    if isinstance(cell, Exactly):
        return prose.value(cell.value, type_)
    low = None if cell.low is None else prose.value(cell.low, _bare(type_))
    high = None if cell.high is None else prose.value(cell.high, _bare(type_))
    if low is not None and cell.low == cell.high:
        return prose.say("exactly", low=low)
    return bounds(prose, low, cell.low_inside, high, cell.high_inside)


# ---- rules -------------------------------------------------------------------------------------------------------


def _scope(prose: Prose, level: str, where: scheme.Term | None) -> str:
    told = prose.checked.table(level)
    kind = "people" if level == PEOPLE else told.kind
    if where is None:
        return "" if kind == "people" else prose.say(f"scope.{kind}", table=prose.table(level))
    return prose.say(f"scope.{kind}.where", table=prose.table(level), condition=prose.term(where))


def value(prose: Prose, told: scheme.Value) -> Article:
    name, scope = prose.quoted(prose.name(told.names)), _scope(prose, told.level, told.where)
    text = prose.say("value", name=name, scope=scope, body=prose.body(told.body))
    return Article(("value", told.level, told.identity), (text,))


def score(prose: Prose, told: scheme.Value) -> Article:
    text = prose.say("score", name=prose.quoted(prose.name(told.names)), body=prose.body(told.body))
    return Article(("value", told.level, told.identity), (text,))


def kpi(prose: Prose, told: scheme.Kpi) -> Article:
    less = prose.say("kpi.less") if told.less_is_better else ""
    weight = prose.number(told.weight * 100) + "%"
    out = [prose.say("kpi", name=prose.quoted(prose.name(told.names)), weight=weight, less=less)]
    for part, body in (("actual", told.actual), ("target", told.target), ("score", told.score)):
        if body is not None:
            out.append(prose.say(f"kpi.{part}_is", body=prose.body(body)))
    if told.not_applicable is not None:
        out.append(prose.say("kpi.not_applicable", condition=prose.term(told.not_applicable)))
    return Article(("kpi", "", told.identity), (prose.say("semicolon").join(out),))


def line(prose: Prose, told: scheme.PayLine) -> Article:
    name, scope = prose.quoted(prose.name(told.names)), _scope(prose, told.level, told.where)
    out = [prose.say("line", kind=prose.say(told.kind), name=name, scope=scope, body=prose.body(told.body))]
    if isinstance(told.to, scheme.Upline):
        out.append(prose.say("line.to", receiver=prose.upline(told.to)))
    elif told.to is not None:
        out.append(prose.say("line.to", receiver=prose.receiver(told.to)))
    out += _settled(prose, told.settlement) if told.settlement is not None else ()
    names = {told.identity: told.names} | {e.identity: e.names for e in told.exceptions}
    for other in told.exceptions:
        facts = {"rule": prose.quoted(prose.name(names[other.to])), "condition": prose.term(other.where)}
        named = prose.quoted(prose.name(other.names))
        out.append(prose.say("exception", name=named, body=prose.body(other.body), **facts))
    return Article(("line", "", told.identity), tuple(out))


def _settled(prose: Prose, told: scheme.Settlement) -> Iterator[str]:
    """When the line is paid, and what of it is taken back."""
    if told.parts:
        yield prose.say("settled.parts", parts=prose.say("semicolon").join(_instalment(prose, p) for p in told.parts))
    if told.share is not None:
        yield prose.say("settled.share", share=prose.term(told.share))
    for condition in told.holds:
        yield prose.say("settled.hold", condition=prose.term(condition))
    for back in told.take_backs:
        yield prose.say("settled.back", share=prose.inner(back.share, 3), condition=prose.term(back.when))


def _instalment(prose: Prose, told: scheme.Instalment) -> str:
    facts = {"share": prose.term(told.share), "due": prose.term(told.due)}
    if told.when is None:
        return prose.say("settled.part", **facts)
    return prose.say("settled.part.when", condition=prose.term(told.when), **facts)


def account(prose: Prose, told: scheme.Account) -> Article:
    out = [prose.say("account", name=prose.quoted(prose.name(told.names)), opens=prose.term(told.opens))]
    moves = [(prose.say(f"account.{move.operator}", term=prose.term(move.term)), move.when) for move in told.moves]
    out += [prose.when(text, when) for text, when in moves]
    for limit in told.limits:
        bound = prose.say(f"check.{limit.kind}", bound=prose.term(limit.term))
        out.append(prose.say("account.limit", limit=bound))
    return Article(("account", "", told.identity), (prose.say("semicolon").join(out),))


def rank(prose: Prose, told: scheme.Rank) -> Article:
    keys = [prose.say("falling" if k.falling else "rising", term=prose.term(k.term)) for k in told.keys]
    name, ties = prose.quoted(prose.name(told.names)), prose.say(f"ties.{told.ties}")
    owner = prose.say("credited") if told.level == PEOPLE else prose.table(told.level)
    text = prose.say("rank", name=name, table=owner, keys=prose.say("comma").join(keys), ties=ties)
    text = text if told.where is None else prose.say("rank.where", text=text, condition=prose.term(told.where))
    text = prose.say("rank.within", text=text, within=prose.terms(told.within)) if told.within else text
    return Article(("rank", told.level, told.identity), (text,))


def competency(prose: Prose, told: scheme.Competency) -> Article:
    raters = [_rater(prose, r) for r in told.raters]
    out = [prose.say("competency", name=prose.quoted(prose.name(told.names)), raters=prose.listed(raters))]
    for item in told.items:
        weight = prose.number(item.weight * 100) + "%"
        text = prose.say("item", name=prose.quoted(prose.name(item.names)), weight=weight)
        if item.required is not None:
            text = prose.say("item.required", text=text, required=prose.term(item.required))
        out.append(text)
    if told.course:
        out.append(prose.say("course", table=prose.thing("lookup", told.course)))
    return Article(("competency", "", told.identity), (prose.say("semicolon").join(out),))


def _rater(prose: Prose, told: scheme.Rater) -> str:
    points = prose.say("of", name=prose.term(told.points), owner=prose.table(told.table))
    facts = {"points": points, "weight": prose.number(told.weight * 100) + "%", "kind": told.kind}
    text = prose.say("rater.kind" if told.kind else "rater", **facts)
    return text if told.window is None else prose.say("rater.window", text=text, window=prose.window(told.window))


def requirement(prose: Prose, told: scheme.Requirement) -> Article:
    scope = _scope(prose, told.level, told.where)
    scope = prose.say("bracket", text=scope.strip(" （）")) if scope and prose.language == "en" else scope
    text = prose.say("require", condition=prose.term(told.condition), scope=scope)
    return Article(("requirement", told.level, ""), (text,))


def promise(prose: Prose, told: scheme.Promise) -> Article:
    terms = [prose.term(t) if t is not None else "" for t in told.terms]
    if told.kind == "always":
        key = "promise.when" if terms[1] else "promise.always"
        text = prose.say(key, condition=terms[0], when=terms[1])
    elif told.kind == "rising":
        text = prose.say("promise.rising", value=terms[0], cause=terms[1])
    else:
        step = prose.number(told.step or Fraction(0))
        text = prose.say("promise.jump", value=terms[0], cause=terms[1], limit=terms[2], step=step)
    return Article(("promise", "", ""), (text,))


def transition(prose: Prose, told: scheme.Transition) -> Article:
    out = [prose.say("transition", version=told.version)]
    if told.cut:
        out.append(prose.say(f"cut.{told.cut}"))
    out += [_kept(prose, kept) for kept in told.kept]
    pilots = [prose.say("pilot", condition=prose.term(p.where), first=p.first) for p in told.pilots]
    out += pilots
    if told.blend is not None:
        shares = prose.listed([prose.number(share * 100) + "%" for share in told.blend.shares])
        out.append(prose.say("blend", first=told.blend.first, last=told.blend.last, shares=shares))
    for floor in told.floors:
        facts = {"last": floor.last, "share": prose.number(floor.share * 100) + "%"}
        key = "floor" if floor.version else "floor.average"
        out.append(prose.say(key, version=floor.version, count=floor.count, **facts))
    out += [_carried(prose, carried) for carried in told.carried]
    return Article(("transition", "", ""), (prose.say("semicolon").join(out),))


def _kept(prose: Prose, told: scheme.Keep) -> str:
    rows = prose.say("keep.people")
    if told.level != PEOPLE:
        rows = prose.say("keep.rows", table=prose.table(told.level))
    if told.where is not None:
        rows = prose.say("keep.where", rows=rows, condition=prose.term(told.where))
    if told.better:
        return prose.say(f"keep.{told.better}", rows=rows, versions=prose.listed([str(v) for v in told.versions]))
    return prose.say("keep", rows=rows, version=told.versions[0])


def _carried(prose: Prose, told: scheme.CarriedOver) -> str:
    name = prose.table(told.identity) if told.kind == "table" else prose.thing(told.kind, told.identity)
    term = prose.term(told.term) if told.term is not None else ""
    return prose.say("converted_to" if told.how == "converted" else told.how, name=name, term=term)


DECLARED: Final[Mapping[type, Callable[[Prose, Any], Article]]] = {
    scheme.Table: table,
    scheme.Parameter: parameter,
    scheme.Tiers: tiers,
    scheme.Lookup: lookup,
    scheme.Value: value,
    scheme.Kpi: kpi,
    scheme.PayLine: line,
    scheme.Account: account,
    scheme.Rank: rank,
    scheme.Competency: competency,
    scheme.Requirement: requirement,
    scheme.Promise: promise,
    scheme.Transition: transition,
}


def payout(prose: Prose) -> Article:
    body = prose.checked.payout
    text = prose.say("payout.all") if body is None else prose.say("payout", body=prose.body(body))
    return Article(("payout", "", ""), (text,))
