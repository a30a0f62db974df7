"""Text that knows where in the source each part of it stands, through all that is taken out of it."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from model.document import signs


class Run(NamedTuple):
    """A stretch of text up to the next one: where it begins in the text, and where it stands in the source.

    As long in the source as in the text, it stands there letter by letter; else it is written otherwise there, as a
    character reference is.
    """

    at: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Placed:
    """Text with its place in the source.

    :ivar runs: its stretches in order, the first at 0; none where there is no source.
    """

    text: str
    runs: Sequence[Run] = ()

    @classmethod
    def verbatim(cls, text: str, start: int) -> "Placed":
        """The text that stands at `start` of the source as it is."""
        return cls(text, (Run(0, start, start + len(text)),)) if text else cls(text)

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the part from `start` up to `end` stands in the source; None where there is no source, or no part."""
        if not self.runs or start >= end:
            return None
        _, first, _ = self._cut(self._run(start), start, end)
        _, _, last = self._cut(self._run(end - 1), start, end)
        return first, last

    def kept(self, spans: Iterable[tuple[int, int]]) -> "Placed":
        """Only the parts of the text in `spans`, which rise."""
        texts: list[str] = []
        runs: list[Run] = []
        length = 0
        for start, end in spans:
            if start >= end:
                continue
            texts.append(self.text[start:end])
            if self.runs:
                for number in range(self._run(start), self._run(end - 1) + 1):
                    at, first, last = self._cut(number, start, end)
                    runs.append(Run(length + at - start, first, last))
            length += end - start
        return Placed("".join(texts), runs)

    def without(self, pattern: re.Pattern[str], group: int | str | None = None) -> "Placed":
        """The text without what `pattern` matches; of a match its `group` stays."""
        spans: list[tuple[int, int]] = []
        reached = 0
        for match in pattern.finditer(self.text):
            spans.append((reached, match.start()))
            if group is not None:
                spans.append(match.span(group))
            reached = match.end()
        return self.kept([*spans, (reached, len(self.text))]) if reached else self

    def stripped(self) -> "Placed":
        """The text without white space at its ends."""
        start = len(self.text) - len(self.text.lstrip())
        end = len(self.text.rstrip())
        return self if end - start == len(self.text) else self.kept([(start, end)])

    def _run(self, at: int) -> int:
        """The number of the run that holds the character at `at`."""
        return bisect_right(self.runs, at, key=lambda run: run.at) - 1

    def _cut(self, number: int, start: int, end: int) -> Run:
        """The run, cut to the part from `start` up to `end` of the text where it stands letter by letter."""
        run = self.runs[number]
        after = self.runs[number + 1].at if number + 1 < len(self.runs) else len(self.text)
        at, last = max(run.at, start), min(after, end)
        if run.end - run.start != after - run.at:
            return Run(at, run.start, run.end)
        return Run(at, run.start + at - run.at, run.end - (after - last))


def joined(pieces: Iterable[Placed]) -> Placed:
    """The pieces one after the other, with nothing between them."""
    texts: list[str] = []
    runs: list[Run] = []
    length = 0
    for piece in pieces:
        texts.append(piece.text)
        runs.extend(Run(run.at + length, run.start, run.end) for run in piece.runs)
        length += len(piece.text)
    return Placed("".join(texts), runs)


def seamless(pieces: Iterable[Placed]) -> Placed:
    """The pieces of a text that was broken into lines, with a blank only where two words of letters meet."""
    found: list[Placed] = []
    for piece in pieces:
        if found and signs.words_meet(found[-1].text, piece.text):
            end = found[-1].runs[-1].end if found[-1].runs else None
            found.append(Placed(" ") if end is None else Placed(" ", (Run(0, end, piece.runs[0].start),)))
        found.append(piece)
    return joined(found)
