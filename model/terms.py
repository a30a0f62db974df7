"""Seed terms in a paragraph: how many of a theme stand in it, and in how many sentences two kinds of them meet."""

import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick

Span = tuple[int, int]
Hit = tuple[str, int, int]
"""A term and its half-open span in normal text, in characters."""

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

    A list's value is the square root of the number of its distinct terms in the text; a pair's is the square root of
    the number of sentences where a term of each kind stands, not overlapping.
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
        sentences: defaultdict[int, list[Hit]] = defaultdict(list)
        for hit in hits:
            sentences[bisect_left(ends, hit[1])].append(hit)
        for column, who, what in self._pairs:
            met = [spans for sentence in sentences.values() if (spans := _meeting(sentence, who, what))]
            found[column].value = math.sqrt(len(met))
            for spans in met:
                _share(found[column], spans, 1 / len(met))


def _meeting(sentence: Sequence[Hit], who: frozenset[str], what: frozenset[str]) -> list[Span]:
    """The spans of both kinds in a sentence, or none unless two of them, one of each kind, do not overlap."""
    whos = [(start, end) for term, start, end in sentence if term in who]
    whats = [(start, end) for term, start, end in sentence if term in what]
    if not whos or not whats:
        return []
    # Some two do not overlap exactly when a kind ends before the other's last start.
    apart = min(end for _, end in whos) <= max(start for start, _ in whats)
    apart = apart or min(end for _, end in whats) <= max(start for start, _ in whos)
    return sorted({*whos, *whats}) if apart else []


def _share(feature: TermFeature, spans: Sequence[Span], share: float) -> None:
    for span in spans:
        feature.shares[span] = feature.shares.get(span, 0.0) + share / len(spans)
