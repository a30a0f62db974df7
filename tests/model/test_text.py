"""Normal text and the way back to the text as it came."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.text import HAN, Normaliser, Variants

normalise = Normaliser(Variants("貸綠萬", "贷绿万"))

messy = st.text(st.sampled_from("绿綠貸款 ，。\n\tABcz1９Ａ　\u200b\ufeff\ud800😀ー"), max_size=60) | st.text(
    max_size=60
)


@pytest.mark.parametrize(
    ("given_text", "normal"),
    [
        ("綠色信貸", "绿色信贷"),
        ("Ａ股 ＥＳＧ", "a股esg"),
        ("发 展 ，加 大", "发展，加大"),
        ("绿色信\n贷", "绿色信贷"),
        ("green  bond 2.0", "green  bond 2.0"),
        ("普惠\u200b金融\ufeff", "普惠金融"),
        ("（4 亿元）", "(4亿元)"),
        ("\ud800贷", "\ufffd贷"),
    ],
)
def test_writings_of_one_text_become_one(given_text, normal):
    """Full width, traditional characters, letter spacing and characters without width make no difference."""
    assert normalise(given_text).text == normal


def test_punctuation_that_ends_a_sentence_stays_full_width():
    """The marks that part sentences are kept as they stand."""
    assert normalise("，：；？！。").text == "，：；？！。"


@given(messy)
def test_each_character_has_an_origin_of_its_own(text):
    """Offsets rise strictly, and the character there is the one that was mapped."""
    normal = normalise(text)
    offsets = list(normal.offsets if normal.offsets is not None else range(len(text)))
    assert len(offsets) == len(normal.text)
    assert all(a < b for a, b in pairwise(offsets))
    assert all(
        normalise(text[offset]).text in (character, "") for offset, character in zip(offsets, normal.text, strict=True)
    )


@given(messy)
def test_normal_text_is_normal(text):
    """Normalising twice is normalising once."""
    once = normalise(text).text
    assert normalise(once).text == once


@given(messy.filter(lambda text: normalise(text).text))
def test_the_whole_span_leads_back_to_the_whole_text(text):
    """The span of all normal text starts at its first kept character and ends after its last."""
    normal = normalise(text)
    start, end = normal.span(0, len(normal.text))
    assert normalise(text[start:end]).text == normal.text


def test_white_space_is_read_in_one_pass():
    """A long run of blanks between letters, where a careless pattern tries every length, is left as it is."""
    text = "a" + " " * 200_000 + "b"
    assert normalise(text).text == text


def test_han_covers_the_rare_blocks():
    """Characters outside the basic plane count as Chinese."""
    import re

    assert re.fullmatch(f"[{HAN}]+", "〇㐀鿿豈𠀀𰀀")
