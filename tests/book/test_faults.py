"""What a book bears: writers that are killed, several at once, rows that were changed past it, a full disk."""

import contextlib
import io
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

import tiercel
from tiercel.address import open_store
from tiercel.book import Book, By
from tiercel.cli import main
from tiercel.ledger import faults_of
from tiercel.store import COLUMNS
from tiercel.store_postgres import PostgresStore
from tiercel.store_sqlite import SqliteStore
from tiercel.verification import export_heads, verify

SCHEME = """scheme pay
version {version} from {first}
currency CNY
period month
people
  id text, key
facts deal
  id text, key
  rep person, credited
  day date, date of record
  amount money
commission c for each deal
  {version}0% of amount
bonus b
  sum(deal.amount, year to date) * 1%
  less earlier this year
"""
START = datetime(2030, 1, 1, tzinfo=UTC)


def rows(first, count=40):
    return {
        "deal": [{"id": f"D{n}", "rep": "A", "day": "2025-01-10", "amount": n} for n in range(first, first + count)]
    }


def begun(url, folder):
    """A book with a version and a person."""
    (folder / "plan.tier").write_text(SCHEME.format(version=1, first="2025-01-01"), "utf-8")
    book = Book(open_store(url))
    book.publish(folder / "plan.tier", By("W", START))
    book.record({"people": [{"id": "A"}], "deal": [], **rows(0)}, By("L", START))
    return book


def closed(url, folder):
    """January and February closed, with a correction in February."""
    book = begun(url, folder)
    for number, period in enumerate(("2025-01", "2025-02")):
        book.run(book.settlement(period), By("Z", START))
        book.close(period, By("C", START))
        book.record(rows(1000 * (number + 1), 3), By("L", START))
    return book


def said(capsys, *words):
    """Exit code and the message of a command, without a trace."""
    code = main([*words, "--lang", "en"])
    got = capsys.readouterr()
    assert "Traceback" not in got.out + got.err
    return code, re.findall(r"(?<=error )E[0-9]{4}", got.out + got.err)


def clock():
    return datetime.now(UTC)  # noqa: TID251


def forked(work):
    """The number of a process that does the work and ends; 1 where it fails."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


# ---- nothing by halves -------------------------------------------------------------------------------------------


def deeds(url, folder, step):
    """One entry of each kind in turn."""
    book = Book(open_store(url))
    at = START + timedelta(hours=step)
    annals = book.annals()
    period = annals.open_period("pay", annals.head)
    name = period.name if period is not None else "2025-01"

    def publish():
        number = len(annals.published("pay", annals.head)) + 1
        path = folder / f"v{number}.tier"
        path.write_text(SCHEME.format(version=number, first=f"{2030 + number}-01-01"), "utf-8")
        book.publish(path, By("W", at))

    def run():
        book.run(book.settlement(name), By("Z", at))

    def close():
        if annals.runs("pay", annals.head, name):
            book.close(name, By("C", at))

    return [lambda: book.record(rows(10_000 + 100 * step), By("L", at)), publish, run, close][step % 4]


def kills(url, folder, count):
    begun(url, folder)
    store, dice, cut = open_store(url), random.Random(7), 0
    longest = [0.05] * 4
    for step in range(count):
        with store.reading() as view:
            before = view.select("SELECT COUNT(*) FROM entry")[0][0]
        begin = time.monotonic()
        child = forked(deeds(url, folder, step))
        time.sleep(dice.random() * longest[step % 4])
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        took = time.monotonic() - begin
        killed = os.WIFSIGNALED(status)
        longest[step % 4] = max(0.005, longest[step % 4] * 1.15 if killed else min(longest[step % 4], took))
        cut += killed
        with store.reading() as view:
            assert list(faults_of(view)) == []
            assert view.select("SELECT COUNT(*) FROM entry")[0][0] - before in (0, 1)
    assert cut > count // 4
    assert verify(Book(store)).sound


def test_a_killed_writer_leaves_the_book_as_before_or_after(address, tmp_path):
    """At any point of record, publish, run and close."""
    kills(address, tmp_path, 12)


@pytest.mark.long
def test_many_killed_writers(address, tmp_path):
    """The same 240 times."""
    kills(address, tmp_path, 240)


def test_four_writers_at_once_lose_nothing(address, tmp_path):
    """Each entry is there once, and the chain holds."""
    begun(address, tmp_path)

    def writing(writer):
        book = Book(open_store(address))
        for number in range(8):
            some = rows(100_000 * writer + 100 * number, 5)
            book.record(some, By(f"L{writer}", clock))

    children = [forked(lambda w=w: writing(w)) for w in range(1, 5)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
    book = Book(open_store(address))
    annals = book.annals()
    who = [e.who for e in annals.entries[2:]]
    assert {name: who.count(name) for name in set(who)} == {f"L{w}": 8 for w in range(1, 5)}
    assert len(annals.known(annals.head, "pay").by_table["deal"]) == 40 + 4 * 8 * 5
    assert verify(book).sound


# ---- what is in the book stays -----------------------------------------------------------------------------------


@pytest.mark.parametrize("table", [*COLUMNS, "head"])
def test_the_database_itself_refuses_changes(address, tmp_path, table):
    """No update, no deletion, no row in place of another."""
    book = closed(address, tmp_path)
    column = {"scheme_text": "body", "entry": "who", "fact": "body", "carried": "value", "line": "person"}
    changes = [f"DELETE FROM {table}", f"UPDATE {table} SET {column.get(table, 'seq')} = {column.get(table, 'seq')}"]
    if not address.startswith("postgres"):
        changes.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1")
    for change in changes:
        with pytest.raises(Exception, match="only added to"), book.store.writing() as view:
            getattr(view, "link").execute(change)  # noqa: B009
    assert verify(book).sound


@pytest.fixture(scope="module")
def originals(server, tmp_path_factory):
    """The same closed book in a file and in a database of its own, to be copied."""
    folder = tmp_path_factory.mktemp("originals")
    asked(server, "CREATE DATABASE original")
    urls = {"sqlite": str(folder / "pay.book"), "postgres": server.url().replace("/postgres?", "/original?")}
    for url in urls.values():
        assert verify(closed(url, folder)).sound
    return urls


@pytest.fixture(params=["sqlite", "postgres"])
def copied(request, originals, server, tmp_path):
    """A book of one's own, January and February closed, with a correction in February."""
    url = originals[request.param]
    if request.param == "sqlite":
        yield str(shutil.copy(url, tmp_path / "pay.book"))
        return
    name = f"copy_{next(server.numbers)}"
    asked(server, f"CREATE DATABASE {name} TEMPLATE original")
    yield url.replace("/original?", f"/{name}?")
    asked(server, f"DROP DATABASE {name} WITH (FORCE)")


def asked(server, statement):
    with psycopg.connect(server.url().partition("?")[0], autocommit=True) as link:
        link.execute(statement.encode())


def spoilt(url, *changes):
    """The book after its owner was at it, with the triggers out of the way."""
    if url.startswith("postgres"):
        address, _, schema = url.partition("?book=")
        off = [f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in (*COLUMNS, "head")]
        with psycopg.connect(address) as server:
            for statement in (f"SET search_path TO {schema}", *off, *changes):
                assert server.execute(statement.encode()).rowcount
        return
    link = sqlite3.connect(url)
    for (name,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        link.execute(f"DROP TRIGGER {name}")
    for change in changes:
        assert link.execute(change).rowcount
    link.commit()
    link.close()


SWAP = (
    "UPDATE {table} SET {key} = -1 WHERE {where} {key} = {one}",
    "UPDATE {table} SET {key} = {one} WHERE {where} {key} = {other}",
    "UPDATE {table} SET {key} = {other} WHERE {where} {key} = -1",
)


def swapped(table, key, one, other, where=""):
    return tuple(text.format(table=table, key=key, one=one, other=other, where=where) for text in SWAP)


TAMPERED = {
    "an amount": ("UPDATE line SET amount = amount + 1 WHERE seq = 3 AND n = 1",),
    "a name": ("UPDATE line SET person = 'B' WHERE seq = 3 AND n = 1",),
    "a fact": ("""UPDATE fact SET body = replace(body, '"7"', '"8"') WHERE id = 9""",),
    "a carried row": ("UPDATE carried SET value = '0.01' WHERE seq = 3 AND n = 1",),
    "a text": ("UPDATE scheme_text SET body = replace(body, '10%', '11%')",),
    "who did it": ("UPDATE entry SET who = 'X' WHERE seq = 4",),
    "when it was": ("UPDATE entry SET at = '2030-01-02T00:00:00.000000+00:00' WHERE seq = 4",),
    "what it says": ("UPDATE entry SET content = replace(content, '2025-01', '2025-03') WHERE seq = 4",),
    "a line removed": ("DELETE FROM line WHERE seq = 3 AND n = 1",),
    "a fact removed": ("DELETE FROM fact WHERE id = 9",),
    "a text removed": ("DELETE FROM scheme_text",),
    "an entry removed": ("DELETE FROM entry WHERE seq = 4",),
    "the last closing undone": (
        "DELETE FROM entry WHERE seq > 6",
        "DELETE FROM fact WHERE seq > 6",
        "UPDATE head SET seq = 6",
    ),
    "all but the head": ("DELETE FROM fact", "DELETE FROM line", "DELETE FROM carried", "DELETE FROM entry"),
    "the last entry removed": ("DELETE FROM fact WHERE seq = 8", "DELETE FROM entry WHERE seq = 8"),
    "lines in another order": swapped("line", "n", 1, 2, "seq = 3 AND"),
    "facts in another order": swapped("fact", "id", 9, 10),
    "entries in another order": swapped("entry", "seq", 3, 4),
    "a line more": ("INSERT INTO line SELECT seq, 999, kind, person, name, record, amount, currency, due, reverses, credited, period, cause FROM line WHERE seq = 3 AND n = 1",),
    "a fact more": ("INSERT INTO fact SELECT 99999, seq, tab, 'D77', since, hash, body FROM fact WHERE id = 9",),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_verify_finds(copied, what):
    """A row that was changed, taken out, put in or moved, by whoever owns the database."""
    spoilt(copied, *TAMPERED[what])
    done = verify(Book(open_store(copied)))
    assert done.faults
    if "entr" not in what:
        return
    for command in (
        ["verify"],
        ["log"],
        ["run", "--period", "2025-03"],
        ["explain", "--period", "2025-01", "--person", "A"],
        ["statement", "--period", "2025-01", "--person", "A"],
    ):
        assert main([*command, "--book", copied, "--lang", "en"]) in (0, 1)


def test_verify_names_the_line_that_was_changed(copied, capsys):
    """What the book holds, and what it comes to."""
    spoilt(copied, "UPDATE line SET amount = 70 WHERE seq = 3 AND record = 'D6'")
    assert main(["verify", "--book", copied, "--lang", "en"]) == 1
    out = capsys.readouterr().out
    assert "2025-01, A, c D6: the book holds 0.70 CNY, and it comes to 0.60" in out


def test_verify_finds_a_book_that_was_cut_off_and_linked_again(copied, capsys, tmp_path):
    """The chain holds after the head was put back; the heads that were exported do not."""
    heads = tmp_path / "heads"
    export_heads(Book(open_store(copied)), heads)
    with open_store(copied).reading() as view:
        (link,) = view.select("SELECT hash FROM entry WHERE seq = 6")[0]
    rows = [f"DELETE FROM {table} WHERE seq > 6" for table in ("fact", "entry")]
    spoilt(copied, *rows, f"UPDATE head SET seq = 6, hash = '{link}'")
    assert said(capsys, "verify", "--book", copied) == (0, [])
    assert said(capsys, "verify", "--book", copied, "--heads", str(heads)) == (1, ["E5034"])


def test_verify_finds_a_book_in_place_of_another(originals, server, tmp_path, capsys):
    """Another book that holds in itself is not the one whose heads were exported."""
    for name, url in originals.items():
        heads, other = tmp_path / f"{name}.heads", tmp_path / name
        export_heads(Book(open_store(url)), heads)
        assert said(capsys, "verify", "--book", url, "--heads", str(heads)) == (0, [])
        other.mkdir()
        second = server.url() if name == "postgres" else str(other / "pay.book")
        begun(second, other)
        assert said(capsys, "verify", "--book", second) == (0, [])
        assert said(capsys, "verify", "--book", second, "--heads", str(heads)) == (1, ["E5034", "E5034"])


# ---- messages, not traces ----------------------------------------------------------------------------------------


def test_a_full_disk(tmp_path):
    """What did not fit is not there; the book is as before."""
    url = str(tmp_path / "pay.book")
    begun(url, tmp_path)
    size = (tmp_path / "pay.book").stat().st_size

    def crowded():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        with pytest.raises(tiercel.BookError) as fault:
            Book(open_store(url)).record(rows(1000, 3000), By("L", START))
        assert fault.value.diagnostics[0].code == "E5003"

    assert os.waitpid(forked(crowded), 0)[1] == 0
    assert verify(Book(open_store(url))).entries == 2


WRITING = {
    "publish": ["publish", "plan.tier"],
    "record": ["record", "--facts", "more"],
    "run": ["run", "--period", "2025-03"],
    "close": ["close", "--period", "2025-03"],
}


def entering(url, command, language):
    """A command that enters something: its exit code, and what it says."""
    spoken = io.StringIO()
    with contextlib.redirect_stdout(spoken), contextlib.redirect_stderr(spoken):
        code = main([*WRITING[command], "--book", url, "--by", "B", "--at", "2031-01-01", "--lang", language])
    return code, spoken.getvalue()


@pytest.fixture
def about_to(copied, tmp_path, monkeypatch):
    """The copied book with March run, a further version to publish and rows to record."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.tier").write_text(SCHEME.format(version=2, first="2031-01-01"), "utf-8")
    (tmp_path / "more").mkdir()
    lines = [f"E{n},A,2025-03-10,{n}\n" for n in range(2000)]
    (tmp_path / "more" / "deal.csv").write_text("".join(["id,rep,day,amount\n", *lines]), "utf-8")
    book = Book(open_store(copied))
    book.run(book.settlement("2025-03"), By("Z", START))
    return copied


def told_once(url, count, done, language, expected):
    """One message with its code, in the language, no trace; nothing entered."""
    code, text = done
    assert code == 1, text
    assert re.findall("E5[0-9]{3}", text)[:1] == [expected], text
    assert "Traceback" not in text
    assert bool(re.search("[\u4e00-\u9fff]", text)) is (language == "zh")
    with open_store(url).reading() as view:
        assert view.select("SELECT COUNT(*) FROM entry")[0][0] == count
        assert list(faults_of(view)) == []


@pytest.mark.parametrize("command", WRITING)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_a_command_says_of_a_locked_book_and_of_a_newer_one(about_to, command, language, monkeypatch):
    """Somebody else is writing; then it is a book of a later release."""
    url, store = about_to, open_store(about_to)
    count = len(Book(store).annals().entries)
    for kind, patience in ((SqliteStore, 0.01), (PostgresStore, 1)):
        monkeypatch.setattr(kind.__init__, "__defaults__", (patience,))
    with store.writing():
        done = entering(url, command, language)
    told_once(url, count, done, language, "E5002")
    newer(url)
    code, text = entering(url, command, language)
    assert (code, re.findall("E5[0-9]{3}", text)[:1]) == (1, ["E5001"])
    assert "Traceback" not in text


@pytest.mark.parametrize("command", ["publish", "record", "run"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_a_command_says_of_a_full_disk(originals, tmp_path, monkeypatch, command, language):
    """No byte more fits into the files of the book."""
    monkeypatch.chdir(tmp_path)
    url = str(shutil.copy(originals["sqlite"], tmp_path / "pay.book"))
    (tmp_path / "plan.tier").write_text(SCHEME.format(version=2, first="2031-01-01") + "# " + "x" * 9000, "utf-8")
    (tmp_path / "more").mkdir()
    lines = [f"E{n},A,2025-03-10,{n}\n" for n in range(900)]
    (tmp_path / "more" / "deal.csv").write_text("".join(["id,rep,day,amount\n", *lines]), "utf-8")
    count = len(Book(open_store(url)).annals().entries)
    told = tmp_path / "told"

    def crowded():
        with told.open("w", encoding="utf-8") as file:
            file.truncate(2000)
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
            code, text = entering(url, command, language)
            file.write(f"{code}\n{text}")

    assert os.waitpid(forked(crowded), 0)[1] == 0
    code, _, text = told.read_text("utf-8").rstrip("\0").partition("\n")
    told_once(url, count, (int(code), text), language, "E5003")


def test_a_server_whose_disk_is_full_or_that_is_stopped(server, tmp_path):
    """What the server says becomes a message; nothing is entered."""
    url = server.url()
    book = begun(url, tmp_path)
    full = "DO $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$"
    for statement, expected in ((full, "E5003"), ("SELECT pg_terminate_backend(pg_backend_pid())", "E5006")):
        with pytest.raises(tiercel.BookError) as fault, book.store.writing() as view:
            getattr(view, "link").execute(statement)  # noqa: B009
        assert fault.value.diagnostics[0].code == expected
    assert verify(book).sound


def test_a_locked_book(address, tmp_path):
    """Whoever waits too long is told, and nothing is entered."""
    book = begun(address, tmp_path)
    waiting = open_store(address)
    setattr(waiting, "patience", 1)  # noqa: B010
    with book.store.writing(), pytest.raises(tiercel.BookError) as fault, waiting.writing():
        pass
    assert fault.value.diagnostics[0].code == "E5002"


def newer(url):
    """Make it a book of a later release."""
    if url.startswith("postgres"):
        with open_store(url).writing() as view:
            getattr(view, "link").execute("UPDATE layout SET format = 99")  # noqa: B009
        return
    link = sqlite3.connect(url)
    link.execute("PRAGMA user_version = 99")
    link.close()


def test_a_book_of_a_newer_format(address, tmp_path):
    """It is not even read."""
    begun(address, tmp_path)
    newer(address)
    with pytest.raises(tiercel.BookError) as fault:
        Book(open_store(address)).annals()
    assert fault.value.diagnostics[0].code == "E5001"


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0" + bytes(5000), os.urandom(9000)])
def test_a_file_that_is_no_book(tmp_path, capsys, content):
    """An empty one is no book yet; others are told and left alone."""
    path = tmp_path / "pay.book"
    path.write_bytes(content)
    code, codes = said(capsys, "log", "--book", str(path))
    assert (code, codes) in ((2, ["E4009"]), (1, ["E5004"]), (1, ["E5005"]))
    assert path.read_bytes() == content


def test_a_server_that_is_not_there(capsys):
    """And a password is never shown."""
    code = main(["log", "--book", "postgresql://me:secret@127.0.0.1:1/pay", "--lang", "en"])
    err = capsys.readouterr().err
    assert code == 1
    assert "E5006" in err
    assert "secret" not in err
