"""The model card: what a bundle was trained on, how good it is on rows it did not see, and where it fails."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from model.bundle import Array
from model.calibration import Answer
from model.evaluation import Truth, f1_of
from model.labelled import Paragraph
from model.seeds import Seeds

DRAWS = 1000
"""The bootstrap draws behind an interval."""

SHOWN = 3
"""The costliest errors shown of each kind and theme."""


def f1_intervals(truth: Truth, said: Truth) -> list[tuple[float, float]]:
    """The 95 % bootstrap interval of each theme's F1 (columns), over the rows."""
    generator = np.random.default_rng(0)
    drawn = np.empty((DRAWS, truth.shape[1]))
    for draw in range(DRAWS):
        rows = generator.integers(0, len(truth), len(truth))
        drawn[draw] = f1_of(truth[rows], said[rows])
    return [(float(low), float(high)) for low, high in np.quantile(drawn, [0.025, 0.975], axis=0).T]


def model_card(seeds: Seeds, metrics: Mapping[str, Any], answers: Sequence[Answer], truth: Truth, scores: Array) -> str:
    """The card as Markdown.

    :param metrics: those of the bundle's manifest.
    :param truth: shape (rows, themes), whether the row has the theme.
    :param scores: calibrated probabilities, same shape, each by a classifier that did not see the row.
    """
    keys = [theme.key for theme in seeds.themes]
    said = scores >= np.array([answer.threshold for answer in answers])
    parts = [
        "# Model card",
        "Written by `themetag train`. One logistic regression a theme on the words and seed terms of a paragraph.",
        "## Data",
        f"{len(seeds.paragraphs)} labelled paragraphs (seeds `{seeds.digest[:16]}`): {_shares(truth)}",
        _register_table(seeds.paragraphs, truth, said),
        "## Figures",
        f"On rows not trained on ({metrics['folds']}). They were written for training: real text is harder.",
        _theme_table(keys, metrics, answers),
        "## Where it fails",
        "The surest wrong answers on rows not trained on.",
        *[_errors(key, seeds.paragraphs, truth[:, column], scores[:, column], answers[column].threshold)
          for column, key in enumerate(keys)],
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def added_card(
    accounts: Mapping[str, str], figures: Mapping[str, Mapping[str, Any] | None], thresholds: Mapping[str, float]
) -> str:
    """The part of the card on added themes.

    :param accounts: what each theme was learnt from, by key.
    :param figures: those of the bundle's manifest; None where nothing could be measured.
    """
    lines = [
        f"## Added: {', '.join(accounts)}",
        "",
        "Learnt beside the themes above, which they do not change. Figures are on rows not trained on (folds) in a mix",
        "in which the theme is as common as the themes above are on average; paragraphs of the first folder without a",
        "term of the theme count as without it. A theme without figures is weak: its labels were made by its terms.",
        "",
        "| theme | learnt from | precision | recall | F1 | 95 % interval | threshold |",
        "|---|---|---|---|---|---|---|",
    ]
    for key, account in accounts.items():
        found = figures[key]
        said = "– | – | weak, not measured | –"
        if found:
            low, high = found["f1_interval"]
            said = f"{found['precision']:.3f} | {found['recall']:.3f} | {found['f1']:.3f} | {low:.3f} to {high:.3f}"
        lines.append(f"| {key} | {account} | {said} | {thresholds[key]:.3f} |")
    return "\n".join(lines) + "\n"


def _shares(truth: Truth) -> str:
    counts = truth.sum(axis=1)
    return f"{np.mean(counts == 0):.0%} without a theme, {np.mean(counts > 1):.0%} with several."


def _register_table(paragraphs: Sequence[Paragraph], truth: Truth, said: Truth) -> str:
    registers = [paragraph.register for paragraph in paragraphs]
    lines = ["| register | rows | macro F1 |", "|---|---|---|"]
    for name, count in sorted(Counter(registers).items()):
        rows = np.array(registers) == name
        present = truth[rows].any(axis=0)
        score = f"{f1_of(truth[rows], said[rows])[present].mean():.3f}" if present.any() else "–"
        lines.append(f"| {name} | {count} | {score} |")
    return "\n".join(lines)


def _theme_table(keys: Sequence[str], metrics: Mapping[str, Any], answers: Sequence[Answer]) -> str:
    lines = [
        "| theme | rows | precision | recall | F1 | 95 % interval | average precision | threshold |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for key, answer in zip(keys, answers, strict=True):
        figures = metrics["themes"][key]
        low, high = figures["f1_interval"]
        lines.append(
            f"| {key} | {figures['gold']} | {figures['precision']:.3f} | {figures['recall']:.3f} | {figures['f1']:.3f} "
            f"| {low:.3f} to {high:.3f} | {figures['average_precision']:.3f} | {answer.threshold:.3f} |"
        )
    return "\n".join(lines)


def _errors(key: str, paragraphs: Sequence[Paragraph], truth: Truth, scores: Array, threshold: float) -> str:
    def lines(rows: npt.NDArray[np.intp]) -> list[str]:
        return [f"  - {scores[row]:.2f} {paragraphs[row].text[:80]}" for row in rows]

    wrong = np.flatnonzero(~truth & (scores >= threshold))
    missed = np.flatnonzero(truth & (scores < threshold))
    surest = lines(wrong[np.argsort(-scores[wrong], kind="stable")][:SHOWN])
    faintest = lines(missed[np.argsort(scores[missed], kind="stable")][:SHOWN])
    return "\n".join([f"**{key}**", "", "- said wrongly:", *surest, "- missed:", *faintest])
