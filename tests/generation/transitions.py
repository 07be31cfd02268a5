"""A second version of a random scheme, and a transition between the two.

In: a case and a seed. Out: `Passed`: the text of the second version, with other rates and with clauses that the first
one allows; the day it begins, on the first day of the period or inside it.
"""

import random
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import tiercel
from tiercel_dsl.types import Kind

from .cases import Case
from .facts import Data

_LATER = re.compile(r"^  (pay\b|hold while |take back ).*\n(?:    .*\n)*", re.MULTILINE)
_RULE = re.compile(r"^(?:commission|bonus|allowance|deduction) .*\n(?:  .*\n)+", re.MULTILINE)
_STEPS = (
    "  pay\n    50% due period.last\n    50% due period.last + 1 month\n",
    "  hold while period.last before 2000-01-01\n",
    "  pay\n    1 / 3 due period.first\n    2 / 3 due period.last + 1 day\n  take back 40% when yes\n",
)
_RATE = re.compile(r"(?<![\d.])\d+(?:\.\d+)?%")
_OTHERWISE = {"整期执行新版": "按整期执行", " 试点 ": " 先行 "}
CLAUSES = (
    "kept",
    "better",
    "people",
    "people better",
    "cut",
    "pilot",
    "blend",
    "floor",
    "restarts",
    "account",
    "paid later",
    "paid otherwise",
)


@dataclass(frozen=True)
class Passed:
    """`clauses`: the kinds that the transition has; `stamp`: the table and the column that name the version of a row."""

    scheme: Any
    text: str
    clauses: frozenset[str]
    stamp: tuple[str, str] | None = None

    def stamped(self, rows: Data, seed: object) -> Data:
        """The rows, those of the stamped table each with the old version, the new one or none."""
        if self.stamp is None:
            return rows
        chance, (table, column) = random.Random(str(seed)), self.stamp
        new = self.scheme.checked.version
        versions = [Decimal(new - 1), Decimal(new), *([None] if "may be blank" in self.clauses else [])]
        return {**rows, table: [{**row, column: chance.choice(versions)} for row in rows.get(table, [])]}


def passed(case: Case, seed: object) -> "Passed | str":
    """The two versions loaded; the codes of the checker where it refuses the second."""
    chance, first = random.Random(str(seed)), case.loaded()
    if isinstance(first, str):
        return first
    period = first.parse_period(case.scheme.period)
    inside = chance.random() < 0.4 and period.days > 1
    begins = period.first + timedelta(days=chance.randrange(1, period.days)) if inside else period.first
    pilot = not inside and chance.random() < 0.2
    begins = period.next().first if pilot else begins
    kinds, lines = _clauses(chance, first.checked, begins, inside, period, pilot)
    stamp = _stamp(chance, first.checked)
    by = f", by stamp `{stamp[0].names.name}`.`{stamp[1].names.name}`" if stamp else ""
    old, new = first.checked.version, first.checked.version + 1
    named = {"1": str(old), "2": str(new)}
    lines = [re.sub(r"version ([12])", lambda match: f"version {named[match.group(1)]}", line) for line in lines]
    head = re.sub(r"version \d+ from [0-9-]+", "{begun}", case.scheme.english, count=1)
    head, how = _paid_otherwise(head, chance)
    kinds += how
    head = _other_rates(head, chance).replace("{begun}", f"version {new} from {begins.isoformat()}{by}")
    text = f"{head}\ntransition from version {old}\n" + "".join(f"  {line}\n" for line in lines)
    try:
        scheme = tiercel.loads(text, case.scheme.english_used, versions=[first])
    except tiercel.SchemeError as refused:
        return f"refused {sorted({d.code for d in refused.diagnostics if d.severity.value == 'error'})}"
    kinds += ["stamp", *(["may be blank"] if stamp[1].optional else [])] if stamp else []
    return Passed(scheme, text, frozenset(kinds), stamp and (stamp[0].names.name, stamp[1].names.name))


def _stamp(chance: random.Random, checked: Any) -> tuple[Any, Any] | None:
    """A table of facts that something is paid by, and a column of it that counts, if there is one."""
    paid = {line.level for line in checked.lines}
    tables = [t for t in checked.tables if t.kind == "facts" and t.identity in paid]
    found = [(t, c) for t in tables for c in t.columns if c.type.kind is Kind.count and not c.dated]
    return chance.choice(found) if found and chance.random() < 0.6 else None


def respelled(chinese: str) -> tuple[str, str]:
    """The text, and the text with the other spellings that its words of a transition may have."""
    other = chinese
    for word, another in _OTHERWISE.items():
        other = other.replace(word, another)
    return chinese, other


def _paid_otherwise(text: str, chance: random.Random) -> tuple[str, list[str]]:
    """Lines that the first version pays later are paid at once, or the other way round."""
    if _LATER.search(text):
        if chance.random() < 0.5:
            return text, ["paid later"]
        return _LATER.sub(lambda match: "" if chance.random() < 0.7 else match.group(), text), ["paid otherwise"]
    if re.search(r"^payout", text, re.MULTILINE) or chance.random() < 0.5:
        return text, []
    steps = chance.choice(_STEPS)
    return _RULE.sub(lambda match: match.group() + (steps if chance.random() < 0.6 else ""), text), ["paid otherwise"]


def _other_rates(text: str, chance: random.Random) -> str:
    """One rate in three is another one; bounds of tables stay, so that no tier is lost."""

    def other(match: re.Match[str]) -> str:
        return f"{chance.randrange(1, 40)}%" if chance.random() < 0.33 else match.group()

    lines = text.split("\n")
    return "\n".join(_RATE.sub(other, x) if re.match(r"\s+\S*\d\S*% of ", x) else x for x in lines)


def _clauses(
    chance: random.Random, checked: Any, begins: date, inside: bool, period: Any, pilot: bool
) -> tuple[list[str], list[str]]:
    kinds: list[str] = []
    lines: list[str] = []

    def add(kind: str, line: str) -> None:
        kinds.append(kind)
        lines.append(line)

    paid = sorted({x.level for x in checked.lines if checked.table(x.level).kind == "facts"})
    names = {t.identity: f"`{t.names.name}`" for t in checked.tables}
    if inside:
        cuts = ["by date of record", "by day", "whole period under the new version"]
        add("cut", chance.choice(cuts))
    else:
        lines.append("from the next period")
    if pilot:
        add(
            "pilot",
            f"people where {chance.choice(['yes', 'no', '1 = 1'])} {chance.choice(['use', 'uses'])} version 2 from {period.first.isoformat()}",
        )
    table = chance.choice(paid) if paid else ""
    dated = (
        next((c.names.name for c in checked.table(table).columns if c.identity == checked.table(table).record_date), "")
        if table
        else ""
    )
    if table and chance.random() < 0.5:
        where = (
            f" where `{dated}` on or before {(begins + timedelta(days=chance.randrange(9))).isoformat()}"
            if dated
            else ""
        )
        if chance.random() < 0.5:
            add("kept", f"{names[table]}{where} {chance.choice(['keep', 'keeps'])} version 1")
        else:
            add(
                "better",
                f"{names[table]}{where} {chance.choice(['pay', 'pays'])} {chance.choice(['max', 'min'])}(version 1, version 2)",
            )
    if chance.random() < 0.15:
        add("people", "people keep version 1")
    elif chance.random() < 0.15:
        add("people better", f"people pay {chance.choice(['max', 'min'])}(version 1, version 2)")
    if not inside and not pilot and chance.random() < 0.4:
        share = chance.choice(["0%", "25%", "33.3%", "100%"])
        add("blend", f"blend {begins.isoformat()} until {period.last.isoformat()}: {share}")
    if chance.random() < 0.4:
        add("floor", f"until {begins.year + 1}-12-31 at least {chance.choice(['90%', '100%', '101.5%'])} of version 1")
    elif chance.random() < 0.3 and period.days > 27:
        months = chance.randrange(1, 4) * round(period.days / 30.4)
        add("average", f"until {begins.year + 1}-12-31 at least 90% of average of last {months} months")
    if paid and chance.random() < 0.2:
        add("restarts", f"{names[table]} restarts")
    for account in checked.accounts:
        how = chance.choice(["carries over", "restarts", f"is converted by 50% of `{account.names.name}`.opening"])
        add("account", f"`{account.names.name}` {how}")
    return kinds, lines
