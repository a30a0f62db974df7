"""Glosses that were put bytewise into GBK: what they broke is mended, or stays."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.document import read_document

GLOSSES = {"數": "shù", "戰": "zhàn", "業": "yè", "貸": "dài", "點": "diǎn", "項": "xiàng", "們": "men"}
TOLD = "".join(f"{character}({syllable})" for character, syllable in GLOSSES.items())


def broken(text, lost="?"):
    """The text as such a program leaves it, and a page shows it."""
    data = text.encode("gbk")
    for character, syllable in GLOSSES.items():
        found = character.encode("gbk")
        data = data.replace(found, found + f"({syllable})".encode("gbk"))
    return data.decode("gbk", "replace").replace("\ufffd(" if lost == "?" else "\ufffd", lost)


def read(text):
    return "".join(paragraph.text for paragraph in read_document(text.encode(), "a.txt").paragraphs)


@pytest.mark.parametrize("lost", ["?", "\ufffd"])
@pytest.mark.parametrize(
    "text", ["支行在當地社區設點，老人很高興。", "當地點燈的日子到了。", "信用社處理條約，一筆一筆看。"]
)
def test_what_a_gloss_broke_is_whole_again(text, lost):
    """The document itself tells which character was meant, and so which byte is lost."""
    assert broken(text, lost) != broken(text).replace("?", "") != text
    assert read(f"{TOLD}。\n\n{broken(text, lost)}") == f"{''.join(GLOSSES)}。{text}"


def test_where_the_lost_byte_is_not_known_the_rest_is_mended():
    """Its character stays a question mark."""
    assert read(broken("支行在當地社區設點。")) == "支行在當?社區設點。"


def test_a_character_that_lost_both_neighbours_stays_lost():
    """The mark in its place stays, and the text after it is in step again."""
    assert read(f"{TOLD}。\n\n支行在當?shù)刂?3家") == f"{''.join(GLOSSES)}。支行在當地?3家"


@pytest.mark.parametrize(
    "text", ["甲?shù)鰣佧亹ア", "當?shù)", "?shù)當", "他問?shù)這是什麼", "慢跑?plogging)真好", "當?shù)😀地"]
)
def test_what_is_in_doubt_stays(text):
    """Every character of it, if it makes no text when read in step."""
    assert read(text) == text


def test_the_mended_part_leads_to_where_it_is_broken():
    """Offsets before and after it are exact."""
    text = broken("支行在當地社區設點，老人很高興。")
    (paragraph,) = read_document(f"{text}數(shù)".encode(), "a.txt").paragraphs
    at = paragraph.text.index("社")
    assert text[slice(*paragraph.placed.span(at, at + 2))] == "鐓^"
    at = paragraph.text.index("老人")
    assert text[slice(*paragraph.placed.span(at, at + 2))] == "老人"


@given(st.text("當地社區點老人數戰業?shù)(à\ufffd^c\n ，。鐓厣", max_size=60), st.text("甲乙。", min_size=1))
@settings(deadline=None)
def test_nothing_around_a_broken_gloss_is_lost(text, after):
    """Whatever stands before it, the next paragraph is whole."""
    assert read(f"{text}\n\n。{after}").endswith(after)
