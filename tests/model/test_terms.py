"""Features from seed terms: counts of distinct terms, sentences where two kinds meet, and where both stand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.terms import REACH, TermList, TermMatcher

MATCHER = TermMatcher(
    {
        "green": TermList(["绿色", "绿色信贷", "光伏"], [(["贷款", "信贷"], ["光伏", "环保"])]),
        "bare": TermList(),
        "charity": TermList(["捐赠"]),
    }
)


def values(text, matcher=MATCHER):
    found = matcher.values(text, matcher.hits(text))
    return {name: found.get(column, 0) for column, name in enumerate(matcher.names)}


def test_a_list_counts_its_distinct_terms():
    """Twice the same term counts once, a term inside a longer one counts too; the value is the root of the number."""
    assert values("绿色信贷，绿色信贷")["green: terms"] == math.sqrt(2)
    assert values("绿色通道")["green: terms"] == 1
    assert values("窗外")["green: terms"] == 0


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("向光伏企业发放贷款", 1),
        ("发放贷款。光伏并网", 0),
        ("光伏贷款，又是光伏贷款", 1),
        ("光伏贷款；环保信贷", 2),
        ("贷款" + "字" * REACH + "光伏", 1),
        ("贷款" + "字" * (REACH + 1) + "光伏", 0),
        ("光伏" + "字" * (REACH + 1) + "贷款", 0),
    ],
)
def test_a_pair_counts_terms_that_meet(text, met):
    """Two kinds meet within a sentence and within reach, and the same two terms count once."""
    assert values(text)["green: pair 1"] == math.log1p(met)


def test_overlapping_terms_do_not_meet():
    """One word cannot be both who and what."""
    matcher = TermMatcher({"a": TermList(pairs=[(["环保贷"], ["环保"])])})
    assert values("推出环保贷", matcher)["a: pair 1"] == 0
    assert values("环保贷支持环保", matcher)["a: pair 1"] == math.log1p(1)


@given(st.text(st.sampled_from("绿色信贷光伏环保捐赠款。；，x"), max_size=80))
def test_meetings_are_those_a_full_search_finds(text):
    """Looking only nearby misses nothing."""
    hits = [(MATCHER.terms[number], start, end) for number, start, end in MATCHER.hits(text)]
    whos = [hit for hit in hits if hit[0] in ("贷款", "信贷")]
    whats = [hit for hit in hits if hit[0] in ("光伏", "环保")]
    met = set()
    for who, who_start, who_end in whos:
        for what, start, end in whats:
            between = text[min(who_end, end) : max(who_start, start)]
            apart = who_end <= start or end <= who_start
            if apart and len(between) <= REACH and not set(between) & set("。；"):
                met.add((who, what))
    assert values(text)["green: pair 1"] == math.log1p(len(met))


@given(st.text(st.sampled_from("绿色信贷光伏环保捐赠款。；，"), max_size=40))
def test_shares_point_at_terms_and_add_up_to_one(text):
    """Every span of a feature that has a value is a term of its, and the shares are all of it."""
    terms = {"绿色", "绿色信贷", "光伏", "贷款", "信贷", "环保", "捐赠"}
    hits = MATCHER.hits(text)
    found = MATCHER.shares(text, hits)
    assert found.keys() == MATCHER.values(text, hits).keys()
    for shares in found.values():
        assert all(text[start:end] in terms for start, end in shares)
        assert sum(shares.values()) == pytest.approx(1)


def test_themes_without_terms_have_an_empty_feature():
    """A matcher without any term still has its columns."""
    matcher = TermMatcher({"bare": TermList()})
    assert values("任何文字", matcher) == {"bare: terms": 0}
