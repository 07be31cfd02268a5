"""What a fault means in plain words.

In: a statement that could not be read, and where it stopped. Out: a `Diagnostic`. The rules at the end of
this file are asked in order, the most particular first; each knows one mistake that people make. Nothing
here is reached while a scheme is sound.
"""

# Lark is not typed throughout.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportUnknownLambdaType=false, reportPrivateUsage=false

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind
from tiercel_dsl.lexer import BLANKS, SPELLINGS, Lexeme, Line, date_word, logical_lines, odd_date
from tiercel_dsl.offers import (
    JOINING,
    TERMINALS,
    apart,
    candidate,
    completed,
    elsewhere,
    in_quotes,
    joined,
    keyword_of,
    meant,
    respelt,
)
from tiercel_dsl.place import COMPARISONS, LAYOUT, Place, offer, told
from tiercel_dsl.reading import Reading, read
from tiercel_dsl.source import Source, Span

_VALUES = frozenset(["NUMBER", "NAME", "STRING", "DATE", "YES_NO", "RUNNING_COUNT", "WEIGHTED_KPIS", "RPAR", "UNIT"])
_STARTS_VALUE = frozenset(["NUMBER", "NAME", "STRING", "DATE", "LPAR", "YES_NO"])
_OPERATORS = frozenset(["PLUS", "MINUS", "STAR", "SLASH", "CMP", "EQ", "DOT"]) | COMPARISONS
_PRODUCT = frozenset(["NUMBER", "NAME", "DOT", "STAR", "SLASH", "LPAR", "RPAR", "UNIT"])
# Keywords of the first line of a statement; those of the lines under it; those that are seldom names.
_HEADS = frozenset(
    "SCHEME VERSION CURRENCY PERIOD USE CLAUSE FACTS GROUP PEOPLE PARAMETER FOR_EACH REQUIRE TIERS KPI"
    " TABLE PAY_LINE EXCEPTION PAYOUT PROMISE".split()
)
_INNER = frozenset(
    "STEP LIMIT ROUNDED ROUNDED_UNIT UNROUNDED OTHERWISE RESCUE ONLY_WHEN ZERO_UNLESS PREMISE IF KPI_CLAUSE"
    " LESS_IS_BETTER NOT_APPLICABLE FROM ABOVE BELOW UP_TO LESS_EARLIER COUNTING SHARED SHARED_AMONG SAME_AS"
    " PAY".split()
)
_ENDS_PART = frozenset(
    "MISSING AND_ABOVE MARK TYPE MODE ROLE STAGE NOT_APPLICABLE PERIOD_WORD BY_SPAN WINDOW PER_SPAN REMAINDER"
    " THE_REST FIRST_PAYEE".split()
)
_PAYOUT_WORDS = re.compile("应发|实发")
_ODD_DATE = re.compile(r"(?:19|20|21)[0-9]{2}(?:[0-9]{4}|-[0-9]{1,2}|[/.][0-9]{1,2}[/.][0-9]{1,2})(?![0-9])")
_BETWEEN = re.compile(r"介于|原则上|左右|\bbetween\b|\babout\b|\bapproximately\b")
_HAN_WORD = re.compile(r"[^\W0-9_a-zA-Z]\w*")
_CROOKED = re.compile("[“”‘’'」](?P<text>[^“”‘’'「」\"#]+)[”’'」]")
_DATE_WORDS = re.compile(" *(?P<word>以前|以后|之前|之后)")


def explain(source: Source, lines: Sequence[Line], reading: Reading) -> Diagnostic:
    """What is wrong at the place where `reading` stopped."""
    if reading.diagnostic is not None:
        return _sharpened(source, lines, reading, reading.diagnostic)
    assert reading.offending is not None
    place = Place(source, lines, reading, reading.offending)
    for rule in _RULES:
        diagnostic = rule(place)
        if diagnostic is not None:
            return diagnostic
    return _unexpected(place)


def _sharpened(source: Source, lines: Sequence[Line], reading: Reading, found: Diagnostic) -> Diagnostic:
    """A sign that cannot be read may only be the end of words that ran together: 金额的5%, 60%归销售员."""
    if not found.seen:
        seen = source.lines[found.span.line - 1][found.span.column - 1 : found.span.end_column - 1]
        return replace(found, seen=seen, facts={**found.facts, "seen": seen})
    if found.code in ("E1005", "E1017"):
        return _without_partner(source, lines, reading, found)
    if found.code == "E1011":
        return _behind_a_number(Place(source, lines, reading, _behind(source, found)), found)
    if found.code != "E1001" or found.seen not in ("%", "‰"):
        return found
    span = found.span
    mark = Lexeme("%", found.seen, source.name, span.line, span.column, span.end_column)
    return _run_together(Place(source, lines, reading, mark)) or found


def _without_partner(source: Source, lines: Sequence[Line], reading: Reading, found: Diagnostic) -> Diagnostic:
    """A bracket is closed at the end of its line; a text between two quotes of the wrong kind gets the right ones."""
    span = found.span
    place = Place(
        source, lines, reading, Lexeme("ODD", found.seen, source.name, span.line, span.column, span.end_column)
    )
    edits = _closing(place) if found.code == "E1005" else _straight_quotes(place)
    fixes = (offer(place, *edits),) if edits and place.mends(*edits) else ()
    return replace(found, fixes=fixes)


def _closing(place: Place) -> list[Edit]:
    """Every bracket that is open at the end of the line; none where the line goes on below."""
    row = [lexeme for lexeme in place.row if lexeme.type in ("LPAR", "RPAR")]
    left = sum(1 if lexeme.type == "LPAR" else -1 for lexeme in row)
    if left < 1 or len(place.lines[place.index].numbers) > 1:
        return []
    end = place.row[-1].end_column - 1
    sign = "）" if place.raw(place.offending.line - 1)[place.offending.column - 1] == "（" else ")"
    return [Edit(place.span(end, end), sign * left)]


def _straight_quotes(place: Place) -> list[Edit]:
    """Quotes as they come from other documents: ”suite”, ‘suite’, 'suite'."""
    at = place.offending.column - 1
    pairs = _CROOKED.finditer(place.raw(place.offending.line - 1), at)
    return [Edit(place.span(m.start(), m.end()), in_quotes(place, m["text"])) for m in pairs]


def _behind(source: Source, found: Diagnostic) -> Lexeme:
    """The word that stands against a number."""
    span, word = found.span, str(found.facts["right"])
    return Lexeme("NAME", word, source.name, span.line, span.end_column - len(word), span.end_column)


def _behind_a_number(place: Place, found: Diagnostic) -> Diagnostic:
    spaced = apart(place.offending.value)
    edit = Edit(place.offending.span, f" {spaced}")
    if spaced == place.offending.value or not place.mends(edit):
        return found
    left = str(found.facts["left"])
    return told(place, "E1010", found.span, [offer(place, edit)], seen=found.seen, apart=f"{left} {spaced}")


def _blocks(place: Place) -> Diagnostic | None:
    """Lines that stand under something that takes none, or are missing under something that needs them."""
    if place.offending.type == "INDENT":
        heading = _misspelt_heading(place)
        if heading is not None:
            return heading
        number = place.offending.line - 1
        above = place.raw(place.lines[place.index - 1].numbers[-1]).strip()
        span = place.span(place.offending.column - 1, len(place.raw(number)))
        return told(place, "E1104", span, above=above)
    if place.expected != frozenset({"INDENT"}):
        return None
    written = [lexeme for lexeme in place.reading.lexemes if lexeme.type not in LAYOUT]
    last = written[-1]
    head = next(lexeme for lexeme in written if lexeme.line == last.line)
    if last.type in ("EQ", "KPI_CLAUSE"):
        return told(place, "E1203", last.span, word=place.own(last))
    named = _step_as_name(place, head) if head is last else None
    if named is not None:
        return named
    end = Span(place.source.name, head.line, head.column, last.line, last.end_column)
    return told(place, "E1103", end, word=place.own(head))


def _misspelt_heading(place: Place) -> Diagnostic | None:
    """依此分配 with lines under it: taken for a name, until the lines came."""
    above = place.lines[place.index - 1]
    first = next(lexeme for lexeme in place.reading.lexemes if lexeme.line - 1 in above.numbers and lexeme.value)
    trial = Place(place.source, place.lines[: place.index], place.reading, first)
    if first.type != "NAME" or trial.quoted(first):
        return None
    for fix in respelt(trial, first, ["SHARED"]):
        return Diagnostic("E1205", fix.edits[0].span, {"seen": first.value}, seen=first.value, fixes=(fix,))
    return None


def _payout_heading(place: Place) -> Diagnostic | None:
    first = place.first
    if place.index > 0 or first.type != "NAME" or not _PAYOUT_WORDS.match(first.value):
        return None
    fix = Fix(FixKind.review, "write", (Edit(first.span, "结算额"),), {"text": "结算额"})
    return told(place, "E1211", first.span, [fix])


def _needless_equals(place: Place) -> Diagnostic | None:
    """`target = 40%` in a kpi, `commission pay = 5%`."""
    first = place.first
    if place.index > 0 and place.offending is first and first.type == "NAME" and not place.quoted(first):
        text = place.folded(first.line - 1)
        equals = text.find("=", first.end_column - 1)
        keyword = keyword_of(first)
        if equals >= 0 and keyword and keyword.keyword.terminal in place.expected:
            return _without_equals(place, equals, first.value)
    if place.offending.type == "EQ" and first.spelling and first.type in _HEADS | {"KPI_CLAUSE", "SCORE"}:
        return _without_equals(place, place.offending.column - 1, place.own(first))
    return None


def _without_equals(place: Place, at: int, word: str) -> Diagnostic:
    blank = place.folded(place.offending.line - 1)[at + 1 : at + 2] == " "
    edit = Edit(place.span(at, at + 1 + blank), "")
    fixes = [offer(place, edit)] if place.mends(edit) else []
    return told(place, "E1209", place.span(at, at + 1), fixes, word=word)


def _test_as_step(place: Place) -> Diagnostic | None:
    """不超过 120% as a step: 不超过 asks, 最高 does."""
    for lexeme in (*place.row, place.offending):
        keyword = keyword_of(lexeme)
        if keyword is None or keyword.face != "zh" or keyword.keyword.terminal not in ("NO_MORE", "NO_LESS"):
            continue
        if lexeme is place.offending:
            stack = place.reading.machine.stack
            allowed = place.reading.machine.accepts("LIMIT", stack)
        else:
            machine, stack = place.stack_before(lexeme)
            allowed = machine.accepts("LIMIT", stack)
        if allowed:
            right = "最高" if keyword.keyword.terminal == "NO_MORE" else "最低"
            fix = offer(place, Edit(lexeme.span, right))
            return told(place, "E1212", lexeme.span, [fix], word=lexeme.value, right=right)
    return None


def _vague(place: Place) -> Diagnostic | None:
    """介于, between, 以前: words that leave open whether the bound itself belongs."""
    behind = _DATE_WORDS.match(place.raw(place.offending.line - 1), place.offending.end_column - 1)
    if behind:
        return date_word(place.span(behind.start("word"), behind.end("word")), behind["word"])
    for lexeme in (*place.row, place.offending):
        if lexeme.type == "NAME" and _DATE_WORDS.fullmatch(lexeme.value):
            return date_word(lexeme.span, lexeme.value)
        if lexeme.type == "NAME" and not place.quoted(lexeme):
            matched = _BETWEEN.search(lexeme.value)
            if matched:
                return told(place, "E1214", lexeme.span)
    return None


def _date(place: Place) -> Diagnostic | None:
    if "DATE" not in place.expected or "NUMBER" in place.expected:
        return None
    matched = _ODD_DATE.match(place.folded(place.offending.line - 1), place.offending.column - 1)
    return odd_date(place.span(matched.start(), matched.end()), matched.group()) if matched else None


def _chained(place: Place) -> Diagnostic | None:
    """`60% <= rate < 80%`."""
    kind = place.offending.type
    keyword = keyword_of(place.offending)
    if kind not in COMPARISONS and (keyword is None or keyword.keyword.terminal not in COMPARISONS):
        return None
    compared: Lexeme | None = None
    for lexeme in place.row:
        if lexeme.type in ("AND", "OR", "COMMA", "LPAR", "WHEN", "WHERE", "IF", "THEN", "ONLY_WHEN", "PREMISE"):
            compared = None
        elif lexeme.type in COMPARISONS:
            compared = lexeme
    if compared is None or place.before is None or place.before.type not in _VALUES:
        return None
    middle = next(x for x in place.row if (x.line, x.column) > (compared.line, compared.column))
    return told(place, "E1210", place.offending.span, middle=place.text(middle, place.before))


def _share_of_quotient(place: Place) -> Diagnostic | None:
    """`a / 5% of b`: brackets have to say what is divided by what."""
    keyword = keyword_of(place.offending)
    before = place.before
    if keyword is None or keyword.keyword.terminal not in ("OF", "DE") or before is None:
        return None
    divided = [x for x in place.row if x.type == "SLASH" and x.column > place.step.column]
    if not divided or divided[-1].line != before.line:
        return None
    start, at = _start_of_product(place, divided[-1]), divided[-1].column - 1
    raw = place.raw(before.line - 1)
    left, middle = raw[start:at].strip(), raw[at + 1 : before.end_column - 1].strip()
    whole = raw[place.offending.end_column - 1 : place.rest_end].strip()
    word, sign = place.own(place.offending), place.own(divided[-1])
    readings = (f"({left} {sign} {middle}) {word} {whole}", f"{left} {sign} ({middle} {word} {whole})")
    edit = place.span(start, place.rest_end)
    fixes = [offer(place, Edit(edit, text), text=text) for text in readings if place.mends(Edit(edit, text))]
    return told(place, "E1220", place.offending.span, fixes, one=readings[0], other=readings[1])


def _start_of_product(place: Place, slash: Lexeme) -> int:
    """Column (from 0) where that which is divided begins."""
    position = place.row.index(slash)
    depth = 0
    while position > 0:
        kind = place.row[position - 1].type
        depth += (kind == "RPAR") - (kind == "LPAR")
        if depth < 0 or (depth == 0 and kind not in _PRODUCT):
            break
        position -= 1
    return place.row[position].column - 1


def _first_word(place: Place) -> Diagnostic | None:
    """A line that begins with a word that begins nothing: the fault shows one word later, or more."""
    first = place.first
    if len(place.row) > 3 or (first.type == "NAME" and place.quoted(first)):
        return None
    top = place.index == 0
    if top and first.type == "TYPE" and len(place.row) == 1:
        return told(place, "E1201", first.span)
    if first.type != "NAME":
        if place.row or first.type in LAYOUT:
            return None
        return told(place, "E1201", first.span, _not_indented(place) if top else ())
    machine, stack = (place.reading.machine, None) if not place.row else place.stack_before(first)
    accepted = frozenset(spelling.keyword.terminal for group in SPELLINGS.values() for spelling in group)
    accepted = frozenset(terminal for terminal in accepted if machine.accepts(terminal, stack))
    offers = respelt(place, first, accepted)
    keyword = keyword_of(first)
    terminal = keyword.keyword.terminal if keyword and keyword.text.split()[0] == first.value else ""
    if offers:
        return told(place, "E1201", first.span, offers)
    if top and terminal in _INNER and place.row:
        return told(place, "E1227", first.span)
    if not top and terminal in _HEADS and "NUMBER" not in accepted:
        return told(place, "E1228", first.span)
    if top or not place.row or ("EQ" in place.expected and "STAR" not in place.expected):
        return told(place, "E1201", first.span) if _unfinished_name(place, top) else None
    return None


def _not_indented(place: Place) -> list[Fix]:
    """A row at the very left that can be read as one more row of the block above it."""
    number = place.offending.line - 1
    above = [line for line in logical_lines(place.source) if line.first < number]
    heads = [n for n, line in enumerate(above) if not line.indent]
    block = above[heads[-1] :] if heads else []
    if len(block) < 2 or block[0].heading or any("\t" in place.raw(line.first) for line in block):
        return []
    edit = Edit(place.span(0, 0), " " * block[-1].indent)
    texts = [place.raw(n) for line in block for n in line.numbers]
    trial = Source(place.source.name, "\n".join([*texts, edit.text + place.raw(number)]))
    lines = logical_lines(trial)
    read_on = sum(lexeme.type == "NL" for lexeme in read(trial, lines).lexemes) > len(block)
    return [Fix(FixKind.review, "indent", (edit,))] if read_on else []


def _unfinished_name(place: Place, top: bool) -> bool:
    """Whether only the beginning of `name = …` was read, or nothing at all."""
    if not place.row:
        return True
    return ("EQ" in place.expected and "STAR" not in place.expected) or (top and len(place.row) == 1)


def _unquoted_text(place: Place) -> Diagnostic | None:
    """`one of gold`, `use facts.tier`, `clause Article 2`: what is text stands in quotes."""
    before = place.before
    if before is None or place.offending.type in LAYOUT or "STRING" not in place.expected:
        return None
    if before.type not in ("ONE_OF", "USE", "CLAUSE", "TIME_ZONE", "FROM") or "NUMBER" in place.expected:
        return None
    start, end = place.offending.column - 1, place.rest_end
    span = place.span(start, end) if end > start else place.offending.span
    edits = [Edit(span, in_quotes(place, place.rest))]
    if before.type == "ONE_OF":  # the other options want quotes too
        code = re.sub("#.*", "", place.folded(span.line - 1)[start:]).rstrip(BLANKS)
        options = [option.strip() for option in code.split(",")]
        comma = "，" if place.face == "zh" else ", "
        edits.append(Edit(place.span(start, start + len(code)), comma.join(in_quotes(place, o) for o in options)))
    return told(
        place, "E1224", span, [offer(place, edit) for edit in edits if place.mends(edit)], word=place.own(before)
    )


def _no_name(place: Place) -> Diagnostic | None:
    """`commission 5%`: where something is named, something else stands."""
    if "NAME" not in place.expected or "NUMBER" in place.expected or place.before is None:
        return None
    if place.before.type not in _HEADS | {"ALIAS", "SCORE", "CURRENCY", "FOR_EACH"} or place.offending.type in LAYOUT:
        return None
    return told(place, "E1226", place.offending.span, word=place.own(place.before))


def _misspelt(place: Place) -> Diagnostic | None:
    """`times 115% wehn large`; an option after a comma that does not exist; the same one word earlier."""
    offending, before = place.offending, place.before
    joined_up = f"{before.value}{offending.value}" if before and offending.type == "NAME" else ""
    if before and before.type == "ROUNDED" and joined_up in SPELLINGS:
        span = before.span.to(offending.span)
        return told(place, "E1205", span, [candidate(Edit(span, joined_up))])
    if offending.type == "NAME" and not place.quoted(offending):
        offers = meant(place, offending, place.expected)
        if place.expected & {"ROLE", "MODE", "TIME_ZONE"} and before and before.type == "COMMA":
            return told(place, "E1216", offending.span, offers)
        if offers:
            return told(place, "E1205", _of_line(offers[0], offending), offers)
    bracketed = _bracketed(place)
    if bracketed is not None:
        return told(place, "E1205", _of_line(bracketed, offending), [bracketed])
    offers = elsewhere(place, offending) if offending.type in ("PLUS", "MINUS", "STAR") else []
    if offers:
        return told(place, "E1205", offending.span, offers)
    if before and before.type == "NAME" and before.line == offending.line and not place.quoted(before):
        machine, stack = place.stack_before(before)
        offers = meant(place, before, (name for name in TERMINALS if machine.accepts(name, stack)))
        if offers:
            return told(place, "E1205", _of_line(offers[0], before), offers)
    if before and before.spelling and before.line == offending.line and offending.type in _STARTS_VALUE:
        machine, stack = place.stack_before(before)  # a shorter keyword was read than was meant
        accepted = frozenset(name for name in TERMINALS if machine.accepts(name, stack))
        offers = elsewhere(place, before) or respelt(place, before, accepted) or completed(place, before, accepted)
        if offers:
            return told(place, "E1205", _of_line(offers[0], before), offers)
    return None


def _bracketed(place: Place) -> Fix | None:
    """`t on -100`: a value below 0 stands in brackets where only a value is expected."""
    minus = place.offending
    number = _NEGATIVE.match(place.folded(minus.line - 1), minus.column - 1)
    if minus.type != "MINUS" or place.before is None or number is None:
        return None
    edit = Edit(Span(minus.source, minus.line, minus.column, minus.line, number.end() + 1), f"({number.group()})")
    return candidate(edit) if place.mends(edit) else None


_NEGATIVE: Final = re.compile("[-−][0-9][0-9,.]*[%‰万亿元]*")


def _of_line(fix: Fix, lexeme: Lexeme) -> Span:
    """The words that an offer replaces, of which `lexeme` is the first."""
    span = fix.edits[0].span
    return span if len(fix.edits) == 1 and span.column == lexeme.column else lexeme.span


def _weight_with_by(place: Place) -> Diagnostic | None:
    """`shared among member by points`: in English in proportion to points."""
    by = next((lexeme for lexeme in place.row if lexeme.type == "BY"), None)
    if by is None or by.spelling is None or by.spelling.face == "zh" or "PROPORTION" not in place.expected:
        return None
    offers = elsewhere(place, by)
    return told(place, "E1205", by.span, offers) if offers else None


def _share_without_heading(place: Place) -> Diagnostic | None:
    """`60% to seller` as a step, and `50% due signed`: such parts stand under a line of their own."""
    keyword = keyword_of(place.offending)
    code, terminal = ("E1243", "PAY") if keyword and keyword.keyword.terminal == "DUE" else ("E1235", "SHARED")
    parts = keyword is not None and keyword.keyword.terminal in ("TO", "DUE")
    if not parts or place.index == 0 or place.step is not place.first:
        return None
    heading = {"PAY": ("pay", "发放"), "SHARED": ("shared", "分配")}[terminal][place.face == "zh"]
    number = place.offending.line - 1
    start = place.first.column - 1
    text = f"{heading}\n{' ' * (start + 2)}{place.raw(number)[start:]}"
    edit = Edit(place.span(start, len(place.raw(number))), text)
    trial = _tried(place, number, place.raw(number)[:start] + text)
    fixes = [Fix(FixKind.review, "own_heading", (edit,), {"text": heading})] if trial else []
    return told(place, code, place.offending.span, fixes, word=heading)


def _tried(place: Place, number: int, text: str) -> bool:
    """Whether the statement can be read to the end of a line that takes the place of another."""
    lines = [line for line in place.lines[: place.index + 1] if line.indent < place.lines[place.index].indent]
    above = [place.source.lines[n] for line in lines for n in line.numbers]
    trial = Source(place.source.name, "\n".join([*above, text]))
    return sum(lexeme.type == "NL" for lexeme in read(trial, logical_lines(trial)).lexemes) >= len(lines) + 2


def _shares_behind(place: Place) -> Diagnostic | None:
    """`shared 60% to seller`: each share has a line of its own."""
    before, offending = place.before, place.offending
    if before is None or before.type != "SHARED" or offending.type in LAYOUT:
        return None
    number, at = offending.line - 1, offending.column - 1
    below = "\n" + " " * (place.first.column + 1)
    text = place.raw(number)[:at].rstrip() + below + place.raw(number)[at:]
    edit = Edit(place.span(before.end_column - 1, at), below)
    fixes = [Fix(FixKind.review, "next_line", (edit,))] if _tried(place, number, text) else []
    return told(place, "E1232", place.span(at, place.rest_end), fixes, word=place.own(before)) if fixes else None


def _cap_of_shares(place: Place) -> Diagnostic | None:
    """`at most 50%` among shares: there the cap is one on all of them together."""
    first = place.first
    if first.type != "NAME" or place.index == 0 or not place.row:
        return None
    machine, stack = place.stack_before(first)
    if not machine.accepts("TOGETHER", stack):
        return None
    for limit in SPELLINGS.get(first.value, ()):
        end = limit.end(place.folded(first.line - 1), first.column - 1)
        if end and (limit.keyword.terminal, limit.keyword.sense) == ("LIMIT", "at_most"):
            edit = Edit(place.span(first.column - 1, end), "合计最高" if limit.face == "zh" else "together at most")
            if place.mends(edit):
                return told(place, "E1205", edit.span, [candidate(edit)])
    return None


def _header_order(place: Place) -> Diagnostic | None:
    """`bonus b to leader for each team`: which rows, who receives it, which of them, when."""
    keyword = keyword_of(place.offending)
    if place.index or place.first.type not in ("PAY_LINE", "EXCEPTION") or keyword is None:
        return None
    number = place.offending.line - 1
    text = place.folded(number)
    starts = sorted(set(_header_words(text, place.first.end_column)))
    if len(starts) < 2 or keyword.keyword.terminal not in _HEADER_ORDER:
        return None
    ends = [*(start for start, _ in starts[1:]), len(text)]
    raw = place.raw(number)
    parts = [(order, raw[start:end].strip()) for (start, order), end in zip(starts, ends, strict=True)]
    right = " ".join([raw[: starts[0][0]].strip(), *(part for _, part in sorted(parts, key=lambda part: part[0]))])
    edit = Edit(place.span(0, len(raw)), right)
    return (
        told(place, "E1204", place.offending.span, [offer(place, edit)], word=place.offending.value)
        if (right != raw and place.mends(edit))
        else None
    )


_HEADER_ORDER = ("FOR_EACH", "TO", "WHERE", "WHEN")


def _header_words(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where the parts of a header begin, with their place in the order."""
    for matched in re.finditer(r"\w+", text):
        for spelling in SPELLINGS.get(matched.group(), ()):
            terminal = spelling.keyword.terminal
            if matched.start() >= start and terminal in _HEADER_ORDER and spelling.end(text, matched.start()):
                yield matched.start(), _HEADER_ORDER.index(terminal)


def _share_turned_round(place: Place) -> Diagnostic | None:
    """`to seller 60%`, 销售员 60%: first how much, then to whom."""
    number = place.offending.line - 1
    if "TO" not in place.expected or place.row[:1] == () or place.first.line != place.offending.line:
        return None
    text = place.folded(number)[place.first.column - 1 :]
    matched = _TURNED_ROUND.fullmatch(re.sub("#.*", "", text).rstrip(BLANKS))
    if matched is None:
        return None
    start = place.first.column - 1
    right = f"{matched['share']} {'归' if place.face == 'zh' else 'to'} {matched['whom']}"
    edit = Edit(place.span(start, start + matched.end()), right)
    return told(place, "E1206", place.offending.span, [offer(place, edit)], left="") if place.mends(edit) else None


_TURNED_ROUND = re.compile(r"(?:(?:to|归|发给|分给) *)?(?P<whom>[^\W\d][\w.]*) +(?P<share>[0-9][0-9.,]*[%‰])")


def _scope_without_brackets(place: Place) -> Diagnostic | None:
    """`running count per customer`: brackets say what belongs to it."""
    running = [lexeme for lexeme in place.row if lexeme.type in ("RUNNING_TOTAL", "RUNNING_COUNT")]
    scope = next(
        (span for lexeme in (place.offending, place.before) if lexeme for span in _scope_at(place, lexeme)), None
    )
    if not running or scope is None:
        return None
    number, start, at = place.offending.line - 1, running[-1].end_column - 1, scope.column - 1
    inside = place.raw(number)[start:at].strip().rstrip(",，").strip()
    rest = place.raw(number)[at : place.rest_end]
    comma, opening, closing = ("，", "（", "）") if place.face == "zh" else (", ", "(", ")")
    text = f" {opening}{inside}{comma if inside else ''}{rest}{closing}"
    edit = Edit(place.span(start, place.rest_end), text)
    fixes = [offer(place, edit)] if place.mends(edit) else []
    return told(place, "E1204", scope, fixes, word=place.raw(number)[at : scope.end_column - 1]) if fixes else None


def _scope_at(place: Place, lexeme: Lexeme) -> Iterator[Span]:
    """The words `year to date`, `last`, `per` where they begin at a lexeme."""
    for spelling in SPELLINGS.get(lexeme.value, ()):
        end = spelling.end(place.folded(lexeme.line - 1), lexeme.column - 1)
        if end and spelling.keyword.terminal in ("WINDOW", "LAST", "PER", "PER_SPAN"):
            yield Span(lexeme.source, lexeme.line, lexeme.column, lexeme.line, end + 1)


def _continues_below(place: Place) -> Diagnostic | None:
    """`score x weighted sum of kpis`: what is said under a heading stands on the next line."""
    first, offending = place.first, place.offending
    if place.index or not place.row or offending.type in LAYOUT or "NL" not in place.expected:
        return None
    values = first.type in ("SCORE", "PAYOUT") or (first.type == "PAY_LINE" and offending.type != "NAME")
    keyword = keyword_of(offending)
    if not values and not (keyword and first.type == "PAY_LINE" and keyword.keyword.terminal in _INNER):
        return None
    at = offending.column - 1
    head, rest = place.raw(offending.line - 1)[:at], place.raw(offending.line - 1)[at:]
    trial = Source(place.source.name, f"{head}\n  {rest}")
    if sum(lexeme.type == "NL" for lexeme in read(trial, logical_lines(trial)).lexemes) < 2:
        return None
    fix = Fix(FixKind.review, "next_line", (Edit(place.span(at, at), "\n  "),))
    return told(place, "E1232", place.span(at, place.rest_end), [fix], word=place.own(first))


def _keyword_as_name(place: Place) -> Diagnostic | None:
    """`plus * 2` where `plus` is a column: back-quotes make a name of any word."""
    before = place.before
    if before is None or before.spelling is None or place.offending.type not in _OPERATORS:
        return None
    edit = Edit(before.span, f"`{before.value}`")
    if not place.mends(edit):
        return None
    fix = Fix(FixKind.review, "back_quotes", (edit,), {"name": before.value})
    return told(place, "E1208", before.span, [fix], word=before.value)


def _step_as_name(place: Place, word: Lexeme) -> Diagnostic | None:
    """`pay` alone on the first line of a body: no amount stands above that could be paid in parts."""
    edit = Edit(word.span, f"`{word.value}`")
    under_heading = len(place.lines) > 1 and word.line - 1 in place.lines[1].numbers
    if word.spelling is None or not under_heading or not place.mends(edit):
        return None
    fix = Fix(FixKind.review, "back_quotes", (edit,), {"name": word.value})
    return told(place, "E1208", word.span, [fix], word=word.value)


def _missing_value(place: Place) -> Diagnostic | None:
    """`times` and nothing behind it, or `times when large`."""
    before = place.before
    if before is None:
        return None
    stray = keyword_of(before)
    if stray and stray.keyword.terminal in JOINING and len(place.row) > 1 and not place.quoted(before):
        word = place.row[-2]
        at = Span(before.source, before.line, before.column, before.line, before.column)
        if word.type not in _VALUES and place.mends(Edit(at, "1 ")):
            return _lacking(place, word, before.span)
        if word.type in _HEADS and place.mends(Edit(at, "x ")):
            return told(place, "E1229", word.span, word=place.own(word))
    if before.type in _VALUES or place.offending.type in _STARTS_VALUE - {"NAME"}:
        return None
    if place.offending.type == "NAME" and keyword_of(place.offending) is None:
        return None
    if place.expected & {"NAME", "NUMBER", "STRING", "DATE"} and not place.expected & {"NL", "COMMA"}:
        return _lacking(place, before, place.offending.span)
    return None


def _lacking(place: Place, word: Lexeme, at: Span) -> Diagnostic:
    """Something is missing behind `word`; what, depends on what can stand there."""
    code = "E1203"
    if at == place.offending.span and "NUMBER" not in place.expected:
        kinds = (("NAME", "E1229"), ("DATE", "E1230"), ("STRING", "E1231"))
        code = next((code for kind, code in kinds if kind in place.expected), "E1203")
    elif at == place.offending.span and "NAME" not in place.expected:
        code = "E1233"
    span = word.span if place.offending.type in LAYOUT else at
    return told(place, code, span, word=place.own(word))


def _run_together(place: Place) -> Diagnostic | None:
    """Chinese words without the blanks between them: 金额的5%, 若大客户，则乘以115%."""
    number = place.offending.line - 1
    text = place.folded(number)
    bare = re.sub(r'"[^"]*"|“[^”]*”|「[^」]*」|`[^`]*`|#.*', lambda m: " " * len(m.group()), text)
    edits = []
    for matched in _HAN_WORD.finditer(bare):
        spaced = apart(matched.group())
        if spaced != matched.group():
            edits.append(Edit(place.span(matched.start(), matched.end()), spaced))
    stopped = place.offending.end_column
    for chosen in ([edit for edit in edits if edit.span.column < stopped], edits):
        for tried in [[edit] for edit in chosen] + ([chosen] if len(chosen) > 1 else []):
            if place.mends(*tried):
                start, end = tried[0].span.column - 1, tried[0].span.end_column - 1
                sign = text[end : end + 1] if text[end : end + 1] in ("%", "‰") else ""
                span = place.span(start, end + len(sign))
                return told(place, "E1010", span, [offer(place, *tried)], apart=tried[0].text + sign)
    return None


def _missing_word(place: Place) -> Diagnostic | None:
    """Two values side by side, or a step without a comma before it: one word between them is missing."""
    before, offending = place.before, place.offending
    if before is None or offending.type not in _STARTS_VALUE:
        return None
    if before.type not in _VALUES | _ENDS_PART and place.expected != frozenset({"THEN"}):
        return None
    offers = list(joined(place))
    keyword = keyword_of(offending)
    if keyword and keyword.keyword.terminal in JOINING and not offers:
        return None
    if not offers and before.type in _VALUES and {"NL", "COMMA"} & place.expected == set():
        return None
    left = place.text(place.step, before)
    right = place.own(offending)
    return told(place, "E1202", offending.span, offers, left=left, right=right)


def _impossible_keyword(place: Place) -> Diagnostic | None:
    """A keyword where nothing can be done with it."""
    for lexeme in (place.offending, place.before):
        keyword = keyword_of(lexeme) if lexeme else None
        impossible = JOINING if place.offending.type == "NL" else JOINING | _HEADS
        if lexeme and keyword and keyword.keyword.terminal in impossible and not place.quoted(lexeme):
            return told(place, "E1204", lexeme.span, word=lexeme.value)
    return None


def _ends_early(place: Place) -> Diagnostic | None:
    before = place.before
    if place.offending.type != "NL" or before is None:
        return None
    return told(place, "E1207", before.span, word=place.text(place.step, before) if place.row else "")


def _unexpected(place: Place) -> Diagnostic:
    """No particular mistake: what was read, and what could follow."""
    offending, before = place.offending, place.before
    if offending.type in LAYOUT and before is None:
        number = offending.line - 1
        return told(place, "E1206", place.span(0, len(place.raw(number))), left="")
    left = place.text(place.step, before) if before is not None and place.step is not offending else ""
    return told(place, "E1206", offending.span, left=left)


_RULES = (
    _blocks,
    _payout_heading,
    _needless_equals,
    _test_as_step,
    _vague,
    _date,
    _chained,
    _share_of_quotient,
    _unquoted_text,
    _header_order,
    _cap_of_shares,
    _shares_behind,
    _share_turned_round,
    _scope_without_brackets,
    _run_together,
    _weight_with_by,
    _share_without_heading,
    _first_word,
    _no_name,
    _misspelt,
    _keyword_as_name,
    _missing_value,
    _continues_below,
    _missing_word,
    _impossible_keyword,
    _ends_early,
)
