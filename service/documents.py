"""A document's paragraphs tagged: the same for HTTP and for the command line."""

from collections.abc import Mapping, Sequence
from itertools import compress
from pathlib import Path
from typing import Any

from model import ParagraphError, Tagger
from model.document import Document, Paragraph, read_document
from service.paragraphs import Wishes, tag_item

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
    answers = dict(zip((body.n for body in bodies), _tags([body.text for body in bodies], tagger, wishes), strict=True))
    rows: list[Row] = []
    for paragraph in paragraphs:
        answer = answers.get(paragraph.n, {})
        if evidence := answer.get("evidence"):
            answer["evidence"] = [_with_source(item, paragraph) for item in evidence]
        rows.append(paragraph.as_dict() | answer)
    return rows


def _tags(texts: Sequence[str], tagger: Tagger, wishes: Wishes) -> list[dict[str, Any]]:
    """What `tag_item` answers for each text, without the id; texts are read many at a time."""
    limit = wishes.max_characters
    fit = [limit is None or len(text) <= limit for text in texts]
    tags = tagger.tag_many(
        compress(texts, fit), themes=wishes.themes, thresholds=wishes.thresholds, evidence=wishes.evidence
    )
    try:
        return [
            next(tags).as_dict() if good else _apart(text, tagger, wishes)
            for text, good in zip(texts, fit, strict=True)
        ]
    except ParagraphError:  # one that holds no text to the tagger: each by itself, to tell which
        return [_apart(text, tagger, wishes) for text in texts]


def _apart(text: str, tagger: Tagger, wishes: Wishes) -> dict[str, Any]:
    return {name: value for name, value in tag_item(tagger, text, 0, wishes).items() if name != "id"}


def _with_source(item: Mapping[str, Any], paragraph: Paragraph) -> Row:
    start, end = paragraph.placed.span(item["start"], item["end"]) or (None, None)
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
