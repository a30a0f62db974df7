"""What a DOCX holds besides its paragraphs: headers, footers, notes, text boxes, tables, tracked changes."""

import io
import zipfile
from itertools import chain

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from model import DocumentError
from model.document import read_document

FIRST = "支行把流动服务车开到山里，每周一次。"
SECOND = "老人不出村就能取到养老金。"
NOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


def read(word):
    file = io.BytesIO()
    word.save(file)
    return [(p.kind, p.text) for p in read_document(file.getvalue(), "a.docx").paragraphs]


def paragraph(content):
    return parse_xml(f"<w:p {nsdecls('w')}>{content}</w:p>")


def run(text, mark="t"):
    return f"<w:r><w:{mark}>{text}</w:{mark}></w:r>"


def test_headers_and_footers_belong_to_the_page():
    """Headers come first, footers last, both as boilerplate."""
    word = docx.Document()
    word.add_paragraph(FIRST)
    word.sections[0].footer.paragraphs[0].text = "内部资料，注意保存。"
    word.sections[0].header.paragraphs[0].text = "山城农商行工作简报"
    assert read(word) == [
        ("boilerplate", "山城农商行工作简报"),
        ("body", FIRST),
        ("boilerplate", "内部资料，注意保存。"),
    ]


def test_notes_follow_the_text():
    """A footnote is what its words say."""
    word = docx.Document()
    word.add_paragraph(FIRST)
    note = f"<w:footnote w:id='1'><w:p>{run(SECOND)}</w:p></w:footnote>"
    part = docx.opc.part.Part(
        docx.opc.packuri.PackURI("/word/footnotes.xml"),
        NOTES,
        f"<w:footnotes {nsdecls('w')}>{note}</w:footnotes>".encode(),
        word.part.package,
    )
    word.part.relate_to(part, docx.opc.constants.RELATIONSHIP_TYPE.FOOTNOTES)
    assert read(word) == [("body", FIRST), ("body", SECOND)]


def test_what_was_inserted_is_text_and_what_was_deleted_or_moved_away_is_not():
    """The text is the one that a reader sees when all changes are accepted."""
    changed = (
        run("支行今年")
        + f"<w:del w:id='1' w:author='a'>{run('打算', 'delText')}<w:r><w:tab/></w:r></w:del>"
        + f"<w:ins w:id='2' w:author='a'>{run('已经')}</w:ins>"
        + f"<w:moveFrom w:id='3' w:author='a'>{run('上月')}</w:moveFrom>"
        + run("开了三家分店。")
    )
    word = docx.Document()
    word.element.body.insert(0, paragraph(changed))
    assert read(word) == [("body", "支行今年已经开了三家分店。")]


def test_ruby_glosses_are_no_text():
    """The reading over a character goes, the character stays."""
    ruby = f"<w:ruby><w:rt>{run('lǜ')}</w:rt><w:rubyBase>{run('绿')}</w:rubyBase></w:ruby>"
    word = docx.Document()
    word.element.body.insert(0, paragraph(f"<w:r>{ruby}</w:r>{run('色信贷投向山村，茶农很高兴。')}"))
    assert read(word) == [("body", "绿色信贷投向山村，茶农很高兴。")]


def test_a_text_box_is_read_once():
    """It is written a second time for old programs."""
    box = f"<w:txbxContent><w:p>{run(SECOND)}</w:p></w:txbxContent>"
    namespace = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    choices = f"<mc:Choice Requires='wps'>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    content = f"<mc:AlternateContent {namespace}>{choices}</mc:AlternateContent>"
    word = docx.Document()
    word.element.body.insert(0, paragraph(f"<w:r>{content}</w:r>{run(FIRST)}"))
    assert read(word) == [("body", FIRST), ("body", SECOND)]


ROWS = [["项目", "二〇二三年", "增幅"], ["小店贷款余额（亿元）", "12.6", "8.5%"], ["反诈宣传", SECOND, "见附表"]]
KINDS = ["boilerplate"] * 7 + ["body", "boilerplate"]


def as_html(rows):
    cells = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in rows)
    return [(p.kind, p.text) for p in read_document(f"<html><table>{cells}</table>".encode()).paragraphs]


def as_word(rows):
    word = docx.Document()
    table = word.add_table(rows=len(rows), cols=len(rows[0]))
    for cells, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    return read(word)


@pytest.mark.parametrize("read_rows", [as_html, as_word])
def test_a_grid_of_figures_belongs_to_the_page_and_a_sentence_in_it_is_body(read_rows):
    """Names and figures in rows are no text to be read; what has a sentence is."""
    assert read_rows(ROWS) == list(zip(KINDS, chain.from_iterable(ROWS), strict=True))


@pytest.mark.parametrize("read_rows", [as_html, as_word])
def test_a_table_that_only_lays_out_the_page_is_read_as_the_page(read_rows):
    """A cell alone in its row is what its words say."""
    assert read_rows([["把服务送到山里"], [FIRST]]) == [("title", "把服务送到山里"), ("body", FIRST)]


def test_a_column_of_a_page_is_no_grid():
    """Where a cell holds several paragraphs, or a table, its row lays out the page."""
    page = (
        f"<table><tr><td>首页<br>网点</td><td><h2>把服务送到山里</h2><p>{FIRST}</p><table><tr><td>完</td></tr></table>"
    )
    assert [(p.kind, p.text) for p in read_document(f"<html>{page}".encode()).paragraphs][2:4] == [
        ("title", "把服务送到山里"),
        ("body", FIRST),
    ]


def test_ruby_glosses_of_a_page_are_no_text():
    """Like those in brackets."""
    page = "<html><p><ruby>绿<rp>(</rp><rt>lǜ</rt><rp>)</rp></ruby>色信贷投向山村，茶农很高兴。</p>"
    assert read_document(page.encode()).paragraphs[0].text == "绿色信贷投向山村，茶农很高兴。"


def test_rows_of_a_table_in_markdown_belong_to_the_page():
    """Figures between upright strokes; a row with a sentence is body."""
    table = f"# 年报摘要\n\n| 项目 | 余额 |\n|---|---|\n| 小店贷款 | 12.6 |\n| 说明 | {SECOND} |\n"
    kinds = [p.kind for p in read_document(table.encode(), "a.md").paragraphs]
    assert kinds == ["title", "boilerplate", "boilerplate", "body"]


def replaced(part, xml):
    """A DOCX with a header, whose part is replaced."""
    word = docx.Document()
    word.add_paragraph(FIRST)
    word.sections[0].header.paragraphs[0].text = "简报"
    file, made = io.BytesIO(), io.BytesIO()
    word.save(file)
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(made, "w") as copy:
        for name in whole.namelist():
            copy.writestr(name, xml if part in name else whole.read(name))
    return made.getvalue()


def test_a_broken_part_of_a_word_file_is_refused():
    """A header that is no XML is no reason for a traceback."""
    with pytest.raises(DocumentError, match=r"^a\.docx: the DOCX is broken"):
        read_document(replaced("header", "<w:hdr"), "a.docx")


def test_too_many_paragraphs_are_refused(monkeypatch):
    """A small file may hold millions, which would take minutes; empty ones count."""
    monkeypatch.setattr("model.document.word.MOST_PARAGRAPHS", 3)
    word = docx.Document()
    for text in ("", FIRST, "", SECOND):
        word.add_paragraph(text)
    with pytest.raises(DocumentError, match=r"^a\.docx: the DOCX has more than 3 paragraphs"):
        read(word)


@pytest.mark.parametrize(
    ("begun", "text", "cause"),
    [
        (
            '<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">'
            + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
            + "]>",
            "&a9;",
            "amplification",
        ),
        ("", "<w:p><w:r>" * 3000, "depth"),
    ],
)
def test_what_grows_without_end_is_refused(begun, text, cause):
    """Entities and nesting: the XML reader knows both."""
    xml = f"{begun}<w:document {nsdecls('w')}><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    with pytest.raises(DocumentError, match=rf"^a\.docx: the DOCX is broken: .*{cause}"):
        read_document(replaced("word/document.xml", xml), "a.docx")
