"""Evidence: which spans of a paragraph made its scores what they are."""

from collections.abc import Sequence
from functools import partial
from itertools import repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from model.bundle import Array
from model.features import Origins, Reading
from model.terms import Integers
from model.text import Normaliser


class Evidence(NamedTuple):
    """A span of the text, in characters, and its part of the theme's logit before calibration."""

    theme: str
    start: int
    end: int
    text: str
    weight: float


_evidence = partial(tuple.__new__, Evidence)
"""What `Evidence._make` does, without a step in Python for each."""


def explain(
    texts: Sequence[str],
    reading: Reading,
    origins: Origins,
    weights: Array,
    wanted: npt.NDArray[np.bool_],
    keys: Sequence[str],
    normalise: Normaliser,
) -> list[list[Evidence]]:
    """The exact contributions to the wanted themes of each text, added up by span, the strongest first.

    :param weights: what each feature adds to each logit, shape (themes, features).
    :param wanted: which themes of which text to explain, shape (texts, themes).
    """
    found: list[list[Evidence]] = [[] for _ in texts]
    width = 1 + (origins.end - origins.start).max(initial=0)
    spans, which = np.unique(origins.start * width + origins.end - origins.start, return_inverse=True)
    start, size = np.divmod(spans, width)
    row = reading.rows(start)
    first, last = _offsets(texts, reading, row, start, start + size, normalise)
    for theme, key in enumerate(keys):
        weight = np.bincount(which, origins.amount * weights[theme][origins.column], len(spans))
        (shown,) = np.nonzero(wanted[row, theme] & (weight != 0))
        shown = shown[np.lexsort((-np.abs(weight[shown]), row[shown]))]
        rows, starts, ends = row[shown].tolist(), first[shown].tolist(), last[shown].tolist()
        quoted = [texts[number][start:end] for number, start, end in zip(rows, starts, ends, strict=True)]
        items = list(map(_evidence, zip(repeat(key), starts, ends, quoted, weight[shown].tolist(), strict=False)))
        bounds = row[shown].searchsorted(np.arange(len(texts) + 1)).tolist()
        for number in np.flatnonzero(wanted[:, theme]).tolist():
            found[number] += items[bounds[number] : bounds[number + 1]]
    return found


def _offsets(
    texts: Sequence[str], reading: Reading, row: Integers, start: Integers, end: Integers, normalise: Normaliser
) -> tuple[Integers, Integers]:
    """Spans of the joined normal text as spans of each text as it came; `row` ascends."""
    first, last = start - reading.starts[row], end - reading.starts[row]
    for number in np.flatnonzero(np.bincount(row, minlength=len(texts))).tolist():
        if len(texts[number]) != len(reading.texts[number]):  # something was dropped
            offsets = np.array(normalise(texts[number]).offsets)
            here = slice(*np.searchsorted(row, (number, number + 1)))
            first[here], last[here] = offsets[first[here]], offsets[last[here] - 1] + 1
    return first, last
