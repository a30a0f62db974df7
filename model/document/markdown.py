"""The marks of Markdown, line by line; lines keep their places in the source."""

import re

from model.document import signs
from model.document.parts import Kind
from model.document.places import Placed

_RULE = re.compile(r"(?:[-*_=~`]\s*){3,}\w{0,12}|\|?(?:\s*:?-{2,}:?\s*\|)+(?:\s*:?-{2,}:?\s*)?")
_ROW = re.compile(r"\|[^|]*\|[^|]*\|.*")
_HEADING = re.compile(r"#{1,6}\s+(.+?)(?:\s+#+)?")
_PREFIX = re.compile(r"\A(?:(?:>(?![=\d])\s?)+|[-*+]\s+(?=\S))")
_IMAGE = re.compile(r"!\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)(?:\{[^{}]*\})?")
_LINK = re.compile(r"\[([^\[\]]+)\]\(<?[^()\s]*(?:\([^()\s]*\)[^()\s]*)*>?(?:\s+\"[^\"]*\")?\)(?:\{[^{}]*\})?")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])")
_CODE = re.compile(r"`([^`]+)`")
_LIQUID = re.compile(r"\{[%{][^{}]*[%}]\}")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")


def plain_line(line: Placed) -> tuple[Placed, Kind | None]:
    """The text of a line of Markdown, empty where it is all marks, and what the marks say that it is."""
    if _RULE.fullmatch(line.text):
        return Placed(""), None
    kind: Kind | None = None
    if heading := _HEADING.fullmatch(line.text):
        line, kind = line.kept([heading.span(1)]), "heading"
    line = line.without(_PREFIX).without(_LIQUID)
    unlinked = _LINK.sub("", _IMAGE.sub("", line.text))
    if unlinked != line.text and not any(map(str.isalnum, unlinked)):
        kind = "boilerplate" if _LINK.search(line.text) else "caption"
    line = line.without(_IMAGE, 1).without(_LINK, 1)
    if _ROW.fullmatch(line.text) and all(signs.is_entry(cell.strip()) for cell in line.text.split("|")):
        kind = "boilerplate"
    strong = _STRONG.fullmatch(line.text)
    line = line.without(_STRONG, 2).without(_EMPHASIS, 1).without(_CODE, 1).without(_ESCAPE, 1).stripped()
    if strong and not kind and signs.may_head(line.text):
        kind = "heading"
    return line, kind
