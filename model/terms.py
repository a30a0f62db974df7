"""Seed terms in a paragraph: how many of a theme stand in it, and which of two kinds meet in a sentence."""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from model.text import BREAK

Span = tuple[int, int]
Hit = tuple[int, int, int]
"""The number of a term and its half-open span in normal text, in characters."""

REACH = 15
"""How many characters may stand between two terms that meet; chosen by measurement, with tests/bench/ladder.py."""

_SENTENCE_END = re.compile(rf"[。！？；…!?;{BREAK}]")


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


class TermMatcher:
    """Turns normal text into one feature a list of terms and one a pair.

    A list's value is the square root of the number of its distinct terms in the text; a pair's is log(1 + n) for the n
    distinct twos of terms, one of each kind, that meet: in one sentence and at most `REACH` characters apart.

    :ivar names: the names of the features.
    :ivar terms: the terms, in the order of their numbers.
    """

    def __init__(self, lists: Mapping[str, TermList]) -> None:
        self.names: list[str] = []
        in_lists: defaultdict[str, list[int]] = defaultdict(list)
        # Sets of pairs, by the columns of their features, as the bits of a number: two terms meet in `who & what`.
        who_of: defaultdict[str, int] = defaultdict(int)
        what_of: defaultdict[str, int] = defaultdict(int)
        for key, entry in lists.items():
            for term in set(entry.terms):
                in_lists[term].append(len(self.names))
            self.names.append(f"{key}: terms")
            for number, (who, what) in enumerate(entry.pairs, 1):
                for terms, kind_of in ((who, who_of), (what, what_of)):
                    for term in set(terms):
                        kind_of[term] |= 1 << len(self.names)
                self.names.append(f"{key}: pair {number}")
        self.terms = sorted({*in_lists, *who_of, *what_of})
        self._lists = [tuple(in_lists[term]) for term in self.terms]
        self._who = [who_of[term] for term in self.terms]
        self._what = [what_of[term] for term in self.terms]
        self._automaton = AhoCorasick(self.terms) if self.terms else None

    def hits(self, text: str) -> list[Hit]:
        """Every term in normal text and its span, overlapping ones too, in the order of their ends."""
        return self._automaton.find_matches_as_indexes(text, overlapping=True) if self._automaton else []

    def values(self, text: str, hits: Sequence[Hit]) -> dict[int, float]:
        """The features of normal text with these `hits` that are not 0, by column."""
        counts: defaultdict[int, int] = defaultdict(int)
        for number in {number for number, _, _ in hits}:
            for column in self._lists[number]:
                counts[column] += 1
        values = {column: math.sqrt(count) for column, count in counts.items()}
        met: defaultdict[int, int] = defaultdict(int)
        for pairs in {(who[0], what[0]): pairs for who, what, pairs in self.meetings(text, hits)}.values():
            for column in _bits(pairs):
                met[column] += 1
        values.update((column, math.log1p(count)) for column, count in met.items())
        return values

    def shares(self, text: str, hits: Sequence[Hit]) -> dict[int, dict[Span, float]]:
        """For each feature that is not 0, by column, the spans it comes from and their shares of it (sum 1)."""
        spans: defaultdict[int, defaultdict[object, list[Span]]] = defaultdict(lambda: defaultdict(list))
        for number, start, end in hits:
            for column in self._lists[number]:
                spans[column][number].append((start, end))
        for who, what, pairs in self.meetings(text, hits):
            for column in _bits(pairs):
                spans[column][who[0], what[0]] += [who[1:], what[1:]]
        return {column: _shares(list(causes.values())) for column, causes in spans.items()}

    def meetings(self, text: str, hits: Sequence[Hit]) -> Iterator[tuple[Hit, Hit, int]]:
        """Each two hits that meet, who and what, and the pairs they meet in; `hits` are in the order of their ends.

        No hit is compared with more than those that begin within `REACH` and the longest term before it.
        """
        near = [hit for hit in hits if self._who[hit[0]] or self._what[hit[0]]]
        for place, later in enumerate(near):
            number, start, _ = later
            who, what = self._who[number], self._what[number]
            for before in range(place - 1, -1, -1):
                earlier = near[before]
                other, other_start, other_end = earlier
                if other_end < start - REACH:
                    break
                pairs, reverse = self._who[other] & what, who & self._what[other]
                if (pairs or reverse) and other_end <= start and not _SENTENCE_END.search(text, other_start, start):
                    if pairs:
                        yield earlier, later, pairs
                    if reverse:
                        yield later, earlier, reverse


def _bits(number: int) -> Iterator[int]:
    """The places of the ones in a binary number."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def _shares(causes: Sequence[Sequence[Span]]) -> dict[Span, float]:
    """An equal share for each cause, shared equally by its spans."""
    shares: defaultdict[Span, float] = defaultdict(float)
    for spans in causes:
        for span in spans:
            shares[span] += 1 / len(causes) / len(spans)
    return dict(shares)
