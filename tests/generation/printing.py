"""One syntax tree → its text in either face.

In: a tree of `tiercel_dsl.syntax`, the names in both faces, decisions about style. Out: text. The words come
from the language's own tables; word order, spelling, number and layout are chosen among what may be written,
so that every way of saying a thing is said sooner or later. Names that the language knows without a
declaration are written `@word` in the tree.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from tiercel_dsl import syntax
from tiercel_dsl.builtins import (
    ACCOUNT_PARTS,
    COMPETENCY_PARTS,
    FUNCTIONS,
    KPI_PARTS,
    PERIOD_PARTS,
    RANK_PARTS,
    SPANS,
    WEEKDAYS,
    WORDS,
)
from tiercel_dsl.keywords import FACES

from .choices import Choices

OR, AND, NOT, TEST, SUM, PRODUCT, FACTOR, UNARY, TERM, ATOM = range(10)

_KEYWORDS = {(k.terminal, k.sense): k for k in FACES}
_BUILTINS: dict[str, tuple[list[str], list[str]]] = {}
for _table in (FUNCTIONS, WORDS, KPI_PARTS, ACCOUNT_PARTS, PERIOD_PARTS, RANK_PARTS, COMPETENCY_PARTS):
    for _written, _word in _table.items():
        _english, _chinese = _BUILTINS.setdefault(_word, ([], []))
        _spellings = _english if _written.isascii() else _chinese
        if _written not in _spellings:
            _spellings.append(_written)
_BUILTINS["people"] = (["people"], ["人员"])
_BUILTINS["person"] = (["person"], ["员工"])
_BUILTINS["payout"] = (["payout"], ["结算额", "本期合计"])
_PRIVATE = {  # parts of the period and of a kpi share words with functions: each has its own spellings
    "first": PERIOD_PARTS, "last": PERIOD_PARTS, "days": PERIOD_PARTS, "number": PERIOD_PARTS,
    "weight": KPI_PARTS, "actual": KPI_PARTS, "target": KPI_PARTS, "attainment": KPI_PARTS, "score": KPI_PARTS,
}  # fmt: skip
_SIGNS = {"=": "=", "!=": "!= ≠", "<": "<", "<=": "<= ≤", ">": ">", ">=": ">= ≥"}
_WORDS = {"<": "BELOW", "<=": "NO_MORE", ">": "ABOVE", ">=": "NO_LESS"}
_CHECKS = {"at_most": "NO_MORE", "at_least": "NO_LESS", "above": "ABOVE", "below": "BELOW"}
_PLACES = {Fraction(1, 100): "分", Fraction(1, 10): "角", Fraction(1): "元"}


_BLOCKS = (syntax.Shared, syntax.Pay)  # steps with lines of their own


class Printer:
    """Prints in one face; `style` None: the plainest way to write everything."""

    def __init__(self, face: str, names: Mapping[str, tuple[str, str]], style: Choices | None = None) -> None:
        self.face, self.names, self.style = face, names, style

    # ---- words ----

    @property
    def chinese(self) -> bool:
        return self.face == "zh"

    def pick(self, options: Sequence[str]) -> str:
        return options[0] if self.style is None or len(options) == 1 else self.style.pick(options)

    def rarely(self, percent: int) -> bool:
        return self.style is not None and self.style.chance(percent)

    def word(self, terminal: str, sense: str = "") -> str:
        keyword = _KEYWORDS[terminal, sense]
        own = keyword.chinese if self.chinese else keyword.english
        return self.pick(own or keyword.english or keyword.chinese)

    def name(self, word: str, part: bool = False) -> str:
        if word.startswith("@"):
            bare = word[1:]
            if part and bare in _PRIVATE:
                table = _PRIVATE[bare]
                return self.pick([w for w, e in table.items() if e == bare and w.isascii() != self.chinese])
            english, chinese = _BUILTINS[bare]
            return self.pick(chinese if self.chinese else english)
        english_name, chinese_name = self.names.get(word, (word, word))
        written = chinese_name if self.chinese else english_name
        if self.rarely(4):  # the other name serves as well
            written = english_name if self.chinese else chinese_name
        if not written.replace("_", "a").isalnum():
            return f"`{written}`"
        return f"`{written}`" if self.rarely(2) else written

    def label(self, label: syntax.Label) -> str:
        english, chinese = self.names.get(label.name, (label.name, label.name))
        first, second = (chinese, english) if self.chinese else (english, chinese)
        first, second = (w if w.replace("_", "a").isalnum() else f"`{w}`" for w in (first, second))
        text = first if first == second else f"{first} {self.word('ALIAS')} {second}"
        return f"{text} {self.quoted(label.title)}" if label.title else text

    def quoted(self, text: str) -> str:
        quotes = self.pick(["“”", '""', "「」"] if self.chinese else ['""', "“”"])
        return f"{quotes[0]}{text}{quotes[1]}"

    def comma(self) -> str:
        return self.pick(["，", ", "]) if self.chinese else ", "

    def listing(self, items: Sequence[str]) -> str:
        return (self.pick(["，", "、", ", "]) if self.chinese else ", ").join(items)

    # ---- literals ----

    def number(self, node: syntax.Number) -> str:
        value = node.value
        if node.unit == "percent":
            if self.rarely(10) and _finite(value * 1000):
                return _decimal(value * 1000) + "‰"
            return _decimal(value * 100) + ("个百分点" if self.chinese and self.rarely(5) else "%")
        return self._plain(value) + ("元" if node.unit == "money" else "")

    def _plain(self, value: Fraction) -> str:
        if (self.chinese or self.rarely(5)) and value >= 1000 and not self.rarely(30):
            for word, size in (("亿", 10**8), ("万", 10**4)):
                if value >= size and _finite(value / size) and len(_decimal(value / size)) < 9:
                    return _decimal(value / size) + word
        text = _decimal(value)
        whole, dot, rest = text.partition(".")
        if len(whole) > 3 and not self.rarely(40):
            whole = f"{int(whole):,}"
        return whole + dot + rest

    def day(self, node: syntax.Day) -> str:
        day = node.value
        if node.month_only:
            return f"{day.year}年{day.month}月" if self.chinese and self.rarely(40) else f"{day:%Y-%m}"
        if self.chinese and self.rarely(40):
            return f"{day.year}年{day.month}月{day.day}日"
        return day.isoformat()

    # ---- expressions ----

    def expr(self, node: Any, level: int = OR) -> str:
        """The text of an expression for a place that takes this level or a tighter one."""
        own, text = getattr(self, f"_{type(node).__name__.lower()}")(node)
        if own >= level:
            return str(text)
        inner = f" {text} " if self.rarely(5) else text
        return f"（{inner}）" if self.chinese and self.rarely(60) else f"({inner})"

    def _number(self, node: syntax.Number) -> tuple[int, str]:
        return ATOM, self.number(node)

    def _text(self, node: syntax.Text) -> tuple[int, str]:
        return ATOM, self.quoted(node.value)

    def _day(self, node: syntax.Day) -> tuple[int, str]:
        return ATOM, self.day(node)

    def _yesno(self, node: syntax.YesNo) -> tuple[int, str]:
        return ATOM, self.word("YES_NO", "yes" if node.value else "no")

    def _quantity(self, node: syntax.Quantity) -> tuple[int, str]:
        return ATOM, f"{_decimal(node.value)}{'' if self.chinese else ' '}{self.word('UNIT', node.unit)}"

    def _path(self, node: syntax.Path) -> tuple[int, str]:
        first, *rest = node.names
        if first == "@kpi" or first[1:] in SPANS:
            return ATOM, ".".join([self.name(first), *(self.name(n, part=True) for n in rest)])
        kpi_part = first.startswith("@") and first[1:] in KPI_PARTS.values()
        return ATOM, ".".join([self.name(first, kpi_part), *(self.name(n, part=n.startswith("@")) for n in rest)])

    def _call(self, node: syntax.Call) -> tuple[int, str]:
        scopes = [self.scope(s) for s in node.scopes]
        if node.where is not None:
            inside = self.listing([self.expr(a) for a in node.arguments])
            inside = self.comma().join([f"{inside} {self.word('WHERE')} {self.expr(node.where)}", *scopes])
        else:
            inside = self.listing([*(self.expr(a) for a in node.arguments), *scopes])
        for start in node.otherwise:
            word = self.word("RESCUE") if self.chinese else self.word("OTHERWISE", "otherwise")
            inside = self.comma().join([inside, f"{word} {self.expr(start)}"])
        brackets = self.pick(["()", "（）"]) if self.chinese else "()"
        return ATOM, f"{self.expr(node.function)}{brackets[0]}{inside}{brackets[1]}"

    def _unary(self, node: syntax.Unary) -> tuple[int, str]:
        if node.operator == "not":
            if isinstance(node.operand, syntax.OneOf) and self.rarely(60):
                return TEST, self._listed(node.operand, "NOT_IN")
            return NOT, f"{self.word('NOT')} {self.expr(node.operand, NOT)}"
        return UNARY, f"{self.pick(['-', '−', '-'])}{self.expr(node.operand, UNARY)}"

    def _binary(self, node: syntax.Binary) -> tuple[int, str]:
        if node.operator in ("add", "subtract"):
            sign = self.pick(["+", "＋", "+"] if self.chinese else ["+"])
            if node.operator == "subtract":
                sign = self.pick(["-", "−"])
            return SUM, f"{self.expr(node.left, SUM)} {sign} {self.expr(node.right, PRODUCT)}"
        if node.operator == "share":
            first, second = (node.right, node.left) if self.chinese else (node.left, node.right)
            level = FACTOR if isinstance(first, syntax.Binary) and first.operator == "divide" else PRODUCT
            word = self.word("DE") if self.chinese else self.word("OF")
            return PRODUCT, f"{self.expr(first, level)} {word} {self.expr(second, FACTOR)}"
        signs = ["×", "*"] if node.operator == "multiply" else ["÷", "/"]
        sign = self.pick(signs if self.chinese else signs[::-1])
        return PRODUCT, f"{self.expr(node.left, PRODUCT)} {sign} {self.expr(node.right, FACTOR)}"

    def _compare(self, node: syntax.Compare) -> tuple[int, str]:
        left, right = self.expr(node.left, SUM), self.expr(node.right, SUM)
        if isinstance(node.left, syntax.YesNo | syntax.RunningCount | syntax.WeightedKpis):
            left = f"({left})"  # a word before `=` at the start of a line is a name
        if ("DATE_TEST", node.operator) in _KEYWORDS:
            word = self.word("DATE_TEST", node.operator)
        elif node.operator in _WORDS and node.word:  # a word and not a sign
            sense = {"NO_MORE": "at_most", "NO_LESS": "at_least"}.get(_WORDS[node.operator], "")
            word = self.word(_WORDS[node.operator], sense)
        else:
            word = self.pick(_SIGNS[node.operator].split())
        return TEST, f"{left} {word} {right}"

    def _logic(self, node: syntax.Logic) -> tuple[int, str]:
        own, inner = (AND, NOT) if node.operator == "and" else (OR, AND)
        word = self.word(node.operator.upper())
        return own, f" {word} ".join(self.expr(o, inner) for o in node.operands)

    def _oneof(self, node: syntax.OneOf) -> tuple[int, str]:
        return TEST, self._listed(node, "IN")

    def _listed(self, node: syntax.OneOf, terminal: str) -> str:
        options = self.listing([self.expr(o) for o in node.options])
        return f"{self.expr(node.operand, SUM)} {self.word(terminal)} ({options})"

    def _missing(self, node: syntax.Missing) -> tuple[int, str]:
        word = self.word("MISSING", "present" if node.present else "missing")
        return TEST, f"{self.expr(node.operand, SUM)} {word}"

    def _pricing(self, node: syntax.Pricing) -> tuple[int, str]:
        table, base = self.expr(node.table), self.expr(node.base, TERM)
        text = f"{base} {self.word('APPLIES')} {table}" if self.chinese else f"{table} {self.word('ON')} {base}"
        if node.key is not None:
            text += f" {self.word('BY')} {self.expr(node.key, TERM)}"
        return FACTOR, text

    def _runningtotal(self, node: syntax.RunningTotal) -> tuple[int, str]:
        if node.scopes:
            inside = self.comma().join([self.expr(node.operand), *map(self.scope, node.scopes)])
            return TERM, f"{self.word('RUNNING_TOTAL')} ({inside})"
        if self.chinese and self.rarely(40):
            return TERM, f"{self.expr(node.operand, TERM)} {self.word('RUNNING_AFTER')}"
        return TERM, f"{self.word('RUNNING_TOTAL')} {self.expr(node.operand, ATOM)}"

    def _runningcount(self, node: syntax.RunningCount) -> tuple[int, str]:
        if node.scopes:
            return ATOM, f"{self.word('RUNNING_COUNT')} ({self.comma().join(map(self.scope, node.scopes))})"
        return ATOM, self.word("RUNNING_COUNT")

    def scope(self, node: syntax.Scope) -> str:
        if isinstance(node, syntax.Per):
            if node.path is None:
                return self.word("PER_SPAN", node.kind)
            return f"{self.word('PER')} {self.expr(node.path)}"
        if isinstance(node, syntax.Below):
            return self.word("WITH_BELOW")
        text = self.word("WINDOW", node.kind) if node.kind != "last" else ""
        if node.kind == "last":
            length = self.expr(syntax.Quantity(Fraction(node.count), node.unit))
            text = f"{self.word('LAST')}{'' if self.chinese and self.rarely(50) else ' '}{length}"
        return text if node.as_of is None else f"{text} {self.word('AS_OF')} {self.expr(node.as_of, ATOM)}"

    def _asof(self, node: syntax.AsOf) -> tuple[int, str]:
        return TERM, f"{self.expr(node.operand, TERM)} {self.word('AS_OF')} {self.expr(node.day, ATOM)}"

    def _averaged(self, node: syntax.Averaged) -> tuple[int, str]:
        return TERM, f"{self.expr(node.operand, TERM)} {self.word('BY_SPAN', node.unit)}"

    def _partof(self, node: syntax.PartOf) -> tuple[int, str]:
        above = "" if node.above is None else f"{self.word('ABOVE')} {self.expr(node.above, ATOM)}"
        up_to = ""
        if node.up_to is not None:
            up_to = f"{self.word('UP_TO')} {self.expr(node.up_to, ATOM)}"
        limits = " ".join(text for text in (above, up_to) if text)
        if self.chinese:
            return TERM, f"{self.expr(node.operand, TERM)} {self.word('AMONG')} {limits} {self.word('PART_END')}"
        return TERM, f"{self.word('PART_OF')} {self.expr(node.operand, ATOM)} {limits}"

    def _convert(self, node: syntax.Convert) -> tuple[int, str]:
        day = "" if node.day is None else f" {self.word('AS_OF')} {self.expr(node.day, TERM)}"
        text = f"{self.expr(node.operand, TERM)} {self.word('INTO')} {node.currency}"
        return FACTOR, f"{text} {self.word('AT')} {self.expr(node.rates)}{day}"

    def _weightedkpis(self, node: syntax.WeightedKpis) -> tuple[int, str]:
        return ATOM, self.word("WEIGHTED_KPIS")

    # ---- steps ----

    def steps(self, steps: Sequence[syntax.Step]) -> str:
        return self.comma().join(self.step(s) for s in steps)

    def step(self, node: syntax.Step) -> str:
        text: str = getattr(self, f"_step_{type(node).__name__.lower()}")(node)
        return text

    def _conditioned(self, action: str, when: Any) -> str:
        """An action under a condition, before or after it."""
        if when is None:
            return action
        if self.rarely(70) if self.chinese else self.rarely(30):
            comma = self.comma() if self.rarely(80) else " "
            return f"{self.word('IF')} {self.expr(when)}{comma}{self.word('THEN')} {action}"
        return f"{action} {self.word('WHEN')} {self.expr(when)}"

    def _step_value(self, node: syntax.Value) -> str:
        return self.expr(node.expr)

    def _step_case(self, node: syntax.Case) -> str:
        return self._conditioned(self.expr(node.expr), node.when)

    def _step_otherwise(self, node: syntax.Otherwise) -> str:
        rescue = node.rescue and self.chinese
        word = self.word("RESCUE") if rescue else self.word("OTHERWISE", "otherwise")
        if node.expr is None:
            return f"{word} {self.word('ERROR')}"
        return f"{word} {self.expr(node.expr)}"

    def _step_apply(self, node: syntax.Apply) -> str:
        return self._conditioned(f"{self.word('STEP', node.operator)} {self.expr(node.expr)}", node.when)

    def _step_limit(self, node: syntax.Limit) -> str:
        limit = f"{self.word('LIMIT', node.kind)} {self.expr(node.expr)}"
        if node.per is None:
            return self._conditioned(limit, node.when)
        when = f" {self.word('WHEN')} {self.expr(node.when)}" if node.when is not None else ""
        if node.per.path is not None:
            return f"{limit} {self.word('PER')} {self.expr(node.per.path)}{when}"
        span = self.word("PER_SPAN", node.per.kind)
        return f"{span} {limit}{when}" if self.chinese or self.rarely(20) else f"{limit} {span}{when}"

    def _step_excess(self, node: syntax.Excess) -> str:
        return f"{self.word('EXCESS')} {self.expr(node.account)}"

    def _step_lessearlier(self, node: syntax.LessEarlier) -> str:
        return self.word("LESS_EARLIER", node.kind)

    def _step_rounded(self, node: syntax.Rounded) -> str:
        stage = f" {self.word('STAGE', node.stage)}" if node.stage else ""
        place = _PLACES.get(node.step, "")
        if self.chinese and place and self.rarely(60):
            units = [w for w in _KEYWORDS["ROUNDED_UNIT", node.mode].chinese if w.endswith(place)]
            return self.pick(units) + stage
        step = _decimal(node.step)
        if node.step < 1 and self.rarely(5):
            step = _decimal(node.step * 100) + "%"
        return f"{self.word('ROUNDED', node.mode)} {step}{stage}"

    def _step_unrounded(self, node: syntax.Unrounded) -> str:
        return self.word("UNROUNDED")

    def _premise(self, condition: Any, terminal: str, result: str) -> str:
        if self.chinese and self.rarely(60):
            comma = self.comma() if self.rarely(90) else " "
            return f"{self.word('PREMISE')} {self.expr(condition)}{comma}{self.word(result)}"
        return f"{self.word(terminal)} {self.expr(condition)}"

    def _step_onlywhen(self, node: syntax.OnlyWhen) -> str:
        return self._premise(node.condition, "ONLY_WHEN", "ELSE_NO_LINE")

    def _step_zerounless(self, node: syntax.ZeroUnless) -> str:
        return self._premise(node.condition, "ZERO_UNLESS", "ELSE_ZERO")

    def _step_counting(self, node: syntax.Counting) -> str:
        return f"{self.word('COUNTING')} {self.expr(node.expr)}"

    def _step_shared(self, node: syntax.Shared) -> str:
        """A block of its own, deeper than any line of a body."""
        lines = [self._part(line) for line in node.lines]
        return self.word("SHARED", "in_turn" if node.in_turn else "each") + "".join(f"\n        {x}" for x in lines)

    def _part(self, node: Any) -> str:
        if isinstance(node, syntax.Together):
            return f"{self.word('TOGETHER')} {self.expr(node.expr)}"
        if isinstance(node, syntax.Rounded):
            return self.step(node)
        share = self.word("THE_REST") if node.expr is None else self.expr(node.expr)
        return f"{share} {self.word('TO')} {self.expr(node.receiver)}"

    def _step_sharedamong(self, node: syntax.SharedAmong) -> str:
        head = f"{self.word('SHARED_AMONG', 'equally' if node.weight is None else 'weighted')} {self.expr(node.table)}"
        where = "" if node.where is None else f" {self.word('WHERE')} {self.expr(node.where)}"
        if node.weight is None:
            return head + where
        if self.chinese and not self.rarely(30):
            return f"{head} {self.word('BY')} {self.expr(node.weight, SUM)} {self.word('PROPORTION')}{where}"
        return f"{head}{where} {self.word('IN_PROPORTION')} {self.expr(node.weight)}"

    def _step_remainder(self, node: syntax.Remainder) -> str:
        to = self.word("FIRST_PAYEE") if node.receiver is None else self.expr(node.receiver)
        return f"{self.word('REMAINDER')} {self.word('TO')} {to}"

    def _step_pay(self, node: syntax.Pay) -> str:
        """A block of its own."""
        return self.word("PAY") + "".join(f"\n        {self._instalment(part)}" for part in node.parts)

    def _instalment(self, node: syntax.Instalment) -> str:
        part = f"{self.expr(node.share)} {self.word('DUE')} {self.expr(node.due)}"
        return self._conditioned(part, node.when)

    def _step_payshare(self, node: syntax.PayShare) -> str:
        return f"{self.word('PAY_SHARE' if self.chinese else 'PAY')} {self.expr(node.expr)}"

    def _step_hold(self, node: syntax.Hold) -> str:
        if self.chinese and not self.rarely(30):
            return f"{self.word('IF')} {self.expr(node.condition)}{self.comma()}{self.word('THEN')} {self.word('HOLD')}"
        return f"{self.word('HOLD_WHILE')} {self.expr(node.condition)}"

    def _step_takeback(self, node: syntax.TakeBack) -> str:
        return self._conditioned(f"{self.word('TAKE_BACK')} {self.expr(node.expr)}", node.when)

    # ---- statements ----

    def file(self, statements: Sequence[syntax.Statement]) -> str:
        out: list[str] = []
        for statement in statements:
            if self.rarely(5):
                out.append("# 注：见办法" if self.chinese else "# see the policy")
            out.append(self.statement(statement))
            if self.rarely(20):
                out.append("")
        return "\n".join(out) + "\n"

    def statement(self, node: syntax.Statement) -> str:
        text: str = getattr(self, f"_statement_{type(node).__name__.lower()}")(node)
        return text

    def block(self, lines: Sequence[str], depth: int = 1) -> str:
        pad = self.pick(["  ", "    ", "\u3000"] if self.chinese else ["  ", "   "]) * depth
        return "".join(f"\n{pad}{line}" for line in lines)

    def body(self, body: syntax.Body, alone: bool) -> str:
        """Steps after a comma, or each on a line of its own; `alone`: lines only."""
        cases = isinstance(body.steps[0], syntax.Case)
        if not (alone or body.first_of or cases or self.rarely(30)):
            return " " + self.steps(body.steps)
        first = f" {self.word('FIRST_OF')}" if body.first_of else ""
        lines: list[str] = []
        for step, before in zip(body.steps, (None, *body.steps), strict=False):
            alone_here = isinstance(step, _BLOCKS) or isinstance(before, _BLOCKS)
            if lines and not alone_here and self.rarely(15):
                lines[-1] += self.comma() + self.step(step)
            else:
                lines.append(self.step(step))
        return first + self.block(lines)

    def _statement_schemehead(self, node: syntax.SchemeHead) -> str:
        return f"{self.word('SCHEME')} {self.label(node.label)}"

    def _statement_versionhead(self, node: syntax.VersionHead) -> str:
        text = f"{self.word('VERSION')} {node.number} {self.word('FROM')} {self.day(node.first)}"
        if self.chinese and self.rarely(70):
            text += f" {self.word('ONWARD')}"
        return text if node.last is None else f"{text} {self.word('UNTIL')} {self.day(node.last)}"

    def _statement_currencyhead(self, node: syntax.CurrencyHead) -> str:
        return f"{self.word('CURRENCY')} {node.code}"

    def _statement_periodhead(self, node: syntax.PeriodHead) -> str:
        options: list[str] = []
        if isinstance(node.first, syntax.Text):
            days = [w for w, e in WEEKDAYS.items() if e == node.first.value and w.isascii() != self.chinese]
            options.append(f"{self.word('FROM')} {self.quoted(self.pick(days))}")
        elif node.first is not None:
            options.append(f"{self.word('FROM')} {self.day(node.first)}")
        if node.zone is not None:
            options.append(f"{self.word('TIME_ZONE')} {self.quoted(node.zone.value)}")
        count = "" if node.count == 1 else f"{node.count} " if not self.chinese else str(node.count)
        head = f"{self.word('PERIOD')} {count}{self.word('PERIOD_WORD', node.shape)}"
        return self.comma().join([head, *options])

    def _statement_roundinghead(self, node: syntax.RoundingHead) -> str:
        return f"{self.word('TYPE', node.type_word)} {self.step(node.rounding)}"

    def _statement_use(self, node: syntax.Use) -> str:
        return f"{self.word('USE')} {self.quoted(node.file)}"

    def _statement_clause(self, node: syntax.Clause) -> str:
        if self.chinese and self.rarely(50):
            return f"第三条 {node.text}"
        return f"{self.word('CLAUSE')} {self.quoted(node.text)}"

    def _statement_table(self, node: syntax.Table) -> str:
        if node.kind == "people":
            head = self.word("PEOPLE") + (f" {self.quoted(node.label.title)}" if node.label.title else "")
        else:
            head = f"{self.word(node.kind.upper())} {self.label(node.label)}"
        return head + self.block([self.column(c) for c in node.columns])

    def column(self, node: syntax.Column) -> str:
        options = [self.word("ROLE", role) for role in node.roles]
        if node.currency:
            named = node.currency in self.names
            options.append(f"{self.word('CURRENCY')} {self.name(node.currency) if named else node.currency}")
        if node.reverses:
            by = f" {self.word('BY')} {self.expr(node.reversed_share)}" if node.reversed_share is not None else ""
            options.append(self.word("REVERSES") + by)
        if node.default is not None:
            options.append(f"{self.word('DEFAULT')} {self.expr(node.default)}")
        for limit in node.limits:
            terminal = _CHECKS[limit.kind]
            sense = limit.kind if terminal.startswith("NO_") else ""
            options.append(f"{self.word(terminal, sense)} {self.expr(limit.expr)}")
        if node.label.title:
            options.append(self.quoted(node.label.title))
        label = self.label(syntax.Label(node.label.name))
        return self.comma().join([f"{label} {self.column_type(node.type)}", *options])

    def column_type(self, node: syntax.ColumnType) -> str:
        if node.word == "one_of":
            return f"{self.word('ONE_OF')} {self.listing([self.quoted(o.value) for o in node.options])}"
        return self.name(node.name) if node.word == "name" else self.word("TYPE", node.word)

    def dated(self, node: syntax.Dated) -> str:
        text = self.expr(node.expr)
        if node.first is not None:
            text += f" {self.word('FROM')} {self.day(node.first)}"
            if self.chinese and self.rarely(60):
                text += f" {self.word('ONWARD')}"
        if node.last is not None:
            text += f" {self.word('UNTIL')} {self.day(node.last)}"
        return f"{text} {self.quoted(node.source)}" if node.source else text

    def _statement_parameter(self, node: syntax.Parameter) -> str:
        head, values = f"{self.word('PARAMETER')} {self.label(node.label)} =", [self.dated(d) for d in node.values]
        if self.rarely(20):
            return head + self.block(values)
        return f"{head} {self.comma().join(values)}"

    def _statement_definition(self, node: syntax.Definition) -> str:
        return f"{self.label(node.label)} ={self.body(node.body, alone=False)}"

    def _statement_require(self, node: syntax.Require) -> str:
        message = f" {self.quoted(node.message)}" if node.message else ""
        return f"{self.word('REQUIRE')} {self.expr(node.condition)}{message}"

    def _statement_foreach(self, node: syntax.ForEach) -> str:
        where = "" if node.where is None else f" {self.word('WHERE')} {self.expr(node.where)}"
        lines = [line for part in node.parts for line in self.statement(part).split("\n")]
        return f"{self.word('FOR_EACH')} {self.expr(node.table)}{where}" + "".join(f"\n  {line}" for line in lines)

    def _statement_tiers(self, node: syntax.Tiers) -> str:
        options = [self.word("MODE", node.mode)]
        if node.rounding is not None:
            text = self.step(syntax.Rounded(node.rounding.mode, node.rounding.step))
            if node.rounding.stage:
                text += (self.comma() if self.rarely(50) else " ") + self.word("STAGE", node.rounding.stage)
            options.append(text)
        if node.bounds_of is not None:
            options.append(f"{self.word('BOUNDS_OF')} {self.expr(node.bounds_of)}")
        if self.rarely(10):
            options.reverse()
        head = f"{self.word('TIERS')} {self.label(node.label)}{self.comma()}{self.comma().join(options)}"
        if node.columns:
            colon = self.pick(["：", ":"]) if self.chinese else ":"
            head += f"{colon} {self.listing([self.label(c) for c in node.columns])}"
        return head + self.block([self.same_as(r) if isinstance(r, syntax.SameAs) else self.row(r) for r in node.rows])

    def _statement_lookup(self, node: syntax.Lookup) -> str:
        keys = [self.label(k) for k in node.keys]
        if node.first_of:
            keys.append(self.word("FIRST_OF"))
        head = f"{self.word('TABLE')} {self.label(node.label)} {self.word('BY')} {self.comma().join(keys)}"
        if node.columns:
            colon = self.pick(["：", ":"]) if self.chinese else ":"
            head += f"{colon} {self.listing([self.label(c) for c in node.columns])}"
        rows = [] if node.head is None else [f"{self.word('COLUMNS')}  {self.cells(node.head.cells)}"]
        rows += [self.same_as(r) if isinstance(r, syntax.SameAs) else self.cells(r.cells) for r in node.rows]
        return head + self.block(rows)

    def same_as(self, node: syntax.SameAs) -> str:
        text = f"{self.word('SAME_AS')} {self.expr(node.table)}"
        return text if node.expr is None else f"{text} {self.word('STEP', node.operator)} {self.cell(node.expr)}"

    def cells(self, cells: Sequence[syntax.Cell]) -> str:
        """The flat cells of a row of a lookup table."""
        out: list[str] = []
        rest = list(cells)
        while rest:
            cell = rest.pop(0)
            if isinstance(cell, syntax.BoundCell):
                pair = [cell]
                following = rest[0] if rest else None
                lower = cell.kind in ("from", "above")
                if lower and isinstance(following, syntax.BoundCell) and following.kind in ("below", "up_to"):
                    pair.append(following)
                    del rest[0]
                out.append(self.bounds(pair))
            elif isinstance(cell, syntax.WordCell):
                words = {"otherwise": ("OTHERWISE", "otherwise"), "error": ("ERROR", ""), "any": ("ANY", "")}
                out.append(self.word(*words[cell.kind]))
            else:
                out.append(self.cell(cell.expr))
        return self.pick(["   ", "  "]).join(out)

    def row(self, node: syntax.Row) -> str:
        bounds = [c for c in node.cells if isinstance(c, syntax.BoundCell)]
        rest = [c for c in node.cells if not isinstance(c, syntax.BoundCell)]
        cells = [self.bounds(bounds)] if bounds else []
        for cell in rest:
            if isinstance(cell, syntax.WordCell):
                cells.append(self.word(cell.kind.upper(), "otherwise" if cell.kind == "otherwise" else ""))
            elif isinstance(cell, syntax.SeriesCell):
                word = self.word("EVERY") if cell.kind == "every" else self.word("SERIES", cell.kind)
                cells.append(f"{word} {self.cell(cell.expr)}")
            else:
                cells.append(self.cell(cell.expr))
        return self.pick(["   ", "  ", " "]).join(cells)

    def cell(self, node: Any) -> str:
        if isinstance(node, syntax.Unary) and isinstance(node.operand, syntax.Number):
            return f"-{self.number(node.operand)}"
        return self.expr(node, ATOM)

    def bounds(self, cells: Sequence[syntax.BoundCell]) -> str:
        """One or two bounds; in Chinese also after the number."""
        kinds = [c.kind for c in cells]
        if kinds == ["the_rest"]:
            return self.word("THE_REST")
        if kinds in (["first"], ["next"]):
            return f"{self.word('WIDTH', kinds[0])} {self.cell(cells[0].expr)}"
        amounts = [self.cell(c.expr) for c in cells]
        if self.chinese and not self.rarely(40):
            suffixed = self._suffixed(kinds, amounts)
            if suffixed:
                return suffixed
        return " ".join(f"{self.bound_word(k)} {a}" for k, a in zip(kinds, amounts, strict=True))

    def _suffixed(self, kinds: list[str], amounts: list[str]) -> str:
        above, below = self.word("AND_ABOVE"), self.word("AND_BELOW")
        one = {
            "from": [f"{amounts[0]}{above}", f"{amounts[0]}（含）{above}"],
            "above": [f"{amounts[0]}（不含）{above}"],
            "up_to": [f"{amounts[0]}{below}", f"{amounts[0]}（含本数）{below}"],
            "below": [f"{amounts[0]}（不含）{below}"],
        }
        if len(kinds) == 1:
            return self.pick(one[kinds[0]])
        if kinds == ["from", "below"]:
            return f"{amounts[0]}{self.word('AND_ABOVE_BELOW')}{amounts[1]}"
        if kinds == ["from", "up_to"]:
            return f"{amounts[0]} {self.word('UP_TO')} {amounts[1]}"
        if kinds == ["above", "up_to"]:
            return f"{amounts[0]}（不含）{self.word('UP_TO')} {amounts[1]}"
        return ""

    def bound_word(self, kind: str) -> str:
        if kind == "from":
            return self.word("FROM")
        if kind == "up_to":
            return self.word("NO_MORE", "at_most") if self.chinese and self.rarely(50) else self.word("UP_TO")
        return self.word(kind.upper())

    def _statement_kpi(self, node: syntax.Kpi) -> str:
        lines: list[str] = []
        for clause in node.clauses:
            if clause.kind == "less_is_better":
                lines.append(self.word("LESS_IS_BETTER"))
            elif clause.kind == "not_applicable":
                lines.append(self._conditioned(self.word("NOT_APPLICABLE"), clause.condition))
            else:
                assert clause.body is not None
                lines += (self.word("KPI_CLAUSE", clause.kind) + self.body(clause.body, alone=False)).split("\n")
        return f"{self.word('KPI')} {self.label(node.label)}" + "".join(f"\n  {line}" for line in lines)

    def _statement_rank(self, node: syntax.Rank) -> str:
        each = "" if node.table is None else f" {self.word('FOR_EACH')} {self.expr(node.table)}"
        texts: list[str] = []
        for number, key in enumerate(node.keys):
            word = self.word("TIES_BY") if number else self.word("BY")
            texts += [f"{word} {self.expr(key.expr)}", self.word("ORDER", key.order)]
        options = [self.word("TIES", node.ties)] if node.ties else []
        if node.within:
            options.append(f"{self.word('WITHIN')} {self.comma().join(self.expr(e) for e in node.within)}")
        if self.rarely(20):
            options.reverse()
        where = "" if node.where is None else f" {self.word('WHERE')} {self.expr(node.where)}"
        return f"{self.word('RANK')} {self.label(node.label)}{each} {self.comma().join([*texts, *options])}{where}"

    def _statement_competency(self, node: syntax.Competency) -> str:
        lines = [self._competent(part) for part in node.parts]
        return f"{self.word('COMPETENCY')} {self.label(node.label)}" + "".join(f"\n  {line}" for line in lines)

    def _competent(self, part: syntax.RatedBy | syntax.Item | syntax.Course) -> str:
        if isinstance(part, syntax.Course):
            return f"{self.word('COURSE')} {self.word('BY')} {self.expr(part.table)}"
        if isinstance(part, syntax.Item):
            texts = [self.label(part.label), f"{self.word('ITEM_WEIGHT')} {self.expr(part.weight)}"]
            texts += [f"{self.word('REQUIRED')} {self.expr(part.required)}"] if part.required is not None else []
            return f"{self.word('ITEM')} {self.comma().join(texts)}"
        points = [self.expr(part.points), *([] if part.window is None else [self.scope(part.window)])]
        raters = [f"{'' if r.kind is None else self.quoted(r.kind.value)} {self.expr(r.weight)}" for r in part.raters]
        colon = self.pick(["：", ":"]) if self.chinese else ":"
        return f"{self.word('RATED_BY')} {self.comma().join(points)}{colon} {self.comma().join(raters)}"

    def _statement_account(self, node: syntax.Account) -> str:
        lines = [self._balance(part) for part in node.parts]
        return f"{self.word('ACCOUNT')} {self.label(node.label)}" + "".join(f"\n  {line}" for line in lines)

    def _balance(self, part: syntax.Opens | syntax.Apply | syntax.Closing) -> str:
        if isinstance(part, syntax.Opens):
            return f"{self.word('OPENS')} {self.expr(part.expr)}"
        if isinstance(part, syntax.Apply):
            return self.step(part)
        sign = self.word(_CHECKS[part.kind], part.kind)
        return f"{self.word('CLOSING')} {sign} {self.expr(part.expr)}"

    def _statement_score(self, node: syntax.Score) -> str:
        return f"{self.word('SCORE')} {self.label(node.label)}" + self.body(node.body, alone=True)

    def _statement_payline(self, node: syntax.PayLine) -> str:
        head = f"{self.word('PAY_LINE', node.kind)} {self.label(node.label)}"
        if node.table is not None:
            head += f" {self.word('FOR_EACH')} {self.expr(node.table)}"
        if node.to is not None:
            head += f" {self.word('TO')} {self.expr(node.to)}"
        if node.where is not None:
            head += f" {self.word('WHERE')} {self.expr(node.where)}"
        if node.when is not None:
            head += f" {self.word('WHEN')} {self.expr(node.when)}"
        return head + self.body(node.body, alone=True)

    def _statement_exceptionto(self, node: syntax.ExceptionTo) -> str:
        to = self.pick(["替代", "对", "归"]) if self.chinese else "to"
        head = f"{self.word('EXCEPTION')} {self.label(node.label)} {to} {self.expr(node.rule)}"
        return f"{head} {self.word('WHERE')} {self.expr(node.where)}" + self.body(node.body, alone=True)

    def _statement_promise(self, node: syntax.Promise) -> str:
        word = self.word("PROMISE")
        if node.kind == "always":
            assert node.condition is not None
            return f"{word} {self.expr(node.condition)}"
        assert node.value is not None
        assert node.cause is not None
        value, cause = self.expr(node.value), self.expr(node.cause)
        if node.kind == "rising":
            return f"{word} {value} {self.word('NEVER_FALLS')} {cause} {self.word('RISES')}"
        assert node.limit is not None
        assert node.step is not None
        limit, step = self.expr(node.limit), self.number(node.step)
        if self.chinese:
            return f"{word} {cause} {self.word('EVERY')} {step}，{value} {self.word('JUMPS')} {limit}"
        return f"{word} {value} {self.word('JUMPS')} {limit} when {cause} {self.word('RISES_BY')} {step}"

    def _statement_payout(self, node: syntax.Payout) -> str:
        return self.word("PAYOUT") + self.body(node.body, alone=True)


def _finite(value: Fraction) -> bool:
    rest = value.denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    return rest == 1


def _decimal(value: Fraction) -> str:
    """The exact decimal text of a fraction that has one."""
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
        if digits > 40:
            raise ValueError(f"{value} has no decimal form")
    scaled = str(int(value * 10**digits)).zfill(digits + 1)
    return f"{scaled[:-digits]}.{scaled[-digits:]}" if digits else scaled
