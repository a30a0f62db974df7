"""What is read in a paragraph: its words, jieba's and the seed terms in it, and the features of the terms."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from model.terms import Hit, Span, TermList, TermMatcher
from model.text import BREAK, Normaliser, NormalText, Variants
from model.words import Segmenter, Word, is_word


class Reading(NamedTuple):
    """A paragraph as it is scored.

    :ivar text: the normal text.
    :ivar words: what it was cut into, numbers and marks too, then the seed terms in it; a seed term is a word wherever
        it stands, also across the borders of jieba's words.
    :ivar terms: the features of the seed terms that are not 0, by their place in `Reader.names`.
    """

    text: str
    words: list[str]
    terms: dict[int, float]


@dataclass(frozen=True)
class Places:
    """Where in a paragraph what is scored stands; all spans are of the normal text.

    :ivar words: each word of the reading with its spans.
    :ivar terms: for each feature of the seed terms that is not 0, the spans it comes from and their shares of it.
    """

    normal: NormalText
    words: set[Word]
    terms: dict[int, dict[Span, float]]


class Reader:
    """Reads paragraphs, in training and in tagging alike.

    :param lists: the seed terms of each theme, as normal text.
    :param variants: the table of traditional characters.
    """

    def __init__(self, lists: Mapping[str, TermList], variants: Variants) -> None:
        self.lists = lists
        self.variants = variants
        first = [entry for entry in lists.values() if not entry.added]
        self.segmenter = Segmenter([term for entry in first for term in entry.terms])
        self._normalise = Normaliser(variants)
        self._matcher = TermMatcher(lists)
        self._terms = frozenset(term for entry in first for term in entry.every())
        # The word that each term is, by its number; none, "", where it is of added themes only.
        self._words = [term if term in self._terms else "" for term in self._matcher.terms]

    def __reduce__(self) -> tuple[object, ...]:
        """Pickled as how to build it: the engines hold what cannot be pickled."""
        return Reader, (self.lists, self.variants)

    @property
    def names(self) -> list[str]:
        """The names of the term features."""
        return self._matcher.names

    def __call__(self, texts: Sequence[str]) -> list[Reading]:
        """Read each of `texts`, which may be any strings; none changes what is read in another.

        They are cut and searched as one, step by step: a step finds its tables in the processor's cache.
        """
        if not texts:
            return []
        normals = [self._normalise.text(text) for text in texts]
        joined = BREAK.join(normals)
        words = self._split(self.segmenter.cut(joined))
        hits = self._hits(joined, normals)
        values = [self._matcher.values(joined, found) for found in hits]
        for row, found in zip(words, hits, strict=True):
            row += [self._words[number] for number, _, _ in found]
        return list(map(Reading, normals, words, values))

    def distinct_words(self, text: str) -> set[str]:
        """The words of `text` that may become features: those with letters, and the seed terms."""
        (reading,) = self([text])
        return {word for word in reading.words if is_word(word) or word in self._terms}

    def places(self, text: str) -> Places:
        """Read `text` once more, for where its words and terms stand: only evidence needs it, and it takes time."""
        normal = self._normalise(text)
        hits = self._matcher.hits(normal.text)
        words = {*self.segmenter.spans(normal.text)}
        words.update((self._words[number], start, end) for number, start, end in hits)
        return Places(normal, words, self._matcher.shares(normal.text, hits))

    @staticmethod
    def _split(words: list[str]) -> list[list[str]]:
        """What texts were cut into, text by text."""
        words.append(BREAK)
        rows: list[list[str]] = []
        start = 0
        while start < len(words):
            end = words.index(BREAK, start)
            rows.append(words[start:end])
            start = end + 1
        return rows

    def _hits(self, joined: str, normals: Sequence[str]) -> list[list[Hit]]:
        """The seed terms of each text, with their spans in the joined text."""
        hits = self._matcher.hits(joined)
        rows: list[list[Hit]] = []
        first = end = 0
        for normal in normals:
            end += len(normal) + len(BREAK)
            beyond = bisect_right(hits, end, first, key=itemgetter(2))
            rows.append(hits[first:beyond])
            first = beyond
        return rows
