"""What a PDF holds besides its lines: shadows, page numbers, running heads."""

import pytest

from model import DocumentError
from model.document import pdf, read_document

FIRST = [
    "\u3000\u3000支行把流动服务车开到山里，每周一次，",
    "风雨无阻。车上有取款机，也有会说方言的",
    "柜员，老人不出村就能取到养老金，不用再",
    "走两个小时的山路。去年冬天下了一场大雪，",
]
SECOND = [
    "车开不上去，柜员就背着机器走上山，一户",
    "一户地送。到了年底，服务车走过的路加起",
    "来有一万多公里，取款四千多笔。",
    "\u3000\u3000今年支行又添了一辆车，路线多了三条。",
]
BODIES = ["".join([*FIRST, *SECOND[:3]]).strip(), SECOND[3].strip()]


def made(pages, size=12):
    """A PDF of pages, each a list of (x, y, text), in a font that every reader knows."""
    count = len(pages)
    kids = " ".join(f"{5 + 2 * n} 0 R" for n in range(count))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        (
            "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000"
            " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>"
        ),
    ]
    for n, page in enumerate(pages):
        shown = "".join(f"1 0 0 1 {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj\n" for x, y, text in page)
        stream = f"BT /F1 {size} Tf\n{shown}ET"
        objects += [
            (
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {6 + 2 * n} 0 R"
                " /Resources << /Font << /F1 3 0 R >> >> >>"
            ),
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        ]
    written = "".join(f"{n} 0 obj\n{each}\nendobj\n" for n, each in enumerate(objects, 1))
    return f"%PDF-1.4\n{written}trailer\n<< /Root 1 0 R /Size {len(objects) + 1} >>\n%%EOF\n".encode()


def column(lines, top=760):
    return [(72, top - 20 * n, line) for n, line in enumerate(lines)]


def read(pages):
    return [(p.kind, p.text) for p in read_document(made(pages), "a.pdf").paragraphs]


@pytest.mark.parametrize("shift", [(0.6, -0.6), (1, 0), (0, 1.5), (0, 0)])
@pytest.mark.parametrize("by", ["character", "line", "page"])
def test_shadows_are_no_text(by, shift):
    """A heading or line that is set twice for its shadow is read once, however the two are set."""
    title = "山里来了服务车"
    at = [(150 + 24 * n, 800, character) for n, character in enumerate(title)]
    behind = [(x + shift[0], y + shift[1], character) for x, y, character in at]
    lines = column([*FIRST, *SECOND])
    again = [(x + shift[0], y + shift[1], text) for x, y, text in lines]
    if by == "character":
        page = [each for pair in zip(at, behind, strict=True) for each in pair] + lines
    elif by == "line":
        page = at + behind + [each for pair in zip(lines, again, strict=True) for each in pair]
    else:
        page = [*at, *lines, *behind, *again]
    assert read([page]) == [("title", title), *(("body", body) for body in BODIES)]


def test_characters_that_are_written_twice_stay():
    """A word of two same characters is no shadow, nor is the same line further down."""
    lines = ["人人都说好，天天有人来，1100元够用了。", "人人都说好，天天有人来，1100元够用了。"]
    assert "".join(text for _, text in read([column(lines)])) == "".join(lines)


@pytest.mark.parametrize("number", ["1", "- 1 -", "第 1 页", "第1页 共9页", "1 / 9"])
def test_a_page_number_does_not_break_a_paragraph(number):
    """It comes after the paragraph that it interrupts."""
    found = read([[*column(FIRST), (290, 40, number)], column(SECOND)])
    assert [text for kind, text in found if kind == "body"] == BODIES
    assert found[1][0] == "boilerplate"
    assert found[1][1].replace(" ", "") == number.replace(" ", "")


def test_running_heads_do_not_break_a_paragraph():
    """What heads the pages, the same but for numbers, belongs to them."""
    pages = [
        [(72, 800, f"山城农商行二〇二三年工作回顾 {n}"), *column(lines)] for n, lines in enumerate((FIRST, SECOND))
    ]
    found = read(pages)
    assert [text for kind, text in found if kind == "body"] == BODIES
    assert [kind for kind, _ in found] == ["boilerplate", "body", "boilerplate", "body"]


def test_pages_of_a_text_out_of_a_pdf_are_read_like_those_of_the_pdf():
    """Form feeds part them; offsets lead to each part of a paragraph around a page's foot."""
    text = "\n".join(FIRST) + "\n山城农商行 1\n\f" + "\n".join(SECOND) + "\n山城农商行 2\n"
    document = read_document(text.encode(), "a.txt")
    assert [p.text for p in document.paragraphs if p.kind == "body"] == BODIES
    body = document.paragraphs[0]
    at = body.text.index("车开不上去")
    assert document.source[slice(*body.placed.span(at, at + 5))] == "车开不上去"


def test_too_many_characters_are_refused(monkeypatch):
    """A bound on time and memory, whatever the size of the file."""
    monkeypatch.setattr(pdf, "_MOST_CHARACTERS", 100)
    with pytest.raises(DocumentError, match=r"^a\.pdf: the PDF has more than 100 characters"):
        read([column([*FIRST, *SECOND])])


def test_too_many_pages_are_refused(monkeypatch):
    """The same of pages."""
    monkeypatch.setattr(pdf, "MOST_PAGES", 1)
    with pytest.raises(DocumentError, match=r"^a\.pdf: the PDF has 2 pages, at most 1 are read"):
        read([column(FIRST), column(SECOND)])
