"""The geometry of the charts over time; the template draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from service.batch.report.dates import Periods, choose_periods
from service.batch.report.tally import DateTally

WIDTH, HEIGHT = 300, 90
"""The plot in units of the SVG."""

FEW = 30
"""A share of fewer rows than these is drawn paler."""

_MOST_TICKS = 4

_EVERY = {1: (1, 2, 3, 6), 3: (1, 2, 4, 8, 12), 12: (1, 2, 5, 10, 25, 50)}
"""How many periods there may be from one named below the columns to the next, for months, quarters and years."""


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
class Chart:
    """Columns, and the heights at which numbers stand beside them."""

    bars: Sequence[Bar]
    levels: Sequence[tuple[float, str]]


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
    :ivar volume: the tagged rows.
    :ivar shares: for each theme its share of them, all charts to the same scale.
    :ivar ticks: where the names of periods stand.
    :ivar far: rows of dates so far from all others that they are not drawn.
    """

    step: int
    periods: Sequence[Period]
    volume: Chart
    shares: Sequence[Chart]
    ticks: Sequence[tuple[float, str]]
    far: int


def make_timeline(dates: DateTally, keys: Sequence[str]) -> Timeline | None:
    """The themes over time; None where no row has a date."""
    drawn = choose_periods(dates.months)
    if drawn is None:
        return None
    periods = _periods(dates, keys, drawn)
    rows = [period.rows for period in periods]
    shares = [[100 * period.themes[number] / max(1, period.rows) for period in periods] for number in range(len(keys))]
    top = min(100.0, _round_up(max(map(max, shares), default=0.0)))
    return Timeline(
        step=drawn.step,
        periods=periods,
        volume=_chart(periods, rows, _round_up(max(rows)), ""),
        shares=[_chart(periods, line, top, "%") for line in shares],
        ticks=_ticks(periods, drawn.step),
        far=sum(dates.months.values()) - sum(rows),
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


def _chart(periods: Sequence[Period], values: Sequence[float], top: float, unit: str) -> Chart:
    """Columns as high as their value beside `top`."""
    slot = WIDTH / len(periods)
    bars = []
    for number, (period, value) in enumerate(zip(periods, values, strict=True)):
        height = HEIGHT * value / top
        pale = unit == "%" and period.rows < FEW
        label = f"{period.label}: {round(value, 1):,.10g}{unit}"
        bars.append(Bar(slot * (number + 0.1), HEIGHT - height, slot * 0.8, height, pale, label))
    levels = [(HEIGHT * (1 - part), f"{top * part:,.10g}{unit}") for part in (1, 0.5, 0)]
    return Chart(bars, levels)


def _ticks(periods: Sequence[Period], step: int) -> list[tuple[float, str]]:
    """Where the names of periods stand below the columns: few enough to be read."""
    every = next(every for every in _EVERY[step] if len(periods) / every <= _MOST_TICKS)
    slot = WIDTH / len(periods)
    return [(slot * (number + 0.5), periods[number].label) for number in range(0, len(periods), every)]


def _round_up(value: float) -> float:
    """The next round number: 1, 2 or 5 times a power of ten."""
    power: float = 10.0 ** floor(log10(value)) if value > 0 else 1.0
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)
