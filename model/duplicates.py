"""Exact and near duplicates among labelled paragraphs."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from model.errors import Problem
from model.labelled import Paragraph

RUN = 8
"""Two paragraphs are compared by the runs of this many characters (letters, digits and Chinese) they share."""

NEAR = 0.6
"""The share of the shorter paragraph's runs from which two paragraphs are near duplicates."""


def duplicate_problems(paragraphs: Sequence[Paragraph]) -> Iterator[Problem]:
    """A problem for every paragraph that repeats an earlier one, or nearly."""
    seen: dict[str, Paragraph] = {}
    runs_of: list[frozenset[str]] = []
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for number, paragraph in enumerate(paragraphs):
        bare = re.sub(r"\W+", "", paragraph.text)
        runs = frozenset(bare[i : i + RUN] for i in range(max(1, len(bare) - RUN + 1)))
        earlier = seen.setdefault(bare, paragraph)
        if earlier is not paragraph:
            labels = "" if earlier.themes == paragraph.themes else ", with other themes"
            yield Problem(paragraph.file, paragraph.line, f"the same text as {_place(earlier)}{labels}")
        else:
            shared = Counter(other for run in runs for other in holders[run])
            shares = {other: count / min(len(runs), len(runs_of[other])) for other, count in shared.items()}
            nearest = max(shares, key=lambda other: shares[other], default=None)
            if nearest is not None and shares[nearest] >= NEAR:
                message = f"nearly the same text as {_place(paragraphs[nearest])} ({shares[nearest]:.0%} of its runs)"
                yield Problem(paragraph.file, paragraph.line, message)
        runs_of.append(runs)
        for run in runs:
            holders[run].append(number)


def _place(paragraph: Paragraph) -> str:
    return f"{paragraph.file}:{paragraph.line}"
