"""What is read in a paragraph: its words, jieba's and the seed terms in it, and the features of the terms."""

from collections.abc import Mapping
from dataclasses import dataclass

from model.terms import TermFeature, TermList, TermMatcher
from model.text import Normaliser, NormalText, Variants
from model.words import Segmenter, Word


@dataclass(frozen=True)
class Reading:
    """A paragraph as it is scored.

    :ivar words: each word with its spans in the normal text, in the order of the text; a seed term is a word wherever
        it stands, also across the borders of jieba's words.
    :ivar terms: the features of the seed terms, in the order of `Reader.names`.
    """

    normal: NormalText
    words: list[Word]
    terms: list[TermFeature]


class Reader:
    """Reads paragraphs, in training and in tagging alike.

    :param lists: the seed terms of each theme, as normal text.
    :param variants: the table of traditional characters.
    """

    def __init__(self, lists: Mapping[str, TermList], variants: Variants) -> None:
        self.lists = lists
        self.variants = variants
        self.segmenter = Segmenter([term for entry in lists.values() for term in entry.terms])
        self._normalise = Normaliser(variants)
        self._matcher = TermMatcher(lists)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickled as how to build it: the engines hold what cannot be pickled."""
        return Reader, (self.lists, self.variants)

    @property
    def names(self) -> list[str]:
        """The names of the term features."""
        return self._matcher.names

    def __call__(self, text: str) -> Reading:
        """Read `text`, which may be any string."""
        normal = self._normalise(text)
        hits = self._matcher.hits(normal.text)
        words = {*self.segmenter.words(normal.text), *hits}
        return Reading(normal, sorted(words, key=lambda word: word[1:]), self._matcher.features(normal.text, hits))
