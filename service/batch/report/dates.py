"""Dates as archives write them, and the periods of time that a report shows them in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

FIRST_YEAR, LAST_YEAR = 1900, 2099
"""Years outside these are slips, and what can be counted stays few."""

MOST_MONTHS, MOST_QUARTERS = 24, 40
"""The longest time shown by month, and by quarter; longer ones are shown by year."""

LONE_GAP, LONE_SHARE = 24, 0.01
"""Rows more than so many months apart from the others, and fewer than this share of all, are not drawn."""

_WRITTEN = re.compile(
    r"\s*(\d{4})\s*"
    r"(?:([-/.])\s*(\d{1,2}+)(?:\s*\2\s*(\d{1,2}+)|(?!\s*[-/.]))|年\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*日)?)(?!\d)"
)
_DIGITS = re.compile(r"\s*(\d{4})(\d{2})(\d{2})(?:\d{6})?(?!\d)")


def read_month(value: object) -> int | None:
    """The month of a date, counted from year 0; None where `value` is no date that can be read.

    Read are date objects, 2024-03-05, 2024/3/5, 2024.3.5, 2024年3月5日, each also without the day or with a time after
    it, and 20240305. What may be read in two ways, such as 05/03/2024, is not.
    """
    if isinstance(value, date):
        day = value
    elif isinstance(value, (str, int)) and not isinstance(value, bool):
        found = _parts(str(value))
        if found is None:
            return None
        day = found
    else:
        return None
    return day.year * 12 + day.month - 1 if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _parts(text: str) -> date | None:
    if found := _DIGITS.match(text):
        year, month, day = found.groups()
    elif found := _WRITTEN.match(text):
        year, month, day = found[1], found[3] or found[5], found[4] or found[6]
    else:
        return None
    try:
        return date(int(year), int(month), int(day or 1))
    except ValueError:
        return None


@dataclass(frozen=True)
class Periods:
    """How months are drawn: the first and the last of them, and how many stand together (1, 3 or 12)."""

    first: int
    last: int
    step: int

    def index(self, month: int) -> int | None:
        """Which of the periods a month is in; None where it is not drawn."""
        return month // self.step - self.first // self.step if self.first <= month <= self.last else None

    def labels(self) -> list[str]:
        """The name of each period: 2024-03, 2024 Q1 or 2024."""
        return [self._label(number) for number in range(self.first // self.step, self.last // self.step + 1)]

    def _label(self, number: int) -> str:
        year, month = divmod(number * self.step, 12)
        return {1: f"{year}-{month + 1:02}", 3: f"{year} Q{month // 3 + 1}", 12: f"{year}"}[self.step]


def choose_periods(rows: Mapping[int, int]) -> Periods | None:
    """The periods to draw for the number of `rows` of each month; None where there are none.

    A few rows far from all others, as a wrong date makes them, do not turn months into years: they are left out.
    """
    months = sorted(rows)
    if not months:
        return None
    groups = [[months[0]]]
    for before, month in pairwise(months):
        if month - before > LONE_GAP:
            groups.append([])
        groups[-1].append(month)
    enough = LONE_SHARE * sum(rows.values())
    kept = [month for group in groups if sum(rows[month] for month in group) >= enough for month in group]
    first, last = kept[0], kept[-1]
    step = 1 if last - first < MOST_MONTHS else 3 if last // 3 - first // 3 < MOST_QUARTERS else 12
    return Periods(first, last, step)
