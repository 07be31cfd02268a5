"""Every published calculation has its example, and the example expects the figures of the source, not our own."""

import re
from fractions import Fraction
from math import prod
from pathlib import Path

import pytest

COOKBOOK = Path(__file__).resolve().parents[2] / "examples" / "published"
LINES = [
    line
    for line in Path(__file__).with_name("figures.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
CALCULATIONS = [(examples.split(), figures.split()) for examples, figures in (line.split(": ") for line in LINES)]

NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?%?(?![\w%-])")


def number(text):
    return Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)


def worked(figure):
    """`3750+6250`, `13%*160`, `-29.7`: one product, or a sum of numbers."""
    if "*" in figure:
        return prod(map(number, figure.split("*")))
    return sum(map(number, re.findall(r"[+-]?[\d.]+%?", figure)))


def expected(example):
    """The figures behind `expect`, case by case; deductions stand there with their sign."""
    text = (COOKBOOK / f"{example}.yaml").read_text("utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    parts = [part.split("\n- name:")[0] for part in lines.split("\n  expect:")[1:]]
    return {abs(number(found)) for part in parts for found in NUMBER.findall(part)}


def test_all_published_calculations_are_listed():
    """A hundred and eleven, none twice."""
    assert len({tuple(examples) for examples, _ in CALCULATIONS}) == len(CALCULATIONS) == 111


@pytest.mark.parametrize(("examples", "figures"), CALCULATIONS, ids=[examples[0] for examples, _ in CALCULATIONS])
def test_an_example_expects_the_figures_of_its_source(examples, figures):
    """Amounts to the cent; that they are paid is what the cookbook's own tests show."""
    assert figures
    shown = set().union(*map(expected, examples))
    assert [figure for figure in figures if abs(worked(figure)) not in shown] == []


def test_every_example_from_elsewhere_belongs_to_a_calculation():
    """Whatever is no plan of our own."""
    found = {path.relative_to(COOKBOOK).with_suffix("").as_posix() for path in COOKBOOK.glob("*/*.yaml")}
    listed = {example for examples, _ in CALCULATIONS for example in examples}
    assert listed == {example for example in found if not example.startswith("constructs/")}
