"""Documents of every format and encoding, whole and damaged."""

import codecs
import io
import zipfile
from pathlib import Path

import pytest

from model import DocumentError
from model.document import read_document
from model.document.glosses import without_glosses
from model.document.places import Placed

SAMPLES = Path(__file__).parents[2] / "seeds" / "documents"
TEXT = "综合新闻\n\n山城农商行上门服务，为茶农办理贷款三十万元。\n\n柜员劝住了一位正要转账的老人，保住了养老钱。\n"
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def sample(name):
    return (SAMPLES / name).read_bytes()


def kinds(document):
    return [paragraph.kind for paragraph in document.paragraphs]


@pytest.mark.parametrize(
    ("name", "format", "expected"),
    [
        (
            "newspaper.txt",
            "text",
            "heading title heading byline body body caption body title body body body boilerplate",
        ),
        ("columns.txt", "text", "title heading body body body body body caption caption byline"),
        ("glosses.txt", "text", "title body body"),
        (
            "post.md",
            "post",
            "title heading body body heading body boilerplate boilerplate boilerplate boilerplate",
        ),
        ("notes.md", "post", "title body heading body body heading body body"),
        (
            "page.html",
            "html",
            "boilerplate boilerplate title byline body body body caption boilerplate boilerplate boilerplate",
        ),
        ("report.pdf", "pdf", "title body body body"),
        (
            "summary.docx",
            "docx",
            "title heading body body caption heading boilerplate boilerplate boilerplate boilerplate body",
        ),
    ],
)
def test_samples_are_read_as_a_person_reads_them(name, format, expected):
    """Each paragraph of each sample has its kind."""
    document = read_document(sample(name), name)
    assert document.format == format
    assert kinds(document) == expected.split()
    assert document.warnings == ()
    assert [paragraph.n for paragraph in document.paragraphs] == list(range(1, len(document.paragraphs) + 1))


def test_every_sample_is_tested():
    """No sample lies about unread."""
    assert len(list(SAMPLES.iterdir())) == 8


def test_hard_wraps_and_letter_spacing_are_undone():
    """Lines of a PDF's columns with an empty line after each become the paragraphs they were."""
    bodies = [p.text for p in read_document(sample("columns.txt")).paragraphs if p.kind == "body"]
    assert all(text.endswith("。") for text in bodies)
    assert "三台新换的空气源热泵" in bodies[0]
    assert "改造花了4600万元，其中八成来自银行贷款。”供热站" in bodies[1]
    assert " " not in "".join(bodies)


def test_articles_begin_at_their_titles():
    """A page with two articles says which paragraph belongs to which."""
    paragraphs = read_document(sample("newspaper.txt")).paragraphs
    assert [(p.article, p.text) for p in paragraphs if p.kind == "title"] == [
        (1, "山城农商行把服务送到果园"),
        (2, "柜台前的十分钟"),
    ]
    assert [p.article for p in paragraphs] == sorted(p.article for p in paragraphs)


@pytest.mark.parametrize("name", ["newspaper.txt", "columns.txt", "post.md", "notes.md", "page.html", "glosses.txt"])
def test_offsets_lead_into_the_source(name):
    """The span starts and ends with the paragraph's first and last character, Markdown's marks aside, and they rise."""
    document = read_document(sample(name), name)
    reached = 0
    for paragraph in document.paragraphs:
        assert reached <= paragraph.start < paragraph.end
        span = document.source[paragraph.start : paragraph.end]
        assert span.lstrip("#>-[ ").startswith(paragraph.text[0])
        assert span.endswith((paragraph.text[-1], ")"))
        reached = paragraph.end


@pytest.mark.parametrize("name", ["report.pdf", "summary.docx"])
def test_without_a_source_there_are_no_offsets(name):
    """PDF and DOCX are no text that an offset could point into."""
    document = read_document(sample(name))
    assert document.source is None
    assert {(p.start, p.end) for p in document.paragraphs} == {(None, None)}


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("戰(zhàn)略產(chǎn)業(yè)", "戰略產業"),
        ("學（xué）校", "學校"),
        ("慢跑(plogging)", "慢跑(plogging)"),
        ("公司(蘇州)", "公司(蘇州)"),
        ("a(zhàn)", "a(zhàn)"),
        ("我們(men)的茶(meng)", "我們的茶(meng)"),
        ("行(háng)長(zhǎng)", "行長"),
    ],
)
def test_glosses_go_and_other_brackets_stay(text, bare):
    """A gloss stands after a Chinese character and has a tone mark."""
    assert without_glosses(Placed(text)).text == bare


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "big5"]
)
def test_encodings_are_told_apart(encoding):
    """The same text comes out of every encoding, with or without a mark."""
    text = "山中老人在家中等待上市公司的消息，小店主人向本地合作社借到一百元。" if encoding == "big5" else TEXT
    document = read_document(text.encode(encoding))
    assert document.source == text
    assert document.warnings == ()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ["Green loans of 30 million were granted.\n", "ESG report 2023\n\n支行发放绿色贷款三千万元。\n", "A。"]
)
def test_utf_16_is_known_without_its_mark(encoding, text):
    """Where letters and digits stand, every second byte is 0."""
    document = read_document(text.encode(encoding))
    assert (document.source, document.warnings) == (text, ())


def test_a_wrong_declaration_is_seen_through():
    """UTF-8 that says it is something else is read as UTF-8, and GBK that says UTF-8 as GBK, with a warning."""
    page = '<html><meta charset="{}"><body><p>山城农商行为茶农办理贷款三十万元，利率不高，手续不多。</p></body></html>'
    for named, really in (("gbk", "utf-8"), ("utf-8", "gb18030")):
        document = read_document(page.format(named).encode(really))
        assert document.paragraphs[0].text.startswith("山城农商行")
        assert "the document says that it is" in document.warnings[0]


def test_a_few_damaged_bytes_are_told():
    """The rest is read, and a warning says how much is lost."""
    data = bytearray(TEXT.encode() * 20)
    data[30] = 0xFF
    document = read_document(bytes(data))
    assert "places are no utf-8" in document.warnings[0]
    document = read_document(TEXT.encode() + b"\x00")
    assert "1 control characters" in document.warnings[0]


def archive(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return file.getvalue()


PROTECTED = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\n"
    b"endobj\n3 0 obj\n<< /Filter /Standard /V 1 /R 2 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> /P -4 >>\n"
    b"endobj\ntrailer\n<< /Root 1 0 R /Encrypt 3 0 R /ID [<" + b"43" * 16 + b"> <" + b"43" * 16 + b">] >>\n%%EOF\n"
)


@pytest.mark.parametrize(
    ("data", "type", "cause"),
    [
        (b"", "empty", "it is empty"),
        (b" \n\t ", "empty", "it is empty"),
        (codecs.BOM_UTF8, "no-text", "it holds no text"),
        (b"<html><body><p></p></body></html>", "no-text", "it holds no text"),
        (bytes(range(256)) * 8, "undecodable", "it is no text|it is binary"),
        (b"\x00\x01\x02\x03" * 500, "undecodable", "it is binary"),
        (b"%PDF-1.7\n%junk", "broken", "the PDF is broken"),
        (PROTECTED, "protected", "protected by a password"),
        (archive(a_xml="<a/>"), "unsupported", "a zip, and no DOCX"),
        (archive(word__document_xml="<a/>"), "broken", "the DOCX is broken"),
        (archive(word__document_xml=b" " * 70_000_000), "too-large", "unpacks to 70000000 bytes"),
        (b"PK\x03\x04junk", "broken", "the DOCX is broken"),
        (b"\x00" * 3000, "undecodable", "it is binary"),
        (OLD_WORD, "unsupported", "save it as DOCX without a password"),
        (b"x" * 5_000_001, "too-large", "more than 5000000 bytes"),
    ],
)
def test_what_cannot_be_read_is_said_with_file_and_cause(data, type, cause):
    """One error for all of it, with a stable type and a sentence."""
    with pytest.raises(DocumentError, match=f"^news.bin: .*({cause})") as caught:
        read_document(data, "news.bin", most_bytes=5_000_000)
    assert caught.value.type == type


@pytest.mark.parametrize("element", ["<div>", "<span>", "<ul><li>", "<table><tr><td>", "<blockquote>", "<font>", "<p>"])
def test_nesting_without_end_is_read(element):
    """Ten thousand open elements are read like one."""
    document = read_document(f"<html>{element * 10_000}一句话。{element.replace('<', '</') * 5_000}".encode())
    assert [p.text for p in document.paragraphs] == ["一句话。"]


@pytest.mark.parametrize(
    "text",
    [
        "<html>" + "<!--" * 50_000,
        "<html>" + "<![" * 50_000,
        "<html><p>x</p>" + "<a " * 50_000,
        "<html><p>x</p>" + '<a b="' * 50_000 + ">",
        "汉" + " " * 300_000 + "字",
        "汉(" * 100_000,
        "http://a" * 50_000 + "。",
        "汉\n" * 30_000,
        "# x\n" + "*" * 50_000 + "a",
        "# x\n" + "[" * 50_000 + "](",
    ],
    ids=range(10),
)
def test_what_tempts_a_pattern_to_search_again_is_read(text):
    """Text that a careless pattern reads in quadratic time, which would take minutes here."""
    assert read_document(text.encode()).paragraphs


@pytest.mark.parametrize(
    "text", ["不良贷款率>1%时须报告", "主体评级AA- 展望稳定", "资产 + 负债", ">=1%的部分", "首页>新闻"]
)
def test_marks_inside_a_line_of_markdown_are_text(text):
    """Only at its start is a sign of quotation or of a list a mark."""
    document = read_document(f"# 备注\n\n{text}，情况属实。\n".encode(), "a.md")
    assert document.paragraphs[-1].text.replace(" ", "") == f"{text}，情况属实。".replace(" ", "")
