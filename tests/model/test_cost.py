"""The cost of tagging grows linearly with the text, whatever it is made of; steps are counted, not seconds."""

import sys

import pytest

from model.terms import TermList, TermMatcher

ODD = ["贷款", "光伏贷款", "年金", "小麦丰收", "字", "a", "ab ", "7", "1.", "😀", "，", "。", " \u200b", "綠 ", "\0"]


class Counted(list):
    """A list that counts how often something is taken from it."""

    taken = 0

    def __getitem__(self, key):
        self.taken += 1
        return super().__getitem__(key)


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


@pytest.mark.parametrize("piece", ODD)
def test_calls_grow_with_the_text(tagger, piece):
    """Four times the text makes at most about four times the calls, evidence included."""

    def calls(length):
        text = "年" + (piece * length)[:length]
        return calls_of(lambda: tagger.tag(text, evidence=True, themes=["pension"]))

    calls(100)
    assert calls(8_000) <= 4.1 * calls(2_000) + 100


@pytest.mark.parametrize("piece", ["贷款", "光伏贷款", "光伏光", "贷款，", "贷款。"])
def test_comparisons_of_terms_grow_with_the_text(piece):
    """A term is compared with those near it only, however many there are and whether or not they meet."""

    def comparisons(length):
        matcher = TermMatcher({"a": TermList(["贷款"], [(["贷款", "款"], ["光伏", "光"])])})
        vars(matcher)["_what"] = counted = Counted(vars(matcher)["_what"])
        text = (piece * length)[:length]
        matcher.values(text, matcher.hits(text))
        return counted.taken

    assert 0 < comparisons(8_000) <= 4.1 * comparisons(2_000)


def test_a_million_characters_are_one_paragraph(tagger):
    """Without a single mark, made of terms only, or foreign throughout, a long text is tagged."""
    for piece in ("小麦丰收领取年金", "a", "7", "😀"):
        text = piece * (1_000_000 // len(piece))
        assert set(tagger.tag(text).scores) == {"pension", "harvest"}
