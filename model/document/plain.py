"""Plain text into lines."""

import re

from model.document import signs
from model.document.pages import without_running_heads
from model.document.parts import Line
from model.document.places import Placed

_LINE = re.compile(r"[^\r\n\v\x85\u2028\u2029]+|\r\n|[\r\n\v\x85\u2028\u2029]")


def text_lines(text: str) -> list[Line]:
    """The lines of `text` that hold more than white space; form feeds part its pages."""
    pages: list[list[Line]] = []
    offset = 0
    for page in text.split("\f"):
        pages.append(_lines(page, offset))
        offset += len(page) + 1
    return pages[0] if len(pages) == 1 else without_running_heads(pages)


def _lines(text: str, offset: int) -> list[Line]:
    """The lines of a page, which stands at `offset` of the source."""
    lines: list[Line] = []
    ends = 0
    for match in _LINE.finditer(text):
        raw = match[0]
        bare = raw.strip()
        if not bare:
            ends += raw[-1] in "\r\n\v\x85\u2028\u2029"
            continue
        start = offset + match.start() + len(raw) - len(raw.lstrip())
        indented = raw.startswith(("\u3000\u3000", "    ", "\t", "\u3000 ", "  "))
        aside = signs.is_page_number(bare)
        lines.append(Line(Placed.verbatim(bare, start), gap=ends > 1, indented=indented, aside=aside))
        ends = 0
    return lines
