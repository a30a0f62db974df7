"""What is read in paragraphs: their words, jieba's and the seed terms in them, and the features of the terms.

A feature has a column: words first, then the features of the terms. Paragraphs are read many at a time, as arrays.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from model.bundle import Array
from model.terms import Causes, Hits, Integers, TermList, TermMatcher, distinct
from model.text import BREAK, Normaliser, Variants
from model.vocabulary import Vocabulary, join
from model.words import Segmenter, is_word


class Reading(NamedTuple):
    """Paragraphs read as one.

    :ivar texts: the normal text of each.
    :ivar starts: where each begins in their joined text; every offset is into that.
    :ivar words: what they were cut into.
    :ivar hits: the seed terms in them.
    :ivar causes: what makes the features of the seed terms.
    """

    texts: Sequence[str]
    starts: Integers
    words: Sequence[str]
    hits: Hits
    causes: Causes

    def rows(self, places: Integers) -> Integers:
        """The paragraph each offset is in."""
        return self.starts.searchsorted(places, side="right") - 1


class Features(NamedTuple):
    """The features that are not 0, those of a paragraph (row) in one order whatever stands beside it."""

    row: Integers
    column: Integers
    value: Array


class Origins(NamedTuple):
    """The spans that features come from, and how much of a feature's value each gives; those of a feature add up to it.

    Spans are of the joined text.
    """

    row: Integers
    column: Integers
    start: Integers
    end: Integers
    amount: Array


class Reader:
    """Reads paragraphs, in training and in tagging alike.

    :param lists: the seed terms of each theme, as normal text.
    :param variants: the table of traditional characters.
    :param words: the words that have a column; a seed term among them counts wherever it stands, also across the
        borders of jieba's words.
    """

    def __init__(self, lists: Mapping[str, TermList], variants: Variants, words: Sequence[str] = ()) -> None:
        self.lists = lists
        self.variants = variants
        first = [entry for entry in lists.values() if not entry.added]
        self.segmenter = Segmenter([term for entry in first for term in entry.terms])
        self.normalise = Normaliser(variants)
        self._words = words
        self._matcher = TermMatcher(lists)
        columns = {word: column for column, word in enumerate(words)}
        # A term of added themes only is no word: it leaves the words of the old themes as they are.
        self._word_terms = frozenset(term for entry in first for term in entry.every())
        self._term_columns = np.array(
            [columns.get(term, -1) if term in self._word_terms else -1 for term in self._matcher.terms], dtype=np.int64
        )
        self._break = len(columns)
        columns[BREAK] = self._break
        self._columns_of = Vocabulary(columns, self.segmenter)
        self._spans_of = Vocabulary(columns, self.segmenter, spans=True)
        self._width = max(len(columns), len(self._matcher.names))

    def __reduce__(self) -> tuple[object, ...]:
        """Pickled as how to build it: the engines hold what cannot be pickled."""
        return Reader, (self.lists, self.variants, self._words)

    @property
    def names(self) -> list[str]:
        """The names of the term features."""
        return self._matcher.names

    def __call__(self, texts: Sequence[str]) -> Reading:
        """Read `texts`, which may be any strings; none changes what is read in another."""
        normals = list(map(self.normalise.text, texts))
        joined = BREAK.join(normals)
        sizes = np.fromiter(map(len, normals), np.int64, len(normals)) + len(BREAK)
        hits = self._matcher.hits(joined)
        words = self.segmenter.cut(joined)
        return Reading(normals, sizes.cumsum() - sizes, words, hits, self._matcher.causes(joined, hits))

    def words_of(self, text: str) -> set[str]:
        """The words of `text` that may become features: those with letters, and the seed terms."""
        normal = self.normalise.text(text)
        terms = {self._matcher.terms[number] for number in self._matcher.hits(normal).term}
        return {word for word, _, _ in self.segmenter.spans(normal) if is_word(word)} | (terms & self._word_terms)

    def features(self, reading: Reading) -> Features:
        """The features of what was read."""
        columns = join(map(self._columns_of.__getitem__, reading.words))
        ends = columns == self._break
        term_columns = self._term_columns[reading.hits.term]
        known = term_columns >= 0
        keys = np.concatenate(
            (
                (ends.cumsum() * self._width + columns)[~ends],
                reading.rows(reading.hits.start[known]) * self._width + term_columns[known],
            )
        )
        words = distinct(keys)
        terms, counts = self._term_features(reading.rows(reading.causes.start), reading.causes)
        row, column = np.divmod(np.concatenate((words, terms)), self._width)
        value = np.ones(len(row))
        if len(terms):
            value[len(words) :] = self._matcher.values(column[len(words) :], counts)
            column[len(words) :] += len(self._words)
        return Features(row, column, value)

    def _term_features(self, rows: Integers, causes: Causes) -> tuple[Integers, Integers]:
        """The features of terms by row, each once, as `row * width + feature`, and how many causes each has."""
        base = max(len(self._matcher.terms) ** 2, 1)
        keys = distinct((rows * self._width + causes.feature) * base + causes.cause) // base
        features = distinct(keys)
        return features, keys.searchsorted(features, side="right") - keys.searchsorted(features)

    def origins(self, reading: Reading, chosen: npt.NDArray[np.bool_]) -> Origins:
        """Where the features of the `chosen` paragraphs, shape (paragraphs,), come from."""
        words = self._words_in(reading, chosen)
        rows = reading.rows(reading.causes.start)
        kept = chosen[rows]
        rows, causes = rows[kept], Causes(*(part[kept] for part in reading.causes))
        features, counts = self._term_features(rows, causes)
        # Each cause has an equal part in its feature, and each of its spans an equal part of that.
        place = features.searchsorted(rows * self._width + causes.feature)
        twos = place * len(self._matcher.terms) ** 2 + causes.cause
        amounts = (self._matcher.values(features % self._width, counts) / counts)[place] / _repeats(twos)
        return Origins(
            np.concatenate((words.row, rows)),
            np.concatenate((words.column, len(self._words) + causes.feature)),
            np.concatenate((words.start, causes.start)),
            np.concatenate((words.end, causes.end)),
            np.concatenate((words.amount, amounts)),
        )

    def _words_in(self, reading: Reading, chosen: npt.NDArray[np.bool_]) -> Origins:
        """Where the words stand in the `chosen` paragraphs; each place of a word has an equal part in it."""
        sizes = np.fromiter(map(len, reading.words), np.int64, len(reading.words))
        parts = list(map(self._spans_of.__getitem__, reading.words))
        columns, starts, ends = join(parts).reshape(-1, 3).T
        offsets = (sizes.cumsum() - sizes).repeat(np.fromiter(map(len, parts), np.int64, len(parts)) // 12)
        rows = (columns == self._break).cumsum()
        kept = chosen[rows] & (columns != self._break)
        term_columns = self._term_columns[reading.hits.term]
        known = (term_columns >= 0) & chosen[reading.rows(reading.hits.start)]
        column = np.concatenate((columns[kept], term_columns[known]))
        start = np.concatenate(((offsets + starts)[kept], reading.hits.start[known]))
        end = np.concatenate(((offsets + ends)[kept], reading.hits.end[known]))
        # What stands in one place is one word, a seed term or not.
        _, once = np.unique(start * (1 + (end - start).max(initial=0)) + end - start, return_index=True)
        column, start, end = column[once], start[once], end[once]
        row = reading.rows(start)
        return Origins(row, column, start, end, 1 / _repeats(row * self._width + column))


def _repeats(keys: Integers) -> Integers:
    """How often each key stands among the keys."""
    ordered = np.sort(keys)
    return ordered.searchsorted(keys, side="right") - ordered.searchsorted(keys)
