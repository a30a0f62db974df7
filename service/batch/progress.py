"""How far a run is, on standard error: a bar on a terminal, now and then a line in a log; and what came of it."""

import sys
import time
from collections.abc import Sequence
from typing import Any

import click

from model.bundle import BundleTheme
from service.batch.tally import Tally

EVERY = 30.0
"""Seconds between two lines in a log."""


class Progress:
    """Counts what is done, and shows it."""

    def __init__(self, themes: Sequence[BundleTheme], quiet: bool) -> None:
        self._themes = themes
        self._quiet = quiet
        self._begun = self._said = time.monotonic()
        self._total = 0
        self._before = 0
        self._done = Tally()
        self._bar: Any = None

    def begin(self, total: int, already: Tally) -> "Progress":
        """Know how many bytes there are, and what is done of them already."""
        self._total, self._before = total, already.rows
        self._done.add(already)
        if not self._quiet and sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(
                total=total, initial=already.bytes, unit="B", unit_scale=True, dynamic_ncols=True, file=sys.stderr
            )
        return self

    def __call__(self, tally: Tally) -> None:
        """Count a part."""
        self._done.add(tally)
        now = time.monotonic()
        if self._bar is not None:
            self._bar.set_postfix_str(self._state(now), refresh=False)
            self._bar.update(tally.bytes)
        elif not self._quiet and now - self._said >= EVERY:
            self._said = now
            share = self._done.bytes / max(1, self._total)
            click.echo(f"{share:.0%} of {self._total / 1e6:.0f} MB, {self._state(now)}", err=True)

    def end(self) -> None:
        """Leave the terminal as it was."""
        if self._bar is not None:
            self._bar.close()

    def summary(self, done: Tally) -> str:
        """What came of all rows, as a table."""
        seconds = time.monotonic() - self._begun
        tagged = max(1, done.tagged)
        lines = [("rows", done.rows, ""), ("tagged", done.tagged, "")]
        lines += [(t.key, done.themes[t.key], f"{done.themes[t.key] / tagged:.1%}") for t in self._themes]
        lines += [("without a theme", done.none, f"{done.none / tagged:.1%}")]
        lines += [("to review", done.review, f"{done.review / tagged:.1%}")]
        lines += [("errors", done.errors, "")]
        table = [f"{name:<18}{count:>12,}{share:>8}".rstrip() for name, count, share in lines]
        return "\n".join([*table, f"{'seconds':<18}{seconds:>12,.1f}"])

    def _state(self, now: float) -> str:
        """Rows a second, the share of each theme so far, errors."""
        done = self._done
        rate = (done.rows - self._before) / max(1e-9, now - self._begun)
        shares = " ".join(f"{t.key} {done.themes[t.key] / max(1, done.tagged):.0%}" for t in self._themes)
        return f"{rate:,.0f} rows/s, {shares}, {done.errors} errors"
