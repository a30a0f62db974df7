"""The geometry of the charts over time; the template draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

from service.batch.report.dates import Periods, choose_periods
from service.batch.report.tally import DateTally

WIDTH, HEIGHT = 300, 90
"""The plot in units of the SVG."""

FEW = 30
"""A share of fewer rows than these is drawn paler."""

_TICKS = 4


@dataclass(frozen=True)
class Bar:
    """A column, its lower end at `HEIGHT`, and what it says when pointed at."""

    x: float
    y: float
    width: float
    height: float
    pale: bool
    label: str


@dataclass(frozen=True)
class Period:
    """A line of the table behind the charts: a period, its tagged rows, and those of each theme."""

    label: str
    rows: int
    themes: Sequence[int]


@dataclass(frozen=True)
class Timeline:
    """Everything shown over time.

    :ivar step: how many months a period has.
    :ivar top: the share at the upper edge of every theme's chart, the same for all.
    :ivar charts: the columns of each theme.
    :ivar far: rows of dates so far from all others that they are not drawn.
    """

    step: int
    periods: Sequence[Period]
    top: float
    charts: Sequence[Sequence[Bar]]
    ticks: Sequence[tuple[float, str]]
    far: int


def make_timeline(dates: DateTally, keys: Sequence[str]) -> Timeline | None:
    """The themes over time; None where no row has a date."""
    drawn = choose_periods(dates.months)
    if drawn is None:
        return None
    periods = _periods(dates, keys, drawn)
    shares = [[period.themes[number] / max(1, period.rows) for period in periods] for number in range(len(keys))]
    top = _round_up(max((share for row in shares for share in row), default=0.0))
    return Timeline(
        step=drawn.step,
        periods=periods,
        top=top,
        charts=[_bars(periods, row, number, top) for number, row in enumerate(shares)],
        ticks=_ticks(periods),
        far=sum(dates.months.values()) - sum(period.rows for period in periods),
    )


def _periods(dates: DateTally, keys: Sequence[str], drawn: Periods) -> list[Period]:
    labels = drawn.labels()
    rows = [0] * len(labels)
    themes = [[0] * len(keys) for _ in labels]
    for month, count in dates.months.items():
        place = drawn.index(month)
        if place is not None:
            rows[place] += count
            for number, key in enumerate(keys):
                themes[place][number] += dates.themes[month][key]
    return [Period(*line) for line in zip(labels, rows, themes, strict=True)]


def _bars(periods: Sequence[Period], shares: Sequence[float], theme: int, top: float) -> list[Bar]:
    slot = WIDTH / len(periods)
    bars = []
    for number, (period, share) in enumerate(zip(periods, shares, strict=True)):
        height = HEIGHT * share / top
        label = f"{period.label}: {share:.1%} ({period.themes[theme]:,} / {period.rows:,})"
        bars.append(Bar(slot * (number + 0.1), HEIGHT - height, slot * 0.8, height, period.rows < FEW, label))
    return bars


def _ticks(periods: Sequence[Period]) -> list[tuple[float, str]]:
    """Where the names of periods stand below the columns: few enough to be read."""
    every = ceil(len(periods) / _TICKS)
    slot = WIDTH / len(periods)
    return [(slot * (number + 0.5), periods[number].label) for number in range(0, len(periods), every)]


def _round_up(share: float) -> float:
    """The next round share: 1, 2 or 5 times a power of ten, at most all."""
    if share <= 0:
        return 1.0
    power: float = 10.0 ** ceil(log10(share) - 1)
    return min(1.0, next(step * power for step in (1, 2, 5, 10) if step * power >= share - 1e-12))
