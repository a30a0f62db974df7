"""Scores, answers and evidence of the tiny bundle."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import ParagraphError, Tagger, UnknownThemeError
from model.tagger import BATCH

BOTH = "小麦丰收，玉米亩产也高，收成好，村民领取企业年金。"
PLAIN = "分行召开会议，部署对公存款工作。"

texts = st.text(
    st.sampled_from("年金养老领取账户小麦收成丰收亩产玉米的，。\n\0 綠A１\u200b\ud800"), min_size=1, max_size=50
).filter(lambda text: text.strip("\n \u200b"))


def test_scores_are_the_pipelines_own(trained, tagger):
    """Without scikit-learn the tagger gives the pipeline's logits, to 1e-6 and better."""
    lines = [BOTH, PLAIN, "年金" * 40, "Ａ股 收成", "領取企業年金", "x", "。"]
    ours = np.array([tagger.logits(line) for line in lines])
    assert np.abs(trained[1].decision_function(lines) - ours).max() < 1e-6


def test_every_theme_has_a_probability(tagger):
    """Whatever is asked, all themes are scored."""
    tags = tagger.tag(PLAIN, themes=["pension"])
    assert set(tags.scores) == {"pension", "harvest"}
    assert all(0 < score < 1 for score in tags.scores.values())


def test_a_paragraph_may_have_several_themes_or_none(tagger):
    """Themes are answered one by one."""
    assert set(tagger.tag(BOTH).themes) == {"pension", "harvest"}
    assert tagger.tag(PLAIN).themes == []


def test_score_is_the_calibrated_logit(tagger):
    """Slope, offset and the logistic function lead from the logit to the score."""
    tags = tagger.tag(BOTH)
    for theme, logit in zip(tagger.themes, tagger.logits(BOTH), strict=True):
        assert tags.scores[theme.key] == pytest.approx(1 / (1 + math.exp(-theme.slope * logit - theme.offset)))


@given(texts)
def test_evidence_adds_up_to_the_logit_and_stands_in_the_text(tagger, text):
    """Weights and intercept are the whole logit, and every span is a slice of the text as it came."""
    tags = tagger.tag(text, evidence=True, themes=["pension", "harvest"])
    for theme, logit in zip(tagger.themes, tagger.logits(text), strict=True):
        found = [item for item in tags.evidence if item.theme == theme.key]
        assert sum(item.weight for item in found) + theme.intercept == pytest.approx(logit, abs=1e-9)
        assert all(text[item.start : item.end] == item.text != "" for item in found)


def test_evidence_points_into_messy_text(tagger):
    """Traditional characters, blanks and line ends change no span: it is the caller's text that is quoted."""
    tags = tagger.tag("他 領 取\n企業 年 金 了", evidence=True, themes=["pension"])
    assert "年 金" in {item.text for item in tags.evidence}


def test_evidence_is_of_the_themes_answered_unless_named(tagger):
    """Without names it explains each yes and each review; with names, those."""
    tags = tagger.tag("领取年金", evidence=True)
    assert {item.theme for item in tags.evidence} == {*tags.themes, *tags.review}
    assert {item.theme for item in tagger.tag("领取年金", evidence=True, themes=["harvest"]).evidence} == {"harvest"}
    assert tagger.tag("领取年金").evidence is None


def test_strongest_evidence_comes_first(tagger):
    """Within a theme the weights fall by size."""
    weights = [abs(item.weight) for item in tagger.tag(BOTH, evidence=True, themes=["pension"]).evidence]
    assert weights == sorted(weights, reverse=True)


def test_callers_threshold_decides(tagger):
    """At the score itself the answer is yes, above it no, at 0 always yes."""
    score = tagger.tag(PLAIN).scores["pension"]
    assert "pension" in tagger.tag(PLAIN, thresholds={"pension": score}).themes
    assert "pension" not in tagger.tag(PLAIN, thresholds={"pension": score + 1e-9}).themes
    assert "pension" in tagger.tag(PLAIN, thresholds={"pension": 0}).themes
    assert "pension" not in tagger.tag(BOTH, thresholds={"pension": 1}).themes


def test_review_band_moves_with_the_callers_threshold(tagger):
    """A score at the threshold is in review, whoever set the threshold; far from it, it is not."""
    score = tagger.tag(PLAIN).scores["pension"]
    assert "pension" in tagger.tag(PLAIN, thresholds={"pension": score}).review
    assert "pension" not in tagger.tag(PLAIN, thresholds={"pension": 0}).review
    assert "pension" not in tagger.tag(PLAIN, thresholds={"pension": 1}).review


@given(st.lists(texts, max_size=5))
def test_a_paragraph_has_the_same_bits_alone_and_among_others(tagger, lines):
    """What stands beside a paragraph does not move its scores."""
    together = list(tagger.tag_many(lines, evidence=True, themes=["pension", "harvest"]))
    assert together == [tagger.tag(line, evidence=True, themes=["pension", "harvest"]) for line in lines]


def test_many_paragraphs_have_the_bits_of_each(tagger):
    """Over several batches of many lengths too, where NumPy may add in another order."""
    lines = [(BOTH + PLAIN)[: 5 + number % 40] * (1 + number % 7) for number in range(2_000)]
    assert list(tagger.tag_many(lines)) == [tagger.tag(line) for line in lines]


def test_tag_many_streams(tagger):
    """No more than a batch is read ahead of its tags."""
    read = []
    answers = tagger.tag_many(read.append(text) or text for text in [PLAIN] * BATCH)
    next(answers)
    assert len(read) == -(-BATCH // len(PLAIN))


def test_a_text_without_tags_does_not_hide_those_before_it(tagger):
    """The error comes in the place of its text, also where texts are read together."""
    for wrong in (" ", None):
        answers = tagger.tag_many([PLAIN, BOTH, wrong, PLAIN])
        assert [next(answers), next(answers)] == [tagger.tag(PLAIN), tagger.tag(BOTH)]
        with pytest.raises(ParagraphError, match=r"has no text|is a NoneType"):
            next(answers)


@pytest.mark.parametrize(("text", "message"), [(None, "this is a NoneType"), (b"x", "a bytes"), (3, "a int")])
def test_what_is_no_text_is_refused(tagger, text, message):
    """Only strings are tagged."""
    with pytest.raises(ParagraphError, match=message):
        tagger.tag(text)


@pytest.mark.parametrize("text", ["", "  \n\u3000", "\u200b\ufeff"])
def test_what_holds_no_text_is_refused(tagger, text):
    """Nothing but blanks is no paragraph."""
    with pytest.raises(ParagraphError, match="the paragraph has no text"):
        tagger.tag(text)


@pytest.mark.parametrize("wish", [{"themes": ["grene"]}, {"thresholds": {"grene": 0.5}}])
def test_unknown_theme_is_named_with_the_known(tagger, wish):
    """A typo is told with the keys there are."""
    with pytest.raises(UnknownThemeError, match=r"unknown theme 'grene'; the themes are harvest, pension"):
        tagger.tag(PLAIN, **wish)


def test_bundle_is_found_by_argument_then_environment(tiny_folder, monkeypatch, tmp_path):
    """THEMETAG_BUNDLE names the bundle where no path is given."""
    monkeypatch.setenv("THEMETAG_BUNDLE", str(tiny_folder))
    assert Tagger.load().version.startswith("1.2.3+")
    monkeypatch.setenv("THEMETAG_BUNDLE", str(tmp_path))
    assert Tagger.load(tiny_folder).version.startswith("1.2.3+")


@given(st.text(st.sampled_from("领取企业年金账户小麦丰收，。"), min_size=2, max_size=40), st.data())
def test_wraps_and_spacing_of_chinese_change_no_score(tagger, text, data):
    """A line end or a blank between Chinese characters makes no difference."""
    cut = data.draw(st.integers(1, len(text) - 1))
    spaced = text[:cut] + data.draw(st.sampled_from(["\n", " ", "\u3000", "\r\n"])) + text[cut:]
    assert list(tagger.logits(spaced)) == list(tagger.logits(text))
