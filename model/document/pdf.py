"""PDF into lines, in the order of the file."""

import threading
from dataclasses import replace
from itertools import product
from typing import Any

import pypdfium2 as pdfium

from model.document.parts import Line
from model.document.places import Placed
from model.document.plain import text_lines
from model.errors import DocumentError

MOST_PAGES = 3000
_MOST_CHARACTERS = 3_000_000
_NO_TEXT = "\ufffe\uffff\x02\x00\f"  # line-end hyphens and characters without a meaning
_SHADOW = 0.3
"""A shadow stands less than this part of the character's width and height away."""

_CELL = 8.0
"""Nor does one stand further away than this, in points."""

_LOCK = threading.Lock()  # PDFium is not safe for threads


def pdf_lines(data: bytes, name: str) -> list[Line]:
    """The lines of a PDF; they have no place in a source.

    :raises DocumentError: when it is protected, broken, too large or without text.
    """
    with _LOCK:
        try:
            pages = _pages(data, name)
        except pdfium.PdfiumError as error:
            if "assword" in str(error):
                raise DocumentError("protected", name, "the PDF is protected by a password: save it without") from error
            raise DocumentError("broken", name, f"the PDF is broken: {error}") from error
    lines = text_lines("\f".join(pages))
    if not lines:
        raise DocumentError("no-text", name, "the PDF holds no text, perhaps pictures of it: recognise the text first")
    return [replace(line, placed=Placed(line.text)) for line in lines]


def _pages(data: bytes, name: str) -> list[str]:
    """The text of each page."""
    with pdfium.PdfDocument(data) as document:
        if len(document) > MOST_PAGES:
            raise DocumentError("too-large", name, f"the PDF has {len(document)} pages, at most {MOST_PAGES} are read")
        pages: list[str] = []
        size = 0
        for page in document:
            textpage = page.get_textpage()
            try:
                size += textpage.count_chars()
                if size > _MOST_CHARACTERS:
                    raise DocumentError("too-large", name, f"the PDF has more than {_MOST_CHARACTERS} characters")
                pages.append(_text(textpage))
            finally:
                textpage.close()
                page.close()
    return pages


def _text(page: Any) -> str:
    """The text of a page, without shadows: a character that stands almost where the same one stood before."""
    texts: list[str] = []
    stood: dict[tuple[str, int, int], tuple[float, float]] = {}
    box = pdfium.raw.FS_RECTF()
    for n in range(page.count_chars()):
        character = chr(pdfium.raw.FPDFText_GetUnicode(page, n))
        if character in _NO_TEXT:
            continue
        texts.append(character)
        if character.isspace() or not pdfium.raw.FPDFText_GetLooseCharBox(page, n, box):
            continue
        x, y = box.left, box.bottom
        near = min((box.right - box.left) * _SHADOW, _CELL), min((box.top - box.bottom) * _SHADOW, _CELL)
        column, row = int(x // _CELL), int(y // _CELL)
        for cell in product((character,), (column - 1, column, column + 1), (row - 1, row, row + 1)):
            other = stood.get(cell)
            if other and abs(other[0] - x) < near[0] and abs(other[1] - y) < near[1]:
                texts.pop()
                break
        else:
            stood[character, column, row] = x, y
    return "".join(texts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
