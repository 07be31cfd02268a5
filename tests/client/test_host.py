"""`examples/host`: a host with tables of its own, run as a program, twice."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import tiercel
import tiercel_dsl

HOST = Path(__file__).resolve().parents[2] / "examples" / "host" / "host.py"

# E1 in January: 5% of 8,000; 5% of 2,000 and 8% of 2,000; 2% of 12,000. In February 5% of 10,000 and 8% of 30,000;
# 2% of 40,000 is 800, of which 760 are left of the year's 1,000. E2: 5% of 10,000 and 2%; then 5% and 2% of 9.99.
PAID = {
    ("2025-01", "E1"): 40000 + 26000 + 24000,
    ("2025-01", "E2"): 50000 + 20000,
    ("2025-02", "E1"): 50000 + 240000 + 76000,
    ("2025-02", "E2"): 50 + 20,
}


def test_the_host_pays_and_keeps_what_it_needs(tmp_path):
    """Pay in cents, a statement for everybody, and the same when it is run again."""
    homes = os.pathsep.join({str(Path(p.__file__ or "").parents[1]) for p in (tiercel, tiercel_dsl)})
    for _ in range(2):
        command = [sys.executable, str(HOST), str(tmp_path)]
        done = subprocess.run(command, env=os.environ | {"PYTHONPATH": homes}, capture_output=True, check=True)
        assert b"2025-02  E1     3,660.00" in done.stdout
        link = sqlite3.connect(tmp_path / "host.db")
        paid = {(period, person): cents for period, person, cents, _ in link.execute("SELECT * FROM pay")}
        told = [json.loads(text) for (text,) in link.execute("SELECT statement FROM statements")]
        months = {row[0] for row in link.execute("SELECT period FROM carried")}
        link.close()
        assert paid == PAID
        assert {(t["period"], t["person"], t["amount"]) for t in told} == {
            (period, person, f"{cents // 100}.{cents % 100:02}") for (period, person), cents in PAID.items()
        }
        assert months == {"2025-01", "2025-02"}
