"""A host that keeps everything in its own database and embeds the engine: SQL tables in, statements out, no book.

    python examples/host/host.py [FOLDER]

Each month it asks the scheme what the month needs, selects just that, evaluates, and stores pay, statements and what
the month hands on to the next. Run it twice: the second time nothing changes.
"""

import json
import sqlite3
import sys
from dataclasses import fields
from pathlib import Path

import tiercel
from tiercel.history import CarriedRow  # the columns of what a month hands on

HERE = Path(__file__).resolve().parent
COLUMNS = [field.name for field in fields(CarriedRow)]

TABLES = f"""
CREATE TABLE IF NOT EXISTS employees (number TEXT PRIMARY KEY, full_name TEXT);
CREATE TABLE IF NOT EXISTS contracts (number TEXT PRIMARY KEY, seller TEXT, signed_on TEXT, cents INTEGER);
CREATE TABLE IF NOT EXISTS carried ({", ".join(f"{name} TEXT" for name in COLUMNS)});
CREATE TABLE IF NOT EXISTS pay (period TEXT, person TEXT, cents INTEGER, scheme TEXT, PRIMARY KEY (period, person));
CREATE TABLE IF NOT EXISTS statements (period TEXT, person TEXT, statement TEXT, PRIMARY KEY (period, person));
"""
EMPLOYEES = [("E1", "Ann"), ("E2", "Bob")]
CONTRACTS = [
    ("C1", "E1", "2025-01-08", 800_000),
    ("C2", "E1", "2025-01-20", 400_000),
    ("C3", "E2", "2025-01-31", 1_000_000),
    ("C4", "E1", "2025-02-14", 4_000_000),
    ("C5", "E2", "2025-02-20", 999),
]


def database(path: str) -> sqlite3.Connection:
    """The host's own tables; money is an integer of cents there."""
    link = sqlite3.connect(path)
    link.executescript(TABLES)
    link.executemany("INSERT OR IGNORE INTO employees VALUES (?, ?)", EMPLOYEES)
    link.executemany("INSERT OR IGNORE INTO contracts VALUES (?, ?, ?, ?)", CONTRACTS)
    return link


def facts_for(link: sqlite3.Connection, needs, last: str) -> dict[str, list[dict[str, str]]]:
    """The rows that the period needs, under the names of the scheme's tables and columns; money as exact text."""
    first = {need.table: need.first.isoformat() if need.first else "" for need in needs.facts}
    contracts = link.execute(
        "SELECT number, seller, signed_on, cents FROM contracts WHERE signed_on BETWEEN ? AND ?", (first["deal"], last)
    )
    return {
        "people": [{"id": n, "name": name} for n, name in link.execute("SELECT number, full_name FROM employees")],
        "deal": [
            {"id": number, "seller": seller, "signed": day, "amount": f"{cents // 100}.{cents % 100:02}"}
            for number, seller, day, cents in contracts
        ],
    }


def carried_for(link: sqlite3.Connection, needs) -> tiercel.Carried:
    """What the months before handed on, as far as this one asks for it."""
    wanted = {(need.line, period) for need in needs.carried for period in need.periods}
    rows = link.execute(f"SELECT {', '.join(COLUMNS)} FROM carried").fetchall()
    known = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    return tiercel.Carried.of(row for row in known if (row["name"], row["period"]) in wanted)


def pay(link: sqlite3.Connection, scheme: tiercel.Scheme, period: str) -> None:
    """One month, in one transaction."""
    needs, last = scheme.needs(period), scheme.parse_period(period).last.isoformat()
    evaluation = scheme.evaluate(facts_for(link, needs, last), period, carried=carried_for(link, needs))
    handed_on = [row for row in evaluation.carried.rows if row.period == period]
    with link:
        link.execute("DELETE FROM carried WHERE period = ?", (period,))
        marks = ", ".join("?" * len(COLUMNS))
        link.executemany(f"INSERT INTO carried VALUES ({marks})", [[getattr(r, c) for c in COLUMNS] for r in handed_on])
        for person, amount in evaluation.payout.items():
            told = json.dumps(evaluation.explain(person).to_dict(), ensure_ascii=False)
            row = (period, person, int(amount.scaleb(2)), scheme.hash)
            link.execute("INSERT OR REPLACE INTO pay VALUES (?, ?, ?, ?)", row)
            link.execute("INSERT OR REPLACE INTO statements VALUES (?, ?, ?)", (period, person, told))


def main(folder: str = ".") -> None:
    scheme = tiercel.load(HERE / "plan.tier")
    link = database(str(Path(folder) / "host.db"))
    for period in ("2025-01", "2025-02"):
        pay(link, scheme, period)
    for period, person, cents in link.execute("SELECT period, person, cents FROM pay ORDER BY period, person"):
        sys.stdout.write(f"{period}  {person}  {cents // 100:>8,}.{cents % 100:02}\n")
    link.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
