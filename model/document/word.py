"""DOCX into lines: headers, every paragraph of the text, its tables and text boxes, notes, footers."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.part import XmlPart
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from model.document.parts import Kind, Line, cell_kind
from model.document.places import Placed
from model.errors import DocumentError

MOST_UNPACKED = 64 * 1024 * 1024
MOST_PARAGRAPHS = 100_000
_KINDS: dict[str, Kind] = {"Title": "title", "Subtitle": "heading", "Caption": "caption"}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): " ", qn("w:noBreakHyphen"): "-"}
_HOLDERS = [qn(name) for name in ("w:p", "w:del", "w:moveFrom", "w:rt")]
"""A paragraph, and what in it is no text: what was deleted or moved elsewhere, and glosses."""


def docx_lines(data: bytes, name: str) -> list[Line]:
    """The lines of a DOCX; they have no place in a source.

    :raises DocumentError: when it is no DOCX, broken, unpacks to more than `MOST_UNPACKED` bytes, or has more than
        `MOST_PARAGRAPHS`, empty ones too.
    """
    try:
        _check(data, name)
        lines = _lines(docx.Document(io.BytesIO(data)), name)
    except DocumentError:
        raise
    except Exception as error:  # python-docx lets through whatever zip and XML raise on broken files
        raise DocumentError("broken", name, f"the DOCX is broken: {error}") from error
    if not lines:
        raise DocumentError("no-text", name, "the DOCX holds no text")
    return lines


def _check(data: bytes, name: str) -> None:
    """Look at the list of contents before anything is unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
    if not any(part.filename == "word/document.xml" for part in parts):
        raise DocumentError("unsupported", name, "the file is a zip, and no DOCX: it has no word/document.xml")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED:
        detail = f"the DOCX unpacks to {unpacked} bytes, at most {MOST_UNPACKED} are read"
        raise DocumentError("too-large", name, detail)


def _lines(document: WordDocument, name: str) -> list[Line]:
    """The headers, the text, the notes and the footers."""
    if sum(1 for _ in islice(document.element.body.iter(qn("w:p")), MOST_PARAGRAPHS + 1)) > MOST_PARAGRAPHS:
        raise DocumentError("too-large", name, f"the DOCX has more than {MOST_PARAGRAPHS} paragraphs")
    styles = {style.style_id: style.name or "" for style in document.styles}
    lines = _Reader(styles).lines(document.element.body)
    ahead: list[Line] = []
    behind: list[Line] = []
    for relation in document.part.rels.values():
        what = relation.reltype.rpartition("/")[2]
        if relation.is_external or what not in ("header", "footer", "footnotes", "endnotes"):
            continue
        part = relation.target_part
        found = _Reader(styles).lines(part.element if isinstance(part, XmlPart) else parse_xml(part.blob))
        if what in ("footnotes", "endnotes"):
            lines += found
        else:
            page = ahead if what == "header" else behind
            page += [replace(line, kind="boilerplate") for line in found]
    return [*ahead, *lines, *behind]


class _Reader:
    """Reads the paragraphs of a part of a DOCX.

    :param styles: the names of the styles.
    """

    def __init__(self, styles: Mapping[str, str]) -> None:
        self._styles = styles
        self._grids: dict[Any, bool] = {}

    def lines(self, part: Any) -> list[Line]:
        """The lines of the part, those of its tables and text boxes too."""
        lines: list[Line] = []
        for paragraph in part.iter(qn("w:p")):
            if any(True for _ in paragraph.iterancestors(_FALLBACK)):  # the same text box again, for old programs
                continue
            texts = [text.strip() for text in _text(paragraph).split("\n") if text.strip()]
            in_grid = texts and self._in_grid(paragraph)
            kind = self._kind(paragraph)
            lines += [Line(Placed(text), kind=cell_kind(text) if in_grid else kind, whole=True) for text in texts]
        return lines

    def _kind(self, paragraph: Any) -> Kind | None:
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        named = self._styles.get(style.get(qn("w:val")), "") if style is not None else ""
        return "heading" if named.startswith("Heading") else _KINDS.get(named)

    def _in_grid(self, paragraph: Any) -> bool:
        """The paragraph is a cell of a row with several cells, none of which holds more than one paragraph."""
        cell = paragraph.getparent()
        if cell.tag != qn("w:tc"):
            return False
        row = cell.getparent()
        if row not in self._grids:
            counts = [sum(1 for each in cell.iter(qn("w:p")) if _text(each).strip()) for cell in row.iter(qn("w:tc"))]
            self._grids[row] = max(counts) == 1 < sum(counts)
        return self._grids[row]


def _text(paragraph: Any) -> str:
    """The text of a paragraph, without what was deleted, glosses, and the text boxes that are anchored in it."""
    nodes = (node for node in paragraph.iter(qn("w:t"), *_BREAKS) if next(node.iterancestors(*_HOLDERS)) is paragraph)
    return "".join(_BREAKS.get(node.tag) or node.text or "" for node in nodes)
