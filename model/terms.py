"""Seed terms in text: how many of a theme stand in a paragraph, and which of two kinds meet in a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from ahocorasick_rs import AhoCorasick

from model.text import BREAK

Integers = npt.NDArray[np.int64]

REACH = 15
"""How many characters may stand between two terms that meet; chosen by measurement, with tests/bench/ladder.py."""

_ENDS_SENTENCE = np.zeros(0x110000, dtype=bool)
_ENDS_SENTENCE[[ord(mark) for mark in f"。！？；…!?;{BREAK}"]] = True


@dataclass(frozen=True)
class TermList:
    """The terms of one theme, and its pairs of kinds of terms (who, what).

    :ivar added: of a theme added to others that are trained: its terms are no words, so that those of the others stay.
    """

    terms: Sequence[str] = ()
    pairs: Sequence[tuple[Sequence[str], Sequence[str]]] = ()
    added: bool = False

    def every(self) -> set[str]:
        """The terms and those of the pairs."""
        return {*self.terms, *(term for pair in self.pairs for kind in pair for term in kind)}


class Hits(NamedTuple):
    """Where terms stand: the number of each and its half-open span in normal text, in the order of their ends."""

    term: Integers
    start: Integers
    end: Integers


class Causes(NamedTuple):
    """What makes features of terms: a feature, what counts in it once a paragraph, and one span where that stands."""

    feature: Integers
    cause: Integers
    start: Integers
    end: Integers


class TermMatcher:
    """Finds what makes the features of terms: one feature a list of terms, and one a pair.

    A list's value is the square root of the number of its distinct terms in the paragraph; a pair's is log(1 + n) for
    the n distinct twos of terms, one of each kind, that meet: in one sentence and at most `REACH` characters apart.

    :ivar names: the names of the features.
    :ivar terms: the terms, in the order of their numbers.
    """

    def __init__(self, lists: Mapping[str, TermList]) -> None:
        self.names: list[str] = []
        kinds: list[tuple[Sequence[str], Sequence[str], Sequence[str]]] = []  # listed, who, what of each feature
        for key, entry in lists.items():
            self.names += [f"{key}: terms", *(f"{key}: pair {number}" for number in range(1, len(entry.pairs) + 1))]
            kinds += [(entry.terms, (), ()), *(((), who, what) for who, what in entry.pairs)]
        self.terms = sorted({term for kind in kinds for terms in kind for term in terms})
        numbers = {term: number for number, term in enumerate(self.terms)}
        # Of which features a term (row) is listed, is who and is what.
        self._listed, self._who, self._what = np.zeros((3, len(self.terms), len(self.names)), dtype=bool)
        for feature, kind in enumerate(kinds):
            for table, terms in zip((self._listed, self._who, self._what), kind, strict=True):
                table[[numbers[term] for term in terms], feature] = True
        # The same as bits of a number, some for several features: most twos are of no pair, and are told so at once.
        bits = 1 << (np.arange(len(self.names)) % 63)
        self._who_bits, self._what_bits = (np.bitwise_or.reduce(table * bits, 1) for table in (self._who, self._what))
        self._meets: npt.NDArray[np.bool_] = np.logical_or.reduce(self._who | self._what, axis=1)
        self._pairs = np.array([bool(who) for _, who, _ in kinds], dtype=bool)
        self._automaton = AhoCorasick(self.terms) if self.terms else None

    def hits(self, text: str) -> Hits:
        """Every term in normal text, overlapping ones too."""
        found = self._automaton.find_matches_as_indexes(text, overlapping=True) if self._automaton else []
        flat = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found))
        return Hits(flat[::3], flat[1::3], flat[2::3])

    def causes(self, text: str, hits: Hits) -> Causes:
        """What makes the features of `text`, which may be many paragraphs parted by `BREAK`."""
        hit, feature = self._listed[hits.term].nonzero()
        found = [(feature, hits.term[hit], hits.start[hit], hits.end[hit])]
        one, other = self._meetings(text, hits)
        if len(one):
            for who, what in ((one, other), (other, one)):
                meeting, feature = np.logical_and(self._who[hits.term[who]], self._what[hits.term[what]]).nonzero()
                who_met, what_met = who[meeting], what[meeting]
                two = hits.term[who_met] * len(self.terms) + hits.term[what_met]
                found += [(feature, two, hits.start[met], hits.end[met]) for met in (who_met, what_met)]
        return Causes(*map(np.concatenate, zip(*found, strict=True)))

    def values(self, features: Integers, counts: Integers) -> npt.NDArray[np.float64]:
        """The values of features that have so many distinct causes."""
        values: npt.NDArray[np.float64] = np.where(self._pairs[features], np.log1p(counts), np.sqrt(counts))
        return values

    def _meetings(self, text: str, hits: Hits) -> tuple[Integers, Integers]:
        """Two hits each that are near each other in a sentence and may be of a pair, in the order of the text.

        Their number grows with the text: only so many terms fit into a reach.
        """
        (near,) = self._meets[hits.term].nonzero()
        if len(near) < 2:
            return near[:0], near[:0]
        term, start, end = hits.term[near], hits.start[near], hits.end[near]
        first = end.searchsorted(start - REACH)
        counts = end.searchsorted(start, side="right") - first
        later = np.arange(len(near)).repeat(counts)
        earlier = np.arange(len(later)) + (first - counts.cumsum() + counts).repeat(counts)
        who, what, sentence = self._who_bits[term], self._what_bits[term], _sentences(text, start)
        together = ((who[earlier] & what[later]) | (what[earlier] & who[later])) != 0
        together &= sentence[earlier] == sentence[later]
        return near[earlier[together]], near[later[together]]


def distinct(keys: Integers) -> Integers:
    """The keys in order, each once; sorting them is many times faster than NumPy's `unique`."""
    ordered = np.sort(keys)
    first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def _sentences(text: str, places: Integers) -> Integers:
    """The number of the sentence each place is in; the mark at its end belongs to a sentence."""
    characters = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    (ends,) = _ENDS_SENTENCE[characters].nonzero()
    return ends.searchsorted(places)
