from itertools import combinations

import pytest

from tiercel_dsl.grammar_table import build, load
from tiercel_dsl.keywords import FACES, Keyword
from tiercel_dsl.lexer import SPELLINGS

TERMINALS = {keyword.terminal for keyword in FACES}


def states() -> list[frozenset[str]]:
    """The terminals that each state of the parser can take."""
    table = load().parse_interactive().parser_state.parse_conf.states
    return [frozenset(name for name in row if name.isupper()) for row in table.values()]


def spelled_like() -> dict[str, set[str]]:
    """The terminals of each spelling."""
    found: dict[str, set[str]] = {}
    for keyword in FACES:
        for text in keyword.english + keyword.chinese:
            found.setdefault(text, set()).add(keyword.terminal)
    return found


def test_the_grammar_has_no_conflict():
    """Every text has one reading: the strict build refuses a grammar with conflicts."""
    assert build(strict=True).rules


def test_no_state_takes_two_terminals_of_one_spelling():
    """A word means one thing wherever it stands."""
    clashes = [
        (text, pair)
        for text, terminals in spelled_like().items()
        for pair in combinations(sorted(terminals), 2)
        for state in states()
        if state.issuperset(pair)
    ]
    assert clashes == []


def test_every_keyword_is_in_the_grammar():
    """No word of the table is without use."""
    assert {name for state in states() for name in state} >= TERMINALS


def test_one_terminal_spells_each_word_once():
    """Within a terminal a word has one sense."""
    for terminal in TERMINALS:
        words = [text for k in FACES if k.terminal == terminal for text in k.english + k.chinese]
        assert len(words) == len(set(words)), terminal


@pytest.mark.parametrize("keyword", FACES, ids=lambda keyword: f"{keyword.terminal}-{keyword.sense}")
def test_printed_spelling(keyword: Keyword):
    """The first spelling of a face is printed; a face without one borrows the other's."""
    assert keyword.spelling("zh") == (keyword.chinese or keyword.english)[0]
    assert keyword.spelling("en") == (keyword.english or keyword.chinese)[0]


def test_spellings_are_found_by_their_first_word_longest_first():
    """`running total of` is tried before a shorter phrase that begins alike."""
    lengths = [len(spelling.text) for spelling in SPELLINGS["rounded"]]
    assert lengths == sorted(lengths, reverse=True)


@pytest.mark.parametrize(
    ("terminal", "sense", "words"),
    [
        ("ROUNDED_UNIT", "down", ("去尾到分", "抹零到元")),
        ("AND_ABOVE_BELOW", "", ("以上不满", "以上不足")),
        ("UNIT", "months", ("个月",)),
    ],
)
def test_rows_that_go_on(terminal: str, sense: str, words: tuple[str, ...]):
    """A row of the table without a terminal adds spellings to the one before."""
    keyword = next(k for k in FACES if (k.terminal, k.sense) == (terminal, sense))
    assert set(words) <= set(keyword.chinese)
