"""A book on a PostgreSQL server.

In: an address, postgresql://user@server/database. Out: transactions. Writers take turns at the row of the head;
numbers and links of entries are unique, so that no two of them can follow one entry. The tables lie in a schema of
their own, `tiercel` unless the address says `?book=NAME`.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from tiercel.errors import BookError, UsageError
from tiercel.store import BOOK_FORMAT, COLUMNS, Row, created
from tiercel_dsl.diagnostics import Diagnostic

PATIENCE: Final = 10_000  # milliseconds that a writer waits for another


class PostgresStore:
    """A schema of a database, there or not there yet."""

    def __init__(self, url: str, patience: int = PATIENCE) -> None:
        parts = urlsplit(url)
        given = dict(parse_qsl(parts.query))
        self.schema = given.pop("book", "tiercel")
        if not self.schema.isidentifier():
            raise UsageError((Diagnostic("E4008", facts={"url": self.schema}, seen=self.schema),), self.schema)
        self.address = urlunsplit(parts._replace(query=urlencode(given)))
        self.patience = patience
        self.shown = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))

    @property
    def url(self) -> str:
        """Without a password."""
        return self.shown

    def exists(self) -> bool:
        with self._connected() as link:
            return self._is_book(link)

    def create(self) -> None:
        """Make the tables, unless somebody else just did."""
        with self._connected() as link, link.transaction():
            link.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (f"tiercel {self.schema}",))
            if self._is_book(link):
                return
            link.execute(f'CREATE SCHEMA IF NOT EXISTS "{self.schema}"')
            for statement in [*created(), *_guards()]:
                link.execute(statement)
            link.execute(f"CREATE TABLE layout AS SELECT {BOOK_FORMAT} AS format")

    @contextmanager
    def reading(self) -> Generator["PostgresView"]:
        with self._connected() as link:
            link.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield PostgresView(link)
            link.execute("COMMIT")

    @contextmanager
    def writing(self) -> Generator["PostgresView"]:
        with self._connected() as link:
            link.execute("BEGIN")
            link.execute("SELECT seq FROM head FOR UPDATE")
            yield PostgresView(link)
            link.execute("COMMIT")

    # ---- parts ----

    @contextmanager
    def _connected(self) -> Generator[Any]:
        try:
            import psycopg
        except ImportError as lacking:
            raise UsageError((Diagnostic("E4019"),)) from lacking
        try:
            link: Any = psycopg.connect(self.address, autocommit=True, connect_timeout=10)
        except psycopg.Error as fault:
            raise self._fault("E5006") from fault
        try:
            with link:
                link.execute(f'SET search_path TO "{self.schema}"')
                link.execute(f"SET lock_timeout = {self.patience}")
                self._known_format(link)
                yield link
        except psycopg.Error as fault:
            code = _code(fault)
            if code is None:
                raise
            raise self._fault(code) from fault

    def _known_format(self, link: Any) -> None:
        if not self._is_book(link):
            return
        (number,) = link.execute("SELECT format FROM layout").fetchone()
        if number > BOOK_FORMAT:
            raise self._fault("E5001", format=number, known=BOOK_FORMAT)

    def _is_book(self, link: Any) -> bool:
        found = link.execute("SELECT to_regclass(%s)", (f'"{self.schema}".layout',)).fetchone()
        return found[0] is not None

    def _fault(self, code: str, **facts: object) -> BookError:
        return BookError((Diagnostic(code, facts={"book": self.url} | facts, seen=self.url),), self.url)


def _code(fault: Any) -> str | None:
    """What the server has to say, as a message of ours."""
    import psycopg

    state = fault.sqlstate or ""
    if state in ("55P03", "40P01"):
        return "E5002"
    if state.startswith("53") or state in ("42501", "25006"):
        return "E5003"
    if isinstance(fault, psycopg.OperationalError):
        return "E5006"
    return None


class PostgresView:
    """A transaction that is open."""

    def __init__(self, link: Any) -> None:
        self.link = link

    def select(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        rows: list[Row] = self.link.execute(statement.replace("?", "%s"), values or None).fetchall()
        return rows

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        names = ", ".join(name for name, _ in COLUMNS[table])
        with self.link.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def move_head(self, seq: int, link: str) -> None:
        self.link.execute("UPDATE head SET seq = %s, hash = %s", (seq, link))


def _guards() -> Iterator[str]:
    """What is kept stays, whoever asks."""
    stop = "RAISE EXCEPTION 'a book is only added to';"
    yield f"CREATE FUNCTION only_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {stop} END $$"
    forward = f"IF NEW.seq <> OLD.seq + 1 THEN {stop} END IF; RETURN NEW;"
    yield f"CREATE FUNCTION only_forward() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {forward} END $$"
    for table in COLUMNS:
        deeds = "BEFORE UPDATE OR DELETE OR TRUNCATE"
        yield f"CREATE TRIGGER {table}_stays {deeds} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION only_added()"
    yield "CREATE TRIGGER head_stays BEFORE DELETE OR TRUNCATE ON head FOR EACH STATEMENT EXECUTE FUNCTION only_added()"
    yield "CREATE TRIGGER head_forward BEFORE UPDATE ON head FOR EACH ROW EXECUTE FUNCTION only_forward()"
