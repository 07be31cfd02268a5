"""Tables that lines up a hierarchy are paid by: their columns, and what of facts they stand for.

In: an upline of a plan. Out: its table, as the evaluators see it beside those of the scheme. The rows are made in
`ascent`.
"""

from collections.abc import Mapping

from tiercel.plan import BELOW, LEVEL, RECEIVER, ROW, Plan, Upline
from tiercel_dsl import scheme as checked
from tiercel_dsl.scheme import PEOPLE, CheckedScheme, Names, Table
from tiercel_dsl.types import COUNT, Kind, Type

UPLINE = "upline"  # kind of a table that is made of people or groups: its rows have no date of record
NAMES: Mapping[str, Names] = {
    LEVEL: Names("level", "层级"),
    RECEIVER: Names("receiver", "领取人"),
    ROW: Names("row", "行"),
    BELOW: Names("below", "下级"),
}


def table_of(upline: Upline, facts: bool = True) -> Table:
    """Its rows are children of those they were made of, and each is credited to its receiver."""
    person = Type(Kind.row, table=PEOPLE)
    types = {ROW: Type(Kind.row, table=upline.source), RECEIVER: person, BELOW: person, LEVEL: COUNT}
    columns = tuple(checked.Column(name, type_, names=NAMES[name]) for name, type_ in types.items())
    kind, parent = ("facts", ROW) if facts else (UPLINE, "")
    return Table(upline.table, kind, columns, ROW, RECEIVER, "", parent)


def tables_of(scheme: CheckedScheme, plan: Plan) -> dict[str, Table]:
    """Every table by its identity, those of uplines too."""
    tables = {table.identity: table for table in scheme.tables}
    made = {u.table: table_of(u, tables[u.source].kind == "facts") for u in plan.uplines}
    return tables | made
