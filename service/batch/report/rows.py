"""An output row of a batch run, read for a report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict, cast

LONGEST = 120
"""The most characters shown of a file's name or an id."""


class Span(TypedDict):
    """A piece of evidence: what it adds to the logit of a theme, and where it stands in the row's text."""

    theme: str
    start: int
    end: int
    text: str
    weight: float


@dataclass(frozen=True)
class TaggedRow:
    """A row with tags.

    :ivar place: see `place_of`.
    :ivar text: empty where the output carries none.
    :ivar evidence: None where the run gave none.
    """

    place: str
    text: str
    themes: Sequence[str]
    review: Sequence[str]
    scores: Mapping[str, float]
    evidence: Sequence[Span] | None


def read_row(row: Mapping[str, object]) -> TaggedRow:
    """The tags of a row that has `themes`, `review` and `scores`."""
    text = row.get("text")
    return TaggedRow(
        place=place_of(row),
        text=text if isinstance(text, str) else "",
        themes=cast("Sequence[str]", row["themes"]),
        review=cast("Sequence[str]", row["review"]),
        scores=cast("Mapping[str, float]", row["scores"]),
        evidence=cast("Sequence[Span] | None", row.get("evidence")),
    )


def place_of(row: Mapping[str, object]) -> str:
    """Where a row comes from: its file, and its id or its number in a document, as far as it has them."""
    number = row.get("id") if row.get("id") is not None else row.get("n")
    return " · ".join(str(name)[:LONGEST] for name in (row.get("file"), number) if name is not None)
