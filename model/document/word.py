"""DOCX into lines: every paragraph of the body, those of tables and text boxes too, in the order of the file."""

import io
import zipfile

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.oxml.text.paragraph import CT_P

from model.document.parts import Kind, Line
from model.document.places import Placed
from model.errors import DocumentError

MOST_UNPACKED = 64 * 1024 * 1024
_KINDS: dict[str, Kind] = {"Title": "title", "Subtitle": "heading", "Caption": "caption"}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): " ", qn("w:noBreakHyphen"): "-"}


def docx_lines(data: bytes, name: str) -> list[Line]:
    """The lines of a DOCX; they have no place in a source.

    :raises DocumentError: when it is no DOCX, broken, or unpacks to more than `MOST_UNPACKED` bytes.
    """
    try:
        _check(data, name)
        lines = _lines(docx.Document(io.BytesIO(data)))
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


def _lines(document: WordDocument) -> list[Line]:
    styles = {style.style_id: style.name or "" for style in document.styles}
    lines: list[Line] = []
    for paragraph in document.element.body.iter(qn("w:p")):
        if any(True for _ in paragraph.iterancestors(_FALLBACK)):  # the same text box again, for old programs
            continue
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        named = styles.get(style.get(qn("w:val")), "") if style is not None else ""
        kind = "heading" if named.startswith("Heading") else _KINDS.get(named)
        parts = [part.strip() for part in _text(paragraph).split("\n")]
        lines.extend(Line(Placed(part), kind=kind, whole=True) for part in parts if part)
    return lines


def _text(paragraph: CT_P) -> str:
    """The text of a paragraph, without that of the text boxes that are anchored in it."""
    nodes = (node for node in paragraph.iter(qn("w:t"), *_BREAKS) if next(node.iterancestors(qn("w:p"))) is paragraph)
    return "".join(_BREAKS.get(node.tag) or node.text or "" for node in nodes)
