"""What the notebooks draw with: a Chinese font, colours of themes, and the few kinds of figure they share."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.util import find_spec
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML
from matplotlib import font_manager
from matplotlib.axes import Axes

from model import BundleTheme, Evidence

GREY = "#6b7280"


def use_chinese() -> None:
    """Draw Chinese with the font that the package mplfonts ships; figures are sharp and small."""
    spec = find_spec("mplfonts")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("mplfonts is missing: run `make setup`")
    font = Path(spec.origin).parent / "fonts" / "NotoSansCJKsc-Regular.otf"
    font_manager.fontManager.addfont(font)
    name = font_manager.FontProperties(fname=font).get_name()
    plt.rcParams |= {"font.family": name, "axes.unicode_minus": False, "figure.dpi": 100, "figure.figsize": (8, 3.5)}
    plt.rcParams |= {"axes.spines.top": False, "axes.spines.right": False}


def bars(values: Mapping[str, float], title: str, colors: Sequence[str] | str = GREY, axes: Axes | None = None) -> Axes:
    """Horizontal bars with their values, the first on top."""
    axes = axes or plt.subplots(figsize=(8, 0.4 * len(values) + 0.9))[1]
    drawn = axes.barh(list(values), list(values.values()), color=colors)
    axes.bar_label(drawn, fmt=_number, padding=3)
    axes.invert_yaxis()
    axes.set_title(title, loc="left")
    return axes


def grid(table: np.ndarray, rows: Sequence[str], columns: Sequence[str], title: str) -> Axes:
    """A table of numbers as shades of colour with the numbers in it."""
    _, axes = plt.subplots(figsize=(0.9 * len(columns) + 2, 0.45 * len(rows) + 1.3))
    axes.imshow(table, cmap="Blues", aspect="auto")
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)), rows)
    middle = (np.min(table) + np.max(table)) / 2
    for (row, column), value in np.ndenumerate(table):
        color = "white" if value > middle else "black"
        axes.text(column, row, _number(value), ha="center", va="center", color=color)
    axes.set_title(title, loc="left")
    return axes


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def highlighted(text: str, theme: BundleTheme, evidence: Iterable[Evidence]) -> str:
    """The text as HTML, each character coloured by what the evidence on it adds to the theme's logit."""
    weights = np.zeros(len(text))
    for item in evidence:
        if item.theme == theme.key:
            weights[item.start : item.end] += item.weight / (item.end - item.start)
    shades = (200 * np.clip(weights, 0, None) / max(weights.max(initial=0), 1e-9)).round().astype(int)
    spans = [
        f'<span style="background:{theme.color}{shade:02x}">{escape(character)}</span>'
        for character, shade in zip(text, shades, strict=True)
    ]
    return f"<p><b>{theme.name_zh}</b> {''.join(spans)}</p>"


def shown(parts: Iterable[str]) -> HTML:
    """Pieces of HTML as one cell's output."""
    return HTML("".join(parts))
