"""What a report counts over the rows of a run. Its size depends on the themes, never on the number of rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from service.batch.report.dates import read_month
from service.batch.report.examples import Shelf
from service.batch.report.rows import TaggedRow, place_of, read_row
from service.batch.report.words import WordSums

SUREST, NEAREST = 3, 2
"""The examples of a theme: the surest, and those nearest to the threshold on either side of it."""

SHOWN = 3
"""The places shown of each kind of error, and the dates shown that could not be read."""

MOST_KINDS = 50
"""The kinds of error told apart, by type or else by what was said; further ones are counted as `OTHER`."""

OTHER = "other"

_LONGEST = 120
"""The most characters shown of an error or a date."""


@dataclass
class ThemeTally:
    """The counts of one theme over tagged rows.

    :ivar together: how many rows have it together with each other theme.
    :ivar yes: of the rows that have it, those with the lowest scores; `no` are those without it with the highest.
    """

    rows: int = 0
    review: int = 0
    together: Counter[str] = field(default_factory=Counter)
    words: WordSums = field(default_factory=WordSums)
    surest: Shelf = field(default_factory=lambda: Shelf(SUREST))
    yes: Shelf = field(default_factory=lambda: Shelf(NEAREST))
    no: Shelf = field(default_factory=lambda: Shelf(NEAREST))


@dataclass
class ErrorTally:
    """How often a kind of error was met, and the first places with what was said there."""

    rows: int = 0
    first: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class DateTally:
    """The tagged rows of each month, and of those each theme's; and the rows that have no month."""

    months: Counter[int] = field(default_factory=Counter)
    themes: dict[int, Counter[str]] = field(default_factory=dict)
    empty: int = 0
    unread: int = 0
    samples: list[str] = field(default_factory=list)

    def add(self, value: object, themes: Sequence[str]) -> None:
        """Count a row with this date and these themes."""
        month = read_month(value)
        if month is not None:
            self.months[month] += 1
            self.themes.setdefault(month, Counter()).update(themes)
        elif value is None or not str(value).strip():
            self.empty += 1
        else:
            self.unread += 1
            sample = str(value)[:_LONGEST]
            if len(self.samples) < SHOWN and sample not in self.samples:
                self.samples.append(sample)


class Tally:
    """Counts rows one by one.

    :ivar tagged: rows with tags; `other` are rows with neither tags nor error, such as headings of a document.
    :ivar sizes: the number of tagged rows by how many themes they have.
    :ivar explained: of the rows that have a theme, how many carry evidence.
    """

    def __init__(self, keys: Sequence[str], date_column: str | None) -> None:
        self.themes = {key: ThemeTally() for key in keys}
        self.dates = DateTally()
        self.errors: dict[str, ErrorTally] = {}
        self.sizes: Counter[int] = Counter()
        self.rows = self.tagged = self.other = self.failed = self.review = self.explained = 0
        self._date_column = date_column

    def add(self, row: Mapping[str, object]) -> None:
        """Count one output row."""
        self.rows += 1
        if row.get("error"):
            self._add_error(row)
        elif row.get("themes") is None:
            self.other += 1
        else:
            self._add_tags(read_row(row), row)

    def _add_tags(self, tags: TaggedRow, row: Mapping[str, object]) -> None:
        said = [key for key in tags.themes if key in self.themes]
        self.tagged += 1
        self.sizes[len(said)] += 1
        self.review += bool(tags.review)
        self.explained += bool(said) and tags.evidence is not None
        if self._date_column is not None:
            self.dates.add(row.get(self._date_column), said)
        for one, other in combinations(said, 2):
            self.themes[one].together[other] += 1
            self.themes[other].together[one] += 1
        for key, weights in _weights(tags, said).items():
            self.themes[key].words.add(weights)
        for key, theme in self.themes.items():
            score = tags.scores[key]
            theme.review += key in tags.review
            if key in said:
                theme.rows += 1
                theme.surest.offer(score, tags, key)
                theme.yes.offer(-score, tags, key)
            else:
                theme.no.offer(score, tags, key)

    def _add_error(self, row: Mapping[str, object]) -> None:
        self.failed += 1
        error = row["error"]
        told = error if isinstance(error, Mapping) else {"detail": error}
        detail = str(told.get("detail", ""))[:_LONGEST]
        kind = str(told.get("type") or detail or OTHER)[:_LONGEST]
        if kind not in self.errors and len(self.errors) >= MOST_KINDS:
            kind = OTHER
        found = self.errors.setdefault(kind, ErrorTally())
        found.rows += 1
        if len(found.first) < SHOWN:
            found.first.append((place_of(row), detail if detail != kind else ""))


def _weights(tags: TaggedRow, themes: Sequence[str]) -> dict[str, dict[str, float]]:
    """For each of `themes`, what each word added to its logit; what spoke against it is left out."""
    found: dict[str, dict[str, float]] = {}
    for span in tags.evidence or ():
        if span["weight"] > 0 and span["theme"] in themes:
            words = found.setdefault(span["theme"], {})
            words[span["text"]] = words.get(span["text"], 0.0) + span["weight"]
    return found
