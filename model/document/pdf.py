"""PDF into lines, in the order of the file."""

import threading

import pypdfium2 as pdfium

from model.document.parts import Line
from model.document.places import Placed
from model.document.plain import text_lines
from model.errors import DocumentError

MOST_PAGES = 3000
_MOST_CHARACTERS = 20_000_000
_LOCK = threading.Lock()  # PDFium is not safe for threads


def pdf_lines(data: bytes, name: str) -> list[Line]:
    """The lines of a PDF; they have no place in a source.

    :raises DocumentError: when it is protected, broken, too large or without text.
    """
    with _LOCK:
        try:
            text = _text(data, name)
        except pdfium.PdfiumError as error:
            if "assword" in str(error):
                raise DocumentError("protected", name, "the PDF is protected by a password: save it without") from error
            raise DocumentError("broken", name, f"the PDF is broken: {error}") from error
    lines = text_lines(text)
    if not lines:
        raise DocumentError("no-text", name, "the PDF holds no text, perhaps pictures of it: recognise the text first")
    return [Line(Placed(line.text), gap=line.gap, indented=line.indented) for line in lines]


def _text(data: bytes, name: str) -> str:
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
                pages.append(textpage.get_text_range(errors="replace"))
            finally:
                textpage.close()
                page.close()
    return "\n".join(pages).replace("\ufffe", "").replace("\x02", "").replace("\x00", "")
