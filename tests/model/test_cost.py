"""The cost of tagging grows linearly with the text, whatever it is made of; calls and bytes are counted, not time."""

import sys
import tracemalloc

import numpy as np
import pytest

from model.terms import TermList, TermMatcher

ODD = ["贷款", "光伏贷款", "年金", "小麦丰收", "字", "a", "ab ", "7", "1.", "😀", "，", "。", " \u200b", "綠 ", "\0"]


def calls_of(function):
    """The number of calls, of Python's functions and of C's, that `function` makes."""
    calls = 0

    def count(_frame, event, _argument):
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        function()
    finally:
        sys.setprofile(None)
    return calls


def memory_of(function):
    """The most bytes that `function` holds at a time: those of arrays, on which one call works as a whole, too."""
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("measure", [calls_of, memory_of])
@pytest.mark.parametrize("piece", ODD)
def test_cost_grows_with_the_text(tagger, piece, measure):
    """Four times the text makes at most about four times the calls and arrays, evidence included."""

    def cost(length):
        text = "年" + (piece * length)[:length]
        return measure(lambda: tagger.tag(text, evidence=True, themes=["pension"]))

    cost(100)
    assert cost(16_000) <= 4.1 * cost(4_000) + 100


@pytest.mark.parametrize("measure", [calls_of, memory_of])
@pytest.mark.parametrize("piece", ["贷款", "光伏贷款", "光伏光", "贷款，", "贷款。"])
def test_cost_of_meetings_grows_with_the_text(piece, measure):
    """A term is compared with those near it only, however many there are and whether or not they meet."""
    matcher = TermMatcher({"a": TermList(["贷款"], [(["贷款", "款"], ["光伏", "光"])])})

    def cost(length):
        text = (piece * length)[:length]
        return measure(lambda: matcher.causes(text, matcher.hits(text)))

    cost(100)
    assert cost(16_000) <= 4.1 * cost(4_000) + 100


def test_comparing_all_terms_would_be_found_out():
    """Twos of all terms, as arrays, are more than the tests above let pass."""

    def memory(length):
        return memory_of(lambda: np.ones((length, length), dtype=bool))

    assert memory(1_600) > 4.1 * memory(400) + 100


def test_a_million_characters_are_one_paragraph(tagger):
    """Without a single mark, made of terms only, or foreign throughout, a long text is tagged."""
    for piece in ("小麦丰收领取年金", "年金，不是小麦，", "a", "7", "😀"):
        text = piece * (1_000_000 // len(piece))
        tags = tagger.tag(text, evidence="，" in text)
        assert set(tags.scores) == {"pension", "harvest"}
        assert all(text[item.start : item.end] == item.text for item in (tags.evidence or [])[:100])
