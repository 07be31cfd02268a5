"""The published examples: each is a plan of two files, what it pays, and as much Chinese as English."""

import functools
import re
from pathlib import Path

import pytest

from tiercel.cases import run_cases

COOKBOOK = Path(__file__).resolve().parents[2] / "examples" / "published"

INDEX = (COOKBOOK / "README.md").read_text("utf-8")

# What published plans need and a plan alone can show.
CONSTRUCTS = (*range(1, 71), *range(72, 79))

OURS = "constructs/"


def name(path):
    return path.relative_to(COOKBOOK).with_suffix("").as_posix()


CASES = {name(path): path.read_text("utf-8") for path in sorted(COOKBOOK.glob("**/*.yaml"))}

# Earlier versions of a plan, which its cases name beside it.
VERSIONS = {
    f"{example.split('/')[0]}/{version.strip().removesuffix('.tier')}"
    for example, text in CASES.items()
    for listed in re.findall(r"^versions: \[(.+)\]$", text, re.MULTILINE)
    for version in listed.split(",")
}
FILES = {name(path): path.read_text("utf-8") for path in sorted(COOKBOOK.glob("**/*.tier"))}
PLANS = {plan: text for plan, text in FILES.items() if plan not in VERSIONS}


def chinese(plan):
    return re.search("^方案 ", plan, re.MULTILINE) is not None


def names(cases):
    return re.findall("^- name: (.+)$", cases, re.MULTILINE)


def rows():
    """The rows of the index: number, words, links."""
    found = re.findall(r"^\| (\d+) \| (.+) \| (.+) \|$", INDEX, re.MULTILINE)
    return [(int(number), words, linked(links)) for number, words, links in found]


def linked(text):
    return re.findall(r"\[[^]]+\]\(([^)]+)\)", text)


@functools.cache
def results(example, evaluator):
    return {result.name: result for result in run_cases(COOKBOOK / f"{example}.yaml", evaluator)}


def complaint(result):
    wrong = [f"{d.person} {d.what}: {d.expected} expected, {d.actual} paid" for d in result.differences]
    return "\n".join(wrong + [f"{fault.code} {fault.span}" for fault in result.faults])


READ = [(example, case) for example, text in CASES.items() for case in names(text)]


@pytest.mark.parametrize("evaluator", ["compiled", "reference"])
@pytest.mark.parametrize(("example", "case"), READ)
def test_every_published_case_pays_what_is_expected(example, case, evaluator):
    """To the last digit, on both evaluators."""
    result = results(example, evaluator)[case]
    assert result.passed, complaint(result)
    assert result.compared


@pytest.mark.parametrize("example", CASES)
def test_every_case_has_a_name_of_its_own(example):
    """So that none is left out above."""
    found = names(CASES[example])
    assert found
    assert len(set(found)) == len(found) == len(re.findall("^- ", CASES[example], re.MULTILINE))


@pytest.mark.parametrize("example", PLANS)
def test_every_plan_begins_with_what_it_shows_and_where_it_is_from(example):
    """Two lines of comment, no more, in the scheme's own language."""
    shows, origin, third = PLANS[example].splitlines()[:3]
    assert [line.startswith("# ") for line in (shows, origin, third)] == [True, True, False]
    assert all(re.search("[一-鿿]", line) for line in (shows, origin)) == chinese(PLANS[example])


@pytest.mark.parametrize("example", PLANS)
def test_every_plan_is_the_scheme_of_its_own_cases(example):
    """`name.tier` and `name.yaml` belong together."""
    assert f"scheme: {example.split('/')[-1]}.tier" in CASES[example].splitlines()


def test_no_case_is_without_its_plan():
    assert set(CASES) == set(PLANS)


def test_at_least_half_of_the_schemes_are_chinese():
    """Counted over all folders."""
    assert 2 * sum(map(chinese, PLANS.values())) >= len(PLANS)


@pytest.mark.parametrize("example", PLANS)
def test_a_plan_says_whether_it_is_published_or_ours(example):
    """In the second line; ours lie in a folder of their own."""
    origin = PLANS[example].splitlines()[1]
    assert origin.startswith(("# Ours: ", "# 自拟：")) == example.startswith(OURS)
    assert origin.startswith(("# From: ", "# Source: ", "# 来源：", "# 出处：")) != example.startswith(OURS)


def test_at_least_half_of_our_own_plans_are_chinese():
    """Those that show what no published plan shows."""
    ours = [plan for example, plan in PLANS.items() if example.startswith(OURS)]
    assert 2 * sum(map(chinese, ours)) >= len(ours)


def test_the_index_has_a_row_for_every_construct():
    """In order, and once."""
    assert tuple(number for number, _, _ in rows()) == CONSTRUCTS


@pytest.mark.parametrize(("number", "words", "links"), rows())
def test_every_construct_is_named_in_both_languages_and_shown(number, words, links):
    """With at least one example, none of them twice, and what is Chinese behind what is English."""
    english, _, behind = words.partition(" · ")
    assert not re.search("[一-鿿]", english)
    assert re.search("[一-鿿]", behind)
    assert links
    assert len(set(links)) == len(links)


def test_every_link_of_the_index_leads_to_a_plan_of_that_name():
    """Nothing is linked that is not there."""
    links = re.findall(r"\[([^]]+)\]\(([^)]+)\)", INDEX)
    assert links
    for text, target in links:
        assert target.removesuffix(".tier") in PLANS
        assert target == f"{target.split('/')[0]}/{text}.tier"


def test_the_index_links_every_example():
    """At least once, in the row of what it shows."""
    assert {link.removesuffix(".tier") for _, _, links in rows() for link in links} == set(PLANS)
