"""An output row of a batch run, read for a report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast


class Span(NamedTuple):
    """A piece of evidence: where it stands in the row's text, and what it adds to the theme's logit."""

    start: int
    end: int
    text: str
    weight: float


@dataclass(frozen=True)
class TaggedRow:
    """A row with tags.

    :ivar place: file and id, as far as the row has them.
    :ivar text: empty where the output carries none.
    :ivar evidence: what spoke for each theme; None where the run gave no evidence.
    """

    place: str
    text: str
    themes: Sequence[str]
    review: Sequence[str]
    scores: Mapping[str, float]
    evidence: Mapping[str, Sequence[Span]] | None


def read_row(row: Mapping[str, object]) -> TaggedRow:
    """The tags of a row that has `themes`, `review` and `scores`."""
    text = row.get("text")
    return TaggedRow(
        place=place_of(row),
        text=text if isinstance(text, str) else "",
        themes=cast("Sequence[str]", row["themes"]),
        review=cast("Sequence[str]", row["review"]),
        scores=cast("Mapping[str, float]", row["scores"]),
        evidence=_for_themes(cast("Sequence[Mapping[str, object]] | None", row.get("evidence"))),
    )


def place_of(row: Mapping[str, object]) -> str:
    """Where a row comes from: its file and id, as far as it has them."""
    return " · ".join(str(row[name]) for name in ("file", "id") if row.get(name) is not None)


def _for_themes(evidence: Sequence[Mapping[str, object]] | None) -> dict[str, list[Span]] | None:
    """The spans that spoke for a theme, of each theme; what spoke against it is left out."""
    if evidence is None:
        return None
    found: dict[str, list[Span]] = {}
    for item in evidence:
        theme, start, end, text, weight = (item[name] for name in ("theme", "start", "end", "text", "weight"))
        span = Span(cast("int", start), cast("int", end), cast("str", text), cast("float", weight))
        if span.weight > 0:
            found.setdefault(cast("str", theme), []).append(span)
    return found
