"""The paragraphs that a report shows: the surest of a theme and those nearest to its threshold."""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from service.batch.report.rows import Span, TaggedRow

LONGEST = 280
"""The most characters shown of a paragraph."""

LEVELS = 3
"""The shades of evidence, by weight beside the strongest of the paragraph; what weighs little has none."""


class Mark(NamedTuple):
    """A run of text and how strongly it spoke for the theme: 0 hardly, up to `LEVELS`."""

    text: str
    level: int


@dataclass(frozen=True)
class Example:
    """One paragraph as shown for a theme.

    :ivar text: what is shown of it, empty where the rows carry no text; `marks` is the same in runs.
    :ivar cut: whether text was left away before it, and after it.
    """

    place: str
    score: float
    review: bool
    text: str
    marks: Sequence[Mark]
    cut: tuple[bool, bool]


class Shelf:
    """The rows of highest rank, at most `size`: the first come first among equals, no text twice."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: list[tuple[float, int, Example]] = []
        self._offered = 0

    def offer(self, rank: float, row: TaggedRow, key: str) -> None:
        """Keep `row` as an example of the theme `key` if it ranks among the best."""
        self._offered += 1  # an order that no two share, so that examples are never compared
        if len(self._kept) == self._size and -rank >= self._kept[-1][0]:
            return
        example = make_example(row, key)
        if not example.text or all(kept.text != example.text for _, _, kept in self._kept):
            insort(self._kept, (-rank, self._offered, example))
            del self._kept[self._size :]

    def examples(self) -> list[Example]:
        """Those kept, the highest rank first."""
        return [example for _, _, example in self._kept]


def make_example(row: TaggedRow, key: str) -> Example:
    """`row` as an example of the theme `key`: of a long text the part around its strongest evidence."""
    spans = [span for span in row.evidence or () if span["theme"] == key and span["weight"] > 0]
    start = 0
    if len(row.text) > LONGEST and spans:
        strongest = max(spans, key=lambda span: span["weight"])
        start = max(0, min(strongest["start"] - LONGEST // 3, len(row.text) - LONGEST))
    end = min(start + LONGEST, len(row.text))
    marks = _marks(row.text, start, end, spans)
    return Example(
        row.place, row.scores[key], key in row.review, row.text[start:end], marks, (start > 0, end < len(row.text))
    )


def _marks(text: str, start: int, end: int, spans: Sequence[Span]) -> list[Mark]:
    """`text[start:end]` in runs of equal level; where spans overlap the stronger is seen."""
    levels = [0] * (end - start)
    most = max((span["weight"] for span in spans), default=0.0)
    for span in spans:
        level = min(LEVELS, int((LEVELS + 1) * span["weight"] / most))
        for place in range(max(span["start"], start), min(span["end"], end)):
            levels[place - start] = max(levels[place - start], level)
    runs = groupby(zip(text[start:end], levels, strict=True), key=lambda item: item[1])
    return [Mark("".join(sign for sign, _ in run), level) for level, run in runs]
