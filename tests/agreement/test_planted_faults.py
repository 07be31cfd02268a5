"""Faults planted in a copy of the engine are noticed: by random schemes, or by tests with figures of their own."""

import compileall
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tiercel
import tiercel_dsl

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent
SEEDS = ["--schemes", "400", "--first", "300000", "--facts", "3", "--seconds", "0", "--until-fault"]


def module(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    loaded = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


FAULTS = module("planted", HERE / "planted.py").FAULTS


def package(of):
    return Path(next(iter(of.__path__))).resolve()


@pytest.fixture(scope="session")
def ready(tmp_path_factory):
    """Both packages, compiled once: each process that tries a fault would else compile them all again."""
    folder = tmp_path_factory.mktemp("ready")
    for each in (tiercel, tiercel_dsl):
        shutil.copytree(package(each), folder / each.__name__, ignore=shutil.ignore_patterns("__pycache__"))
    assert compileall.compile_dir(folder, quiet=1)
    return folder


def planted(fault, ready, folder):
    """A copy of the engine with one text changed; the text must be there, once."""
    copy = folder / "tiercel"
    shutil.copytree(ready / "tiercel", copy)
    path = copy / f"{fault.module}.py"
    text = path.read_text(encoding="utf-8")
    assert text.count(fault.old) == 1, f"{fault.module}.py has {text.count(fault.old)} times: {fault.old}"
    path.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
    return folder


def noticed(folder, ready, notices):
    """Whether tests on the package in `folder` run and fail, with a value that differs or a test; what they say."""
    path = os.pathsep.join([str(folder), str(ready)])  # the language of the second, the engine of the first
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    if notices == "seeds":
        command = [sys.executable, str(TESTS / "generation" / "run.py"), *SEEDS]
    else:
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-o", "pythonpath=", "-p", "no:cacheprovider"]
        command += ["-k", "worked" if "agreement" in notices else "", str(TESTS / notices)]
    done = subprocess.run(command, env=environment, cwd=TESTS.parent, capture_output=True, text=True, check=False)
    said = f"{done.stdout[-4000:]}{done.stderr[-2000:]}"
    told = ("\n== differs: ", "\n== crash: ") if notices == "seeds" else ("\nFAILED ",)
    return done.returncode == 1 and any(text in said for text in told), said


@pytest.mark.long
@pytest.mark.parametrize("notices", sorted({fault.notices for fault in FAULTS}))
def test_an_engine_without_a_planted_fault_passes(notices, ready, tmp_path):
    """What notices faults finds none in a plain copy: each failure below is the planted fault's."""
    shutil.copytree(ready / "tiercel", tmp_path / "tiercel")
    found, said = noticed(tmp_path, ready, notices)
    assert not found, said


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_noticed(fault, ready, tmp_path):
    """One changed line of the engine fails the tests."""
    found, said = noticed(planted(fault, ready, tmp_path), ready, fault.notices)
    assert found, said


def test_there_are_many_faults_of_different_kinds():
    """At least thirty, in every room of the engine that works values out, each named once."""
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 30
    rooms = (
        "accruals allocation ascent buckets chains climbs closings codegen compiled facts formulas history index "
        "instalments ladders lifting lookback lower moments money needs opening outcome parts passage passing periods places posting program rates "
        "reach reference reversals rivals run segments settlement sorting tiers versions windows"
    )
    assert {f.module for f in FAULTS} == set(rooms.split())


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_what_a_fault_changes_is_still_there(fault):
    """The text a fault replaces stands in the engine exactly once: else the fault tests nothing."""
    text = (package(tiercel) / f"{fault.module}.py").read_text(encoding="utf-8")
    assert text.count(fault.old) == 1, f"{fault.module}.py has {text.count(fault.old)} times: {fault.old}"
