"""The vocabulary: from the words that text is cut into to the columns of their features."""

from collections.abc import Iterable

import numpy as np

from model.words import Segmenter

ROOM = 65_536
"""How many words are remembered; numbers and foreign words are without end."""

LONGEST = 32
"""Longer words are not remembered."""


class Vocabulary(dict[str, bytes]):
    """What a word of the best cut stands for, as bytes, so that the words of many texts join to one array.

    What a word holds depends on it alone: it is found when the word is met first, and taken by one look-up later.

    :param columns: the words that have a column.
    :param spans: give a column, start and end for the word itself and each shorter one inside it, else the columns.
    """

    def __init__(self, columns: dict[str, int], segmenter: Segmenter, *, spans: bool = False) -> None:
        self._columns = columns
        self._segmenter = segmenter
        self._spans = spans

    def __missing__(self, word: str) -> bytes:
        spans = [*self._segmenter.inside(word), (0, len(word))]
        known = [(self._columns.get(word[start:end]), start, end) for start, end in spans]
        held = [part if self._spans else part[:1] for part in known if part[0] is not None]
        found = np.array(held, dtype=np.int32).tobytes()
        if len(self) >= ROOM:
            self.clear()
        if len(word) <= LONGEST:
            self[word] = found
        return found


def join(parts: Iterable[bytes]) -> "np.ndarray[tuple[int], np.dtype[np.int32]]":
    """What the words of a text stand for, one after the other."""
    return np.frombuffer(b"".join(parts), dtype=np.int32)
