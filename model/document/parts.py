"""What documents are made of: lines as a format gives them, paragraphs as a person reads them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from model.document import signs
from model.document.places import Placed

Kind = Literal["title", "heading", "byline", "caption", "boilerplate", "body"]


@dataclass(frozen=True)
class Line:
    """A piece of text that stands by itself in its format: a line of text, an HTML block, a paragraph of a DOCX.

    :ivar placed: its text, without markup and without white space at its ends, and where it stands in the source.
    :ivar kind: what the markup says that it is.
    :ivar whole: the markup says that it is a paragraph, so that it is joined to no other.
    :ivar gap: an empty line stands before it.
    :ivar indented: it begins with two blanks, as paragraphs do in print.
    :ivar aside: it belongs to the page, so that a paragraph may go on behind it.
    """

    placed: Placed
    kind: Kind | None = None
    whole: bool = False
    gap: bool = False
    indented: bool = False
    aside: bool = False

    @property
    def text(self) -> str:
        """Its text."""
        return self.placed.text


def cell_kind(text: str) -> Kind | None:
    """What a cell is in a row of cells with a single line each; None where its own words tell."""
    if signs.is_byline(text):
        return None
    return "boilerplate" if signs.is_entry(text) else "body"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a document.

    :ivar n: its number, from 1.
    :ivar placed: its text, and where each part of it stands in `Document.source`.
    :ivar article: the number of the article it belongs to, from 1.
    """

    n: int
    kind: Kind
    placed: Placed
    article: int

    @property
    def text(self) -> str:
        """Its text."""
        return self.placed.text

    @property
    def start(self) -> int | None:
        """Where it starts in the source, in characters; None where the source is no text."""
        return self.placed.runs[0].start if self.placed.runs else None

    @property
    def end(self) -> int | None:
        """Where it ends in the source."""
        return self.placed.runs[-1].end if self.placed.runs else None

    def as_dict(self) -> dict[str, object]:
        """The paragraph as REST and the command line give it."""
        names = ("n", "kind", "text", "start", "end", "article")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Document:
    """A document that has been read.

    Its paragraphs have the order of the source; only what belongs to the page, such as its number, comes after the
    paragraph that it interrupts.

    :ivar format: text, post, html, pdf or docx.
    :ivar source: the decoded source that the offsets point into; None where it is no text.
    :ivar warnings: what a person should know of the reading, a sentence each.
    """

    format: str
    paragraphs: Sequence[Paragraph]
    source: str | None = None
    warnings: Sequence[str] = field(default_factory=tuple)
