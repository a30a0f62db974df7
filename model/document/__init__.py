"""Documents: bytes into paragraphs, each with its kind and its place in the source.

`read_document` finds out the format and the encoding; a module for each format makes lines of it; `layout` joins the
lines to paragraphs, and `kinds` says what each is.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePath

from model.document.decoding import UndecodableError, decoded
from model.document.glosses import without_glosses
from model.document.kinds import classified
from model.document.layout import paragraphs_of
from model.document.markup import html_lines
from model.document.mending import mended
from model.document.parts import Document, Kind, Line, Paragraph
from model.document.places import Placed
from model.document.plain import text_lines
from model.document.post import has_front_matter, post_lines
from model.errors import DocumentError

__all__ = ["MOST_BYTES", "Document", "Kind", "Paragraph", "read_document"]

MOST_BYTES = 16 * 1024 * 1024
"""The most bytes of a document that are read unless a caller says otherwise."""

_PAGE = re.compile(
    r"\s*(?:<\?xml[^<>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_BLOCK_TAG = re.compile(r"</?(?:p|div|br|h[1-6]|table|li|strong|span)\b[^<>]*>", re.IGNORECASE)
_MARK = re.compile(r"^#{1,6} +\S|\]\((?:https?:)?//[^)\s]+\)|^```|^\*\*[^*\n]+\*\*$", re.MULTILINE)
_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_document(data: bytes, name: str = "document", *, most_bytes: int = MOST_BYTES) -> Document:
    """The paragraphs of a document in any of the formats that are read: text, Markdown, HTML, PDF, DOCX.

    :param name: the name of its file, for messages, and for the format where the content leaves it open.
    :raises DocumentError: when it cannot be read, or has more than `most_bytes`.
    """
    if len(data) > most_bytes:
        raise DocumentError("too-large", name, f"it has more than {most_bytes} bytes, the most that are read")
    if not data.strip():
        raise DocumentError("empty", name, "it is empty")
    if b"%PDF-" in data[:1024]:
        from model.document.pdf import pdf_lines

        return _document("pdf", pdf_lines(data, name))
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        from model.document.word import docx_lines

        return _document("docx", docx_lines(data, name))
    if data.startswith(_OLD_WORD):
        detail = "it is an old or a password-protected Office file: save it as DOCX without a password"
        raise DocumentError("unsupported", name, detail)
    return _read_text(data, name)


def _read_text(data: bytes, name: str) -> Document:
    try:
        source, warnings = decoded(data)
    except UndecodableError as error:
        raise DocumentError("undecodable", name, str(error)) from error
    format = _format(source, name)
    if format == "html":
        lines = html_lines(source)
    elif format == "post":
        lines, more = post_lines(source)
        warnings = [*warnings, *more]
    else:
        lines = text_lines(source)
    if not lines:
        raise DocumentError("no-text", name, "it holds no text")
    return replace(_document(format, lines), source=source, warnings=tuple(warnings))


def _document(format: str, lines: list[Line]) -> Document:
    joined = paragraphs_of(_unglossed(_with(lines, mended([line.placed for line in lines]))))
    return Document(format, classified(_unglossed(joined)))  # again: a gloss may begin a line


def _unglossed(lines: list[Line]) -> list[Line]:
    return _with(lines, (without_glosses(line.placed) for line in lines))


def _with(lines: list[Line], texts: Iterable[Placed]) -> list[Line]:
    pairs = zip(lines, texts, strict=True)
    return [line if text is line.placed else replace(line, placed=text) for line, text in pairs]


def _format(source: str, name: str) -> str:
    """What kind of text `source` is, by what it holds; the name's ending decides where that leaves it open."""
    ending = PurePath(name).suffix.lower()
    if _PAGE.match(source[:20_000]) or (ending in (".html", ".htm", ".xhtml") and not has_front_matter(source)):
        return "html"
    marked = len(_BLOCK_TAG.findall(source[:1_000_000])) > 1 or _MARK.search(source)
    return "post" if ending in (".md", ".markdown") or has_front_matter(source) or marked else "text"
