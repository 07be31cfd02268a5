"""Which store an address means.

In: what stands after --book. Out: a store, not opened yet.
"""

from tiercel.errors import UsageError
from tiercel.store import Store
from tiercel_dsl.diagnostics import Diagnostic


def open_store(url: str) -> Store:
    """The store of an address: a path or sqlite:///PATH is a file, postgresql://… a database of a server."""
    scheme, parted, rest = url.partition("://")
    if parted and scheme in ("postgresql", "postgres"):
        from tiercel.store_postgres import PostgresStore

        return PostgresStore(url)
    if parted and scheme != "sqlite":
        raise UsageError((Diagnostic("E4008", facts={"url": url}, seen=url),), url)
    from tiercel.store_sqlite import SqliteStore

    return SqliteStore(rest.removeprefix("/") if parted else url)
