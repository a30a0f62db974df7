"""Seed terms in a paragraph: how many of a theme stand in it, and which of two kinds meet in a sentence."""

import math
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from ahocorasick_rs import AhoCorasick

Span = tuple[int, int]
Hit = tuple[str, int, int]
"""A term and its half-open span in normal text, in characters."""

REACH = 15
"""How many characters may stand between two terms that meet; chosen by measurement, with tests/bench/ladder.py."""

_SENTENCE_END = re.compile(r"[。！？；…!?;\n]")


@dataclass(frozen=True)
class TermList:
    """The terms of one theme, and its pairs of kinds of terms (who, what)."""

    terms: Sequence[str] = ()
    pairs: Sequence[tuple[Sequence[str], Sequence[str]]] = ()


@dataclass
class TermFeature:
    """One feature of a paragraph: its value and the spans it comes from, each with its share of the value (sum 1)."""

    value: float = 0.0
    shares: dict[Span, float] = field(default_factory=dict)


class TermMatcher:
    """Turns normal text into one feature a list of terms and one a pair.

    A list's value is the square root of the number of its distinct terms in the text; a pair's is log(1 + n) for the n
    distinct twos of terms, one of each kind, that meet: in one sentence and at most `REACH` characters apart.
    """

    def __init__(self, lists: Mapping[str, TermList]) -> None:
        self.names: list[str] = []
        self._lists: list[tuple[int, frozenset[str]]] = []
        self._pairs: list[tuple[int, frozenset[str], frozenset[str]]] = []
        for key, entry in lists.items():
            self._lists.append((len(self.names), frozenset(entry.terms)))
            self.names.append(f"{key}: terms")
            for number, (who, what) in enumerate(entry.pairs, 1):
                self._pairs.append((len(self.names), frozenset(who), frozenset(what)))
                self.names.append(f"{key}: pair {number}")
        pairs = [who | what for _, who, what in self._pairs]
        self._terms = sorted(frozenset[str]().union(*(terms for _, terms in self._lists), *pairs))
        self._longest = max(map(len, self._terms), default=0)
        self._automaton = AhoCorasick(self._terms) if self._terms else None

    def hits(self, text: str) -> list[Hit]:
        """Every term in normal text and its span, overlapping ones too, in the order of their ends."""
        if self._automaton is None:
            return []
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return [(self._terms[number], start, end) for number, start, end in found]

    def features(self, text: str, hits: Sequence[Hit]) -> list[TermFeature]:
        """The features of normal text with these `hits`, in the order of `names`."""
        found = [TermFeature() for _ in self.names]
        if not hits:
            return found
        spans: defaultdict[str, list[Span]] = defaultdict(list)
        for term, start, end in hits:
            spans[term].append((start, end))
        for column, terms in self._lists:
            present = sorted(terms & spans.keys())
            if present:
                found[column].value = math.sqrt(len(present))
                for term in present:
                    _share(found[column], spans[term], 1 / len(present))
        if self._pairs:
            self._find_pairs(text, hits, found)
        return found

    def _find_pairs(self, text: str, hits: Sequence[Hit], found: list[TermFeature]) -> None:
        ends = [match.start() for match in _SENTENCE_END.finditer(text)]
        ordered = sorted(hits, key=lambda hit: hit[1])
        for column, who, what in self._pairs:
            whats = [hit for hit in ordered if hit[0] in what]
            whos = [hit for hit in hits if hit[0] in who] if whats else []
            meetings = self._meetings(whos, whats, ends)
            found[column].value = math.log1p(len(meetings))
            for spans in meetings.values():
                _share(found[column], spans, 1 / len(meetings))

    def _meetings(
        self, whos: Sequence[Hit], whats: Sequence[Hit], ends: Sequence[int]
    ) -> dict[tuple[str, str], list[Span]]:
        """The spans of each two terms, one of each kind, that meet; `whats` are in the order of their starts."""
        starts = [start for _, start, _ in whats]
        meetings: defaultdict[tuple[str, str], list[Span]] = defaultdict(list)
        for who, who_start, who_end in whos:
            near = bisect_left(starts, who_start - REACH - self._longest)
            for what, start, end in islice(whats, near, bisect_right(starts, who_end + REACH)):
                apart = max(start - who_end, who_start - end)
                if 0 <= apart <= REACH and bisect_left(ends, start) == bisect_left(ends, who_start):
                    meetings[who, what] += [(who_start, who_end), (start, end)]
        return meetings


def _share(feature: TermFeature, spans: Sequence[Span], share: float) -> None:
    for span in spans:
        feature.shares[span] = feature.shares.get(span, 0.0) + share / len(spans)
