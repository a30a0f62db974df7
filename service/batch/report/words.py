"""Which words made paragraphs have a theme: sums of evidence, in bounded memory."""

from collections.abc import Mapping
from heapq import nlargest
from typing import NamedTuple

KEPT = 4096
"""The words kept a theme when a table is cut; up to twice as many are held in between."""


STRONGEST = 5
"""The words counted of a paragraph: those that weigh most in it, so that small common words do not add up."""


class Word(NamedTuple):
    """A word, what it added to logits where it was among the strongest, and in how many paragraphs it was."""

    text: str
    weight: float
    rows: int


class WordSums:
    """The sums of one theme. When there are more than twice `KEPT` words, the lightest are forgotten.

    :ivar missed: the most by which a sum can be too low for that reason; 0 while nothing was forgotten.
    """

    def __init__(self) -> None:
        self.missed = 0.0
        self._sums: dict[str, tuple[float, int]] = {}

    def add(self, weights: Mapping[str, float]) -> None:
        """Count the strongest words of one paragraph, given what each of its words added."""
        for text, weight in nlargest(STRONGEST, weights.items(), key=lambda item: (item[1], item[0])):
            total, rows = self._sums.get(text, (0.0, 0))
            self._sums[text] = (total + weight, rows + 1)
        if len(self._sums) > 2 * KEPT:
            ranked = self._ranked()
            self.missed += ranked[KEPT].weight
            self._sums = {text: (weight, rows) for text, weight, rows in ranked[:KEPT]}

    def top(self, count: int) -> list[Word]:
        """The `count` heaviest words, the heaviest first, those alike by their text."""
        return self._ranked()[:count]

    def _ranked(self) -> list[Word]:
        words = [Word(text, weight, rows) for text, (weight, rows) in self._sums.items()]
        return sorted(words, key=lambda word: (-word.weight, word.text))
