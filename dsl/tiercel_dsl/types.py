"""The types of values, with their units.

In: two types and what is done with them. Out: the type of the result, or None where it has no meaning
(money × money). A plain literal such as `10,000` is `plain`: it takes the type its place needs. Percent
is a number that is shown as %; nothing else is converted silently.
"""

from dataclasses import replace
from enum import Enum

from tiercel_dsl.records import dataclass


class Kind(Enum):
    plain = "plain"
    money = "money"
    number = "number"
    percent = "percent"
    count = "count"
    duration = "duration"
    text = "text"
    yesno = "yesno"
    date = "date"
    datetime = "datetime"
    row = "row"

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True, slots=True)
class Type:
    """`options` of a text that is one of a list; `table` of a link to a row, a group or a person.

    `currency` of money: '' for the scheme's own, a code, or `=` and the way to the column that names it.
    """

    kind: Kind
    options: tuple[str, ...] = ()
    table: str = ""
    currency: str = ""

    @property
    def numeric(self) -> bool:
        return self.kind in _DIMENSION

    @property
    def varies(self) -> bool:
        """Whether each row has a currency of its own."""
        return self.currency.startswith("=")

    @property
    def way(self) -> tuple[str, ...]:
        """The links to the row that names the currency, and its column."""
        return tuple(self.currency[1:].split(".")) if self.varies else ()

    def seen_over(self, path: tuple[str, ...]) -> "Type":
        """The type as it looks from a row that reaches this one over the links `path`."""
        return replace(self, currency="=" + ".".join((*path, *self.way))) if self.varies and path else self


PLAIN, MONEY, NUMBER, PERCENT, COUNT, DURATION, TEXT, YESNO, DATE, DATETIME = (Type(kind) for kind in list(Kind)[:-1])

_DIMENSION = {
    Kind.plain: "any",
    Kind.money: "money",
    Kind.number: "ratio",
    Kind.percent: "ratio",
    Kind.count: "ratio",
    Kind.duration: "time",
}
_DAYS = (Kind.date, Kind.datetime)


def dimension(type_: Type) -> str:
    """'money', 'ratio', 'time', 'any' (a plain literal), or '' for what is no number."""
    return _DIMENSION.get(type_.kind, "")


def unified(left: Type, right: Type) -> Type | None:
    """The one type that both can be: of cases, of `min` and `max`, of a base and its limit."""
    if left == right:
        return left
    if two_currencies(left, right):
        return None
    if "time" in (dimension(left), dimension(right)):
        return None  # 6 could be days or months
    if left.kind is Kind.plain and right.numeric:
        return NUMBER if right.kind is Kind.count else right
    if right.kind is Kind.plain and left.numeric:
        return NUMBER if left.kind is Kind.count else left
    if dimension(left) and dimension(left) == dimension(right):
        return NUMBER
    if left.kind is Kind.text and right.kind is Kind.text:
        return TEXT
    if left.kind in _DAYS and right.kind in _DAYS:
        return DATE
    return None


def two_currencies(left: Type, right: Type) -> bool:
    """Whether both are money, but not of one currency."""
    return left.kind is right.kind is Kind.money and left.currency != right.currency


def comparable(left: Type, right: Type) -> bool:
    """Whether = < > between the two mean anything."""
    return unified(left, right) is not None


def added(left: Type, right: Type, subtract: bool) -> Type | None:
    """Type of left ± right."""
    if left.kind in _DAYS:
        if right.kind is Kind.duration:
            return left
        return DURATION if subtract and right.kind in _DAYS else None
    if right.kind in _DAYS:
        return right if left.kind is Kind.duration and not subtract else None
    if not (left.numeric and right.numeric) or ("time" in (dimension(left), dimension(right)) and left != right):
        return None
    return unified(left, right)


def multiplied(left: Type, right: Type) -> Type | None:
    """Type of left × right: money × number is money, money × money is nothing."""
    if not (left.numeric and right.numeric):
        return None
    dimensions = {dimension(left), dimension(right)}
    amount = left if left.kind is Kind.money else right
    for unit, type_ in (("money", amount), ("time", DURATION)):
        if unit in dimensions:
            return type_ if dimensions <= {unit, "ratio", "any"} and dimension(left) != dimension(right) else None
    if "any" in dimensions:
        return PLAIN  # 1,000 × a score may be an amount: its place says which
    return COUNT if left.kind is right.kind is Kind.count else NUMBER


def divided(left: Type, right: Type) -> Type | None:
    """Type of left ÷ right: money ÷ money is a number, money ÷ number is money."""
    if not (left.numeric and right.numeric):
        return None
    above, below = dimension(left), dimension(right)
    if two_currencies(left, right):
        return None
    if above == "any" and below in ("any", "ratio"):
        return PLAIN
    if above == below or above == "any":
        return NUMBER
    if below in ("ratio", "any"):
        return left if above in ("money", "time") else NUMBER
    return None


def fits(value: Type, wanted: Type) -> bool:
    """Whether a value of type `value` may stand where `wanted` is asked for."""
    both = unified(value, wanted)
    if both is None:
        return False
    return wanted.kind is Kind.plain or dimension(value) in ("any", dimension(wanted))
