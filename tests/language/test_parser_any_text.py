from hypothesis import example, given, settings
from hypothesis import strategies as st

from tiercel_dsl.keywords import FACES
from tiercel_dsl.messages import fix_title, sentence
from tiercel_dsl.parser import parse
from tiercel_dsl.source import Source, fold

WORDS = [text for keyword in FACES for text in keyword.english + keyword.chinese]
PIECES = [
    *'amount 金额 大客户 deal.amount "a" “甲” 5 5% 50,000 5万 1,00 2023-07-01 2023年2月30日 2023-07'.split(),
    *'( ) （ ） , ， 、 ： : . + - * × = < >= ≠ （含） (不含) 第一条 介于 以前 # " “ ` ~ 。 的5 不超过5'.split(),
    *("`x y`", "9" * 60, "\t", "\n", "\n  ", "\n    ", "\n　", " ", "　", "", "\r\n", "\u200b"),
]
SALADS = st.lists(st.sampled_from(WORDS) | st.sampled_from(PIECES), max_size=40).map(" ".join)
GLUED = st.lists(st.sampled_from(WORDS) | st.sampled_from(PIECES), max_size=25).map("".join)
TEXTS = (
    st.text(max_size=200) | st.binary(max_size=200).map(lambda data: data.decode("utf-8", "replace")) | SALADS | GLUED
)


@given(TEXTS)
@example("")
@example("\ufeff")
@example("x = " + "(" * 5000)
@example("x = " + "-" * 5000 + "1")
@example("x = " + "not " * 5000 + "y")
@example("x = " + "a." * 5000 + "b")
@example("x = " + "1 + " * 5000 + "1")
@example("x = ٣")
@example("x = " + "９" * 6000)
@example("payout\n" + "".join(f"{' ' * i}a\n" for i in range(300)))
@settings(max_examples=400)
def test_any_text_is_read_or_refused(text: str):
    """No text makes the parser fail; every fault lies in the text and can be told."""
    file, faults = parse(Source("a.tier", text))
    repr(file)
    lines = text.split("\n")
    for fault in faults:
        span = fault.span
        assert 1 <= span.line <= span.end_line <= len(lines)
        assert 1 <= span.column <= len(lines[span.line - 1]) + 1
        assert span.end_column <= len(lines[span.end_line - 1]) + 1
        for language in ("en", "zh"):
            assert "〈" not in sentence(fault, language)
            assert all(fix_title(fix, language) for fix in fault.fixes)


@given(TEXTS)
def test_what_is_refused_is_told(text: str):
    """A text of which nothing is in the tree has a fault, unless there is nothing in it but a tab, told anywhere."""
    file, faults = parse(Source("a.tier", text))
    says_something = any(line.strip(" \t\r\u00a0\ufeff\u3000") and line.strip()[:1] != "#" for line in text.split("\n"))
    told = [fault for fault in faults if says_something or fault.code != "E1002"]
    assert bool(file.statements or told) == says_something


@given(TEXTS)
def test_folding_keeps_every_place(text: str):
    """The folded text has the same length and the same lines."""
    assert [len(line) for line in fold(text).split("\n")] == [len(line) for line in text.split("\n")]


@given(TEXTS, TEXTS)
def test_reading_is_a_function_of_the_text(first: str, second: str):
    """What was read before leaves no trace."""
    once = parse(Source("a", first))
    parse(Source("b", second))
    assert parse(Source("a", first)) == once
