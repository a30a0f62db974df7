"""HTML, and Markdown with HTML in it, into lines.

The tags are read by the standard library's tolerant parser: it alone tells where in the source each piece of text
stands, nests nothing, and so reads ten thousand open elements like one.
"""

import html
import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import accumulate
from typing import Any

from model.document import signs
from model.document.markdown import plain_line
from model.document.parts import Kind, Line, cell_kind
from model.document.places import Placed, Run, joined

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BLOCK = re.compile(
    r"address|article|aside|blockquote|body|caption|center|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure|footer"
    r"|form|h[1-6r]|head|header|html|legend|li|main|menu|nav|ol|option|p|pre|section|select|summary|table|tbody|td|tfoot"
    r"|th|thead|title|tr|ul"
)
_INLINE = re.compile(
    r"a|abbr|acronym|audio|b|base|bdi|bdo|big|br|button|cite|code|data|del|dfn|em|font|i|iframe|img|input|ins|kbd|label"
    r"|link|map|mark|meta|q|rp|rt|ruby|s|samp|script|small|source|span|strike|strong|style|sub|sup|template|time|tt|u|var"
    r"|video|wbr|.+[:-].+"
)
_UNREAD = {"script", "style", "template", "rt", "rp"}  # ruby's rt and rp are glosses
_PAGE = {"nav", "footer", "aside", "select", "button"}  # no form: some sites put the whole page in one
_LEFT_OPEN = ("title", *sorted(_HEADINGS))
"""Elements that end where a paragraph begins, closed or not: else one tag forgotten would make the page a heading."""

_STRONG = {"b", "strong"}
_CELLS = {"td", "th"}
_FLOWS = {"p", "li", "td", "th", "dd", "dt", "blockquote", "figcaption", "caption", "div", "center"} | _HEADINGS
_SEPARATORS = "｜|·•>»<«[]【】、/ -—"
_ADDRESS = re.compile(r"<(?:https?://|mailto:)")
_TITLE_TAG = re.compile(r"<title\b[^<>]*>\s*$", re.IGNORECASE)
_ENTITY = re.compile(r"&#?\w+;?")
_BLANKS = re.compile(r"\s+")
_SHIELD = "\x01"


@dataclass
class _Piece:
    """The line being read."""

    parts: list[Placed] = field(default_factory=list)
    strong: int = 0
    linked: int = 0
    solid: int = 0
    broken: bool = False


class MarkupReader(HTMLParser):
    """Reads markup from `source`, beginning at `first`, into `lines`.

    :param markdown: a line of the source outside of HTML elements is a line, and Markdown's marks are taken away.
    """

    def __init__(self, source: str, first: int = 0, *, markdown: bool = False) -> None:
        super().__init__(convert_charrefs=False)
        self.lines: list[Line] = []
        self._source = source
        self._markdown = markdown
        body = source[first:]
        self._offsets = [first, *accumulate((len(line) + 1 for line in body.split("\n")), initial=first)][1:]
        self._open: dict[str, int] = {}
        self._piece = _Piece()
        self._rows: list[list[list[int]]] = []
        self._empty_lines = 0
        self.feed(_shielded(body))
        self.close()
        self._flush()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        """Open an element, or take for text what only looks like one."""
        written = self.get_starttag_text() or ""
        if _ADDRESS.match(written):
            self._add(Placed.verbatim(written[1:].removesuffix(">"), self._position() + 1))
        elif self._markdown and not self._known(tag):
            self._add(Placed.verbatim(written, self._position()))
        elif tag == "br":
            self._flush(broken=True)
        else:
            if _BLOCK.fullmatch(tag):
                self._flush()
                self._begin_cell(tag)
                for left in _LEFT_OPEN if tag in _FLOWS else ():
                    self._open.pop(left, None)
            elif tag == "a" and not any(name == "href" for name, _ in attrs):
                return
            self._open[tag] = 1 if tag == "p" else self._open.get(tag, 0) + 1  # no paragraph stands in another

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        """An element that closes itself."""
        self.handle_starttag(tag, attrs)
        if tag in self._open:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element; one that was never opened closes nothing."""
        if _BLOCK.fullmatch(tag):
            self._flush()
            self._end_row(tag)
        elif tag == "br":
            self._flush(broken=True)
        if self._open.get(tag, 0) > 1:
            self._open[tag] -= 1
        else:
            self._open.pop(tag, None)

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if self._in(_UNREAD):
            return
        start = self._position()
        if self._in({"pre"}) or (self._markdown and not self._in(_FLOWS)):
            for i, part in enumerate(data.replace(_SHIELD, "<").split("\n")):
                if i:
                    self._flush(broken=True)
                    self._empty_lines += 1
                self._add(Placed.verbatim(part, start))
                start += len(part) + 1
        else:
            self._add(Placed.verbatim(data.replace(_SHIELD, "<"), start))

    def handle_entityref(self, name: str) -> None:
        """A character by its name."""
        self._add_entity(f"&{name}")

    def handle_charref(self, name: str) -> None:
        """A character by its number."""
        self._add_entity(f"&#{name}")

    def _add_entity(self, written: str) -> None:
        if self._in(_UNREAD):
            return
        start = self._position()
        found = _ENTITY.match(self._source, start)
        raw = found[0] if found else written
        text = html.unescape(raw if raw.endswith(";") else written)
        self._add(Placed(text, (Run(0, start, start + len(raw)),)))

    def _add(self, text: Placed) -> None:
        """Add a part of the line."""
        solid = len("".join(text.text.split()))
        piece = self._piece
        piece.parts.append(text)
        piece.solid += solid
        piece.strong += solid * self._in(_STRONG)
        piece.linked += solid * self._in({"a"})

    def _flush(self, *, broken: bool = False) -> None:
        """End the line; `broken` when only a line break ends it."""
        piece, self._piece = self._piece, _Piece(broken=broken)
        if not piece.solid:
            self._piece.broken = broken or piece.broken
            return
        raw = joined(part for part in piece.parts if part.text)
        text, kind = _evenly_spaced(raw), None
        if self._markdown:
            text, kind = plain_line(text)
        if text.text:
            flows = self._in(_FLOWS)
            self.lines.append(
                Line(
                    text,
                    self._kind(text.text, piece) or kind,
                    whole=flows and not broken and not piece.broken,
                    gap=self._empty_lines > 1,
                    indented=raw.text.lstrip("\n\r").startswith(("\u3000\u3000", "  ", "\xa0\xa0")),
                )
            )
            self._empty_lines = 0
            if self._rows and self._rows[-1]:
                self._rows[-1][-1].append(len(self.lines) - 1)

    def _begin_cell(self, tag: str) -> None:
        """Keep which lines stand in which cell of the row that is open in each open table."""
        if tag == "table":
            if self._rows and self._rows[-1]:
                self._rows[-1][-1] += [-1, -1]  # a cell that holds a table is none of a grid
            self._rows.append([])
        elif self._rows and tag == "tr":
            self._end_row(tag)
        elif self._rows and tag in _CELLS:
            self._rows[-1].append([])

    def _end_row(self, tag: str) -> None:
        """In a row of single lines, those that are no text to be read are a grid's names and figures."""
        if not self._rows or tag not in ("tr", "table"):
            return
        filled = [cell for cell in self._rows[-1] if cell]
        if len(filled) > 1 and all(len(cell) == 1 for cell in filled):
            for (n,) in filled:
                if self.lines[n].kind in (None, "heading"):
                    self.lines[n] = replace(self.lines[n], kind=cell_kind(self.lines[n].text))
        self._rows[-1] = []
        if tag == "table":
            self._rows.pop()

    def _kind(self, text: str, piece: _Piece) -> Kind | None:
        """What the open elements say that the line is."""
        if self._in(_PAGE):
            return "boilerplate"
        for tag, kind in (("title", "title"), ("h1", "title"), ("figcaption", "caption"), ("caption", "caption")):
            if tag in self._open:
                return kind  # type: ignore[return-value]  # the table holds kinds
        if self._in(_HEADINGS):
            return "heading"
        marks = sum(text.count(mark) for mark in _SEPARATORS if mark != " ")
        if piece.linked and piece.linked + marks >= piece.solid and not signs.ends_sentence(text):
            return "boilerplate"
        return "heading" if piece.strong == piece.solid and signs.may_head(text) else None

    def _known(self, tag: str) -> bool:
        return bool(_BLOCK.fullmatch(tag) or _INLINE.fullmatch(tag))

    def _in(self, tags: set[str]) -> bool:
        return not self._open.keys().isdisjoint(tags)

    def _position(self) -> int:
        line, column = self.getpos()
        return self._offsets[line - 1] + column


def html_lines(source: str) -> list[Line]:
    """The lines of an HTML page. Where it has a headline, the name of the page is no title."""
    lines = MarkupReader(source).lines
    heads = [line for line in lines if line.kind == "title"]
    if len(heads) < 2:
        return lines
    page = heads[0]
    return [replace(line, kind="boilerplate") if line is page and _names_page(source, page) else line for line in lines]


def _names_page(source: str, line: Line) -> bool:
    """The line stands in the element that names the page."""
    start = line.placed.runs[0].start
    return bool(_TITLE_TAG.search(source[max(0, start - 200) : start]))


def _evenly_spaced(text: Placed) -> Placed:
    """The text with single blanks, and none where a line of the source ends in Chinese text."""
    text = text.stripped()
    spans: list[tuple[int, int]] = []
    reached = 0
    for blanks in _BLANKS.finditer(text.text):
        before, after = text.text[blanks.start() - 1], text.text[blanks.end()]
        stays = "\n" not in blanks[0] or signs.words_meet(before, after)
        spans.append((reached, blanks.start() + stays))
        reached = blanks.end()
    if not reached:
        return text
    text = text.kept([*spans, (reached, len(text.text))])
    return Placed(_BLANKS.sub(" ", text.text), text.runs)


def _shielded(source: str) -> str:
    """`source`, as long as before, without what makes the parser search to the end again and again, or fail."""
    unclosed = max(source.rfind("-->") + 3, 0) if "-->" in source else 0
    source = source[:unclosed] + source[unclosed:].replace("<!--", _SHIELD + "!--")
    source = source.replace("<![", _SHIELD + "![")
    last = source.rfind(">") + 1
    return source[:last] + source[last:].replace("<", _SHIELD)
