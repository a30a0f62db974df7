"""Features from seed terms: counts of distinct terms, sentences where two kinds meet, and where both stand."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.terms import REACH, TermList, TermMatcher
from model.text import BREAK

MATCHER = TermMatcher(
    {
        "green": TermList(["绿色", "绿色信贷", "光伏"], [(["贷款", "信贷"], ["光伏", "环保"])]),
        "bare": TermList(),
        "charity": TermList(["捐赠"]),
    }
)


def values(text, matcher=MATCHER):
    causes = matcher.causes(text, matcher.hits(text))
    distinct = {*zip(causes.feature.tolist(), causes.cause.tolist(), strict=True)}
    counts = Counter(feature for feature, _ in distinct)
    features = np.arange(len(matcher.names))
    found = matcher.values(features, np.array([counts[feature] for feature in range(len(features))]))
    return dict(zip(matcher.names, found.tolist(), strict=True))


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
    hits = [(MATCHER.terms[number], start, end) for number, start, end in zip(*MATCHER.hits(text), strict=True)]
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
def test_causes_stand_where_a_term_of_theirs_is(text):
    """Every span of a cause is a term of its."""
    causes = MATCHER.causes(text, MATCHER.hits(text))
    for cause, start, end in zip(causes.cause, causes.start, causes.end, strict=True):
        assert text[start:end] in {MATCHER.terms[number] for number in divmod(cause, len(MATCHER.terms))}


@given(st.lists(st.text(st.sampled_from("绿色信贷光伏环保捐赠款。；，"), max_size=20)))
def test_texts_read_as_one_do_not_meet(texts):
    """Parted by `BREAK`, texts have the causes that each has alone."""
    joined = BREAK.join(texts)
    alone = [cause for text in texts for cause in MATCHER.causes(text, MATCHER.hits(text)).cause.tolist()]
    assert sorted(MATCHER.causes(joined, MATCHER.hits(joined)).cause.tolist()) == sorted(alone)


def test_themes_without_terms_have_an_empty_feature():
    """A matcher without any term still has its columns."""
    matcher = TermMatcher({"bare": TermList()})
    assert values("任何文字", matcher) == {"bare: terms": 0}
