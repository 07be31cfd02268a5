"""What a host has to supply, as JSON Schema.

In: a checked scheme. Out: a schema (draft 2020-12) of the facts mapping that `evaluate` takes: a table's
name, a list of rows, each column with its type, its limits and whether it may be left out. Money and
numbers are decimal texts or whole numbers: JSON's own fractions are binary floats in most hosts.
"""

from typing import Any

from tiercel.facts import FROM, digits_of, naming_currencies
from tiercel.money import plain
from tiercel_dsl.builtins import CURRENCIES
from tiercel_dsl.scheme import CheckedScheme, Column, Table
from tiercel_dsl.types import Kind


def json_schema(scheme: CheckedScheme) -> dict[str, Any]:
    """The schema of the facts of a scheme; identities as property names, both names in `title`."""
    tables = {table.identity: _table(table, scheme) for table in scheme.tables}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": scheme.names.title or scheme.names.name,
        "type": "object",
        "properties": tables,
        "required": sorted(tables),
    }


def _table(table: Table, scheme: CheckedScheme) -> dict[str, Any]:
    properties = {c.identity: _column(c, table, scheme) for c in table.columns}
    if any(c.dated for c in table.columns):
        properties[FROM] = {"type": ["string", "null"], "format": "date"}
    required = sorted(c.identity for c in table.columns if not c.optional and c.default is None)
    row = {"type": "object", "properties": properties, "required": required}
    return {"type": "array", "items": row, "title": _title(table.names.name, table.names.alias)}


def _title(name: str, alias: str) -> str:
    return f"{name} ({alias})" if alias else name


def _column(column: Column, table: Table, scheme: CheckedScheme) -> dict[str, Any]:
    out = _kind(column, table, scheme)
    if column.checks:
        limits = (f"{check.kind.replace('_', ' ')} {plain(check.bound)}" for check in column.checks)
        out["description"] = ", ".join(limits)
    if column.optional or column.default is not None:
        out["type"] = [*out["type"], "null"] if isinstance(out["type"], list) else [out["type"], "null"]
    return out | {"title": _title(column.names.name, column.names.alias)}


def _kind(column: Column, table: Table, scheme: CheckedScheme) -> dict[str, Any]:
    kind = column.type.kind
    if kind in (Kind.money, Kind.number, Kind.percent):
        digits = digits_of(table, column, scheme.currency)
        fraction = rf"(\.[0-9]{{1,{digits}}})?" if digits else ""
        return {"type": ["string", "integer"], "pattern": rf"^-?[0-9]+{fraction}$"}
    if kind in (Kind.count, Kind.duration):
        return {"type": "integer"}
    if kind is Kind.yesno:
        return {"type": "boolean"}
    if kind in (Kind.date, Kind.datetime):
        return {"type": "string", "format": "date" if kind is Kind.date else "date-time"}
    if column.type.options:
        return {"type": "string", "enum": list(column.type.options)}
    if column.identity in naming_currencies(table):
        return {"type": "string", "enum": sorted(CURRENCIES)}
    if column.link:
        return {"type": "string", "description": f"key of {column.link}"}
    return {"type": "string", "minLength": 1} if column.identity == table.key else {"type": "string"}
