"""Sums of evidence a word, in bounded memory."""

from typing import NamedTuple

KEPT = 4096
"""The words kept a theme when a table is cut; up to twice as many are held in between."""


class Word(NamedTuple):
    """What a word added to the logits of the paragraphs that have a theme, and in how many of them it stands."""

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

    def add(self, weights: dict[str, float]) -> None:
        """Count one paragraph: its words, and what each added."""
        for text, weight in weights.items():
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
