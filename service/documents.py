"""A document's paragraphs tagged: the same for HTTP and for the command line."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from model import Tagger
from model.document import Document, Paragraph, read_document
from model.document.places import Placed
from service.paragraphs import Wishes, tag_items

ENDINGS = frozenset({".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".docx"})
"""The endings of files that are documents."""

Row = dict[str, object]


def read_file(path: str, most_bytes: int) -> Document:
    """The document in a file, no more of which is read than shows that it is too large.

    :raises DocumentError: when it cannot be read.
    """
    with Path(path).open("rb") as file:
        return read_document(file.read(most_bytes + 1), path, most_bytes=most_bytes)


def tag_paragraphs(tagger: Tagger, paragraphs: Sequence[Paragraph], wishes: Wishes) -> list[Row]:
    """A row for each paragraph; a body's row also has its tags, or its `error`.

    Each item of evidence also says where it stands in the source: `source_start` and `source_end`, null where the
    source is no text.
    """
    bodies = [paragraph for paragraph in paragraphs if paragraph.kind == "body"]
    answers = iter(tag_items(tagger, [body.text for body in bodies], wishes))
    return [
        paragraph.as_dict() | (body_answer(next(answers), paragraph.placed) if paragraph.kind == "body" else {})
        for paragraph in paragraphs
    ]


def body_answer(answer: Mapping[str, Any], placed: Placed) -> Row:
    """The answer for a body without its id, and with the places of its evidence in the source."""
    row = {name: value for name, value in answer.items() if name != "id"}
    if "evidence" in row:
        row["evidence"] = [_with_source(item, placed) for item in row["evidence"]]
    return row


def _with_source(item: Mapping[str, Any], placed: Placed) -> Row:
    start, end = placed.span(item["start"], item["end"]) or (None, None)
    return {**item, "source_start": start, "source_end": end}


def articles(paragraphs: Sequence[Paragraph]) -> list[Row]:
    """Where each article begins: its number, its title where it has one, and the number of its first paragraph."""
    found: dict[int, Row] = {}
    for paragraph in paragraphs:
        article = found.setdefault(
            paragraph.article, {"article": paragraph.article, "title": None, "paragraph": paragraph.n}
        )
        if paragraph.kind == "title" and article["title"] is None:
            article["title"] = paragraph.text
    return list(found.values())


def summary(tagger: Tagger, rows: Sequence[Row]) -> Row:
    """For each theme the number and the share of the tagged bodies that have it, and of their characters."""
    bodies = [row for row in rows if "themes" in row]
    characters = sum(len(str(row["text"])) for row in bodies)
    answer: Row = {}
    for theme in tagger.themes:
        having = [row for row in bodies if theme.key in row["themes"]]  # type: ignore[operator]  # a list of keys
        size = sum(len(str(row["text"])) for row in having)
        answer[theme.key] = {
            "bodies": len(having),
            "share_of_bodies": round(len(having) / max(1, len(bodies)), 6),
            "characters": size,
            "share_of_characters": round(size / max(1, characters), 6),
        }
    return answer
