"""Sixty mistakes, as authors make them: each is found where it is, and what mends it is offered."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import tiercel
from tiercel_dsl.diagnostics import has_errors

HERE = Path(__file__).parent


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


judge = load("judge")
EXPECTED = judge.expectations()


@pytest.fixture(scope="module")
def judged() -> list[Any]:
    return list(judge.verdicts())


@pytest.mark.parametrize("kind", ["rules", "data"])
def test_the_place_is_right(judged: list[Any], kind: str) -> None:
    placed = {of: share for of, _, share, _, _ in judge.shares(judged)}
    assert placed[kind] >= 95, judge.report([v for v in judged if v.kind == kind])


@pytest.mark.parametrize("kind", ["rules", "data"])
def test_a_right_cure_is_offered(judged: list[Any], kind: str) -> None:
    cured = {of: share for of, _, _, share, _ in judge.shares(judged)}
    assert cured[kind] >= 80, judge.report([v for v in judged if v.kind == kind])


@pytest.mark.parametrize("expected", EXPECTED["rules"], ids=lambda e: e["file"])
def test_the_expectation_fits_the_text(expected: dict[str, Any], tmp_path: Path) -> None:
    text = HERE.joinpath("rules", expected["file"]).read_text("utf-8")
    for place in expected["places"]:
        first, last = place["columns"]
        assert text.split("\n")[place["line"] - 1][first - 1 : last] == place["words"]
    for cure in expected["cures"]:
        if not any("?" in edit["text"] for edit in cure):  # a value that only the author knows
            path = tmp_path / "mended.tier"
            path.write_text(judge.mended(text, cure), "utf-8")
            assert not has_errors(tiercel.check(path)), cure


def test_sixty_and_half_of_them_chinese() -> None:
    for kind in ("rules", "data"):
        assert [e["language"] for e in EXPECTED[kind]].count("zh") * 2 == len(EXPECTED[kind]) == 30
