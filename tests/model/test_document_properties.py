"""Nothing is lost, nothing is moved, nothing but a DocumentError is raised: over generated and damaged documents."""

import contextlib
import html
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model import DocumentError
from model.document import read_document
from model.document.glosses import without_glosses
from model.document.places import Placed

SAMPLES = Path(__file__).parents[2] / "seeds" / "documents"

PIECES = [
    "山城农商行上门服务",
    "，为茶农办理贷款三十万元",
    "。",
    "“往年最愁”",
    "……",
    "；",
    "\n",
    "\n\n",
    "\r\n",
    "\u3000\u3000",
    "  ",
    "发 展 ，加 大",
    "4 亿元",
    "戰(zhàn)",
    "慢跑(plogging)",
    "——副题",
    "□通讯员 陈一禾",
    "视点",
    "(陈一禾摄)",
    "图片由支行提供",
    "1、",
    "green bond",
    "\u200b😀\ufffd",
    "http://example.org/a",
    "返回首页",
]
texts = st.lists(st.sampled_from(PIECES) | st.text("甲乙，。、()（）abc \n", max_size=30), max_size=60).map("".join)
fragments = st.lists(
    st.tuples(
        st.sampled_from(["p", "div", "strong", "li", "h1", "a", "td", "span", "blockquote", "br"]),
        st.text("甲乙丙，。、 \n0aé", max_size=20),
        st.booleans(),
    ),
    max_size=30,
)


def bare(text):
    """The text without white space and glosses."""
    text = re.sub(r"\s", "", text)
    while (shorter := without_glosses(Placed(text)).text) != text:
        text = shorter
    return text


def read_text(document):
    return bare("".join(paragraph.text for paragraph in document.paragraphs))


@given(texts.filter(bare))
@settings(deadline=None, max_examples=300)
def test_nothing_of_a_text_is_lost(text):
    """Every character that is no gloss and no white space is in some paragraph, in order."""
    document = read_document(text.encode(), "news.txt")
    assert document.format == "text"
    assert read_text(document) == bare(text)


@given(fragments.filter(lambda items: any(text.strip() for _, text, _ in items)))
@settings(deadline=None, max_examples=300)
def test_nothing_of_a_page_is_lost(items):
    """The same of HTML, with elements closed or left open."""
    page = "".join(f"<{tag}>{text}" + (f"</{tag}>" if closed else "") for tag, text, closed in items)
    document = read_document(f"<html>{page}".encode())
    assert read_text(document) == bare("".join(text for _, text, _ in items))


@given(texts.filter(bare), st.data())
@settings(deadline=None, max_examples=200)
def test_each_paragraph_stands_in_its_place(text, data):
    """Offsets rise, lie within the source, and hold the paragraph's own characters, wherever the text is damaged."""
    at = data.draw(st.integers(0, len(text)))
    damaged = text[:at] + data.draw(st.text("甲。<&#*\u3000a😀", max_size=3)) + text[at:]
    document = read_document(damaged.encode(), "news.txt")
    reached = 0
    for paragraph in document.paragraphs:
        assert reached <= paragraph.start < paragraph.end <= len(document.source)
        if document.format == "text":
            assert bare(document.source[paragraph.start : paragraph.end]) == bare(paragraph.text)
        reached = paragraph.end


@given(texts.filter(bare), st.data())
@settings(deadline=None, max_examples=200)
def test_each_part_of_a_paragraph_stands_in_its_place(text, data):
    """Any part of a paragraph's text is what stands in its span of the source, glosses and white space aside."""
    document = read_document(text.encode(), "news.txt")
    paragraph = data.draw(st.sampled_from(document.paragraphs))
    start = data.draw(st.integers(0, len(paragraph.text) - 1))
    end = data.draw(st.integers(start + 1, len(paragraph.text)))
    first, last = paragraph.placed.span(start, end)
    assert paragraph.start <= first <= last <= paragraph.end
    assert bare(document.source[first:last]) == bare(paragraph.text[start:end])


MARKED = [
    "甲乙",
    "丙。",
    "**丁戊**",
    "[己庚](//example.org/己)",
    "&amp;",
    "&nbsp;",
    "<b>辛</b>",
    "\n",
    "  ",
    "戰(zhàn)",
    "`壬`",
]


@given(st.lists(st.sampled_from(MARKED), min_size=1, max_size=20).map("".join), st.data())
@settings(deadline=None, max_examples=200)
def test_each_character_of_a_marked_text_stands_in_its_place(text, data):
    """Past marks, links, references and elements each character leads to where it is written."""
    document = read_document(f"# 题\n\n癸{text}".encode(), "news.md")
    paragraph = data.draw(st.sampled_from(document.paragraphs))
    at = data.draw(st.integers(0, len(paragraph.text) - 1))
    first, last = paragraph.placed.span(at, at + 1)
    assert html.unescape(document.source[first:last]).split() == paragraph.text[at].split()


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.iterdir()))
@given(st.data())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_read_or_refused(name, data):
    """Cut, torn and overwritten samples raise a DocumentError or are read; nothing else happens."""
    content = bytearray((SAMPLES / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=4))
        content = content or bytearray(b"\n")
    with contextlib.suppress(DocumentError):
        document = read_document(bytes(content), name)
        assert document.paragraphs
        assert all(paragraph.text.strip() for paragraph in document.paragraphs)


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(data):
    """Junk raises nothing but a DocumentError."""
    with contextlib.suppress(DocumentError):
        assert read_document(data).paragraphs
