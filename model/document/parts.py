"""What documents are made of: lines as a format gives them, paragraphs as a person reads them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["title", "heading", "byline", "caption", "boilerplate", "body"]


@dataclass(frozen=True)
class Line:
    """A piece of text that stands by itself in its format: a line of text, an HTML block, a paragraph of a DOCX.

    :ivar text: without markup and without white space at its ends.
    :ivar start: where it starts in the decoded source, in characters; None where the source is no text.
    :ivar end: where it ends.
    :ivar kind: what the markup says that it is.
    :ivar whole: the markup says that it is a paragraph, so that it is joined to no other.
    :ivar gap: an empty line stands before it.
    :ivar indented: it begins with two blanks, as paragraphs do in print.
    """

    text: str
    start: int | None = None
    end: int | None = None
    kind: Kind | None = None
    whole: bool = False
    gap: bool = False
    indented: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a document.

    :ivar n: its number, from 1.
    :ivar start: where it starts in `Document.source`, in characters; None where the source is no text.
    :ivar end: where it ends.
    :ivar article: the number of the article it belongs to, from 1.
    """

    n: int
    kind: Kind
    text: str
    start: int | None
    end: int | None
    article: int


@dataclass(frozen=True)
class Document:
    """A document that has been read.

    :ivar format: text, post, html, pdf or docx.
    :ivar source: the decoded source that the offsets point into; None where it is no text.
    :ivar warnings: what a person should know of the reading, a sentence each.
    """

    format: str
    paragraphs: Sequence[Paragraph]
    source: str | None = None
    warnings: Sequence[str] = field(default_factory=tuple)
