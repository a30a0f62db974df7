"""The marks of Markdown, line by line; lines keep their places in the source."""

import re

from model.document import signs
from model.document.parts import Kind

_RULE = re.compile(r"(?:[-*_=~`]\s*){3,}\w{0,12}|\|?(?:\s*:?-{2,}:?\s*\|)+(?:\s*:?-{2,}:?\s*)?")
_HEADING = re.compile(r"#{1,6}\s+(.+?)(?:\s+#+)?")
_PREFIX = re.compile(r"\A(?:(?:>(?![=\d])\s?)+|[-*+]\s+(?=\S))")
_IMAGE = re.compile(r"!\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)(?:\{[^{}]*\})?")
_LINK = re.compile(r"\[([^\[\]]+)\]\(<?[^()\s]*(?:\([^()\s]*\)[^()\s]*)*>?(?:\s+\"[^\"]*\")?\)(?:\{[^{}]*\})?")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])")
_CODE = re.compile(r"`([^`]+)`")
_LIQUID = re.compile(r"\{[%{][^{}]*[%}]\}")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")


def plain_line(line: str) -> tuple[str, Kind | None]:
    """The text of a line of Markdown, empty where it is all marks, and what the marks say that it is."""
    if _RULE.fullmatch(line):
        return "", None
    kind: Kind | None = None
    if heading := _HEADING.fullmatch(line):
        line, kind = heading[1], "heading"
    line = _LIQUID.sub("", _PREFIX.sub("", line, count=1))
    unlinked = _LINK.sub("", _IMAGE.sub("", line))
    if unlinked != line and not any(map(str.isalnum, unlinked)):
        kind = "boilerplate" if _LINK.search(line) else "caption"
    line = _LINK.sub(r"\1", _IMAGE.sub(r"\1", line))
    strong = _STRONG.fullmatch(line)
    line = _CODE.sub(r"\1", _EMPHASIS.sub(r"\1", _STRONG.sub(r"\2", line)))
    line = _ESCAPE.sub(r"\1", line).strip()
    if strong and not kind and signs.may_head(line):
        kind = "heading"
    return line, kind
