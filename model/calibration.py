"""Calibration, thresholds and review bands, all chosen on the logits of rows that were not trained on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from model.bundle import Array
from model.evaluation import Truth

REGISTER_ROWS = 20
"""The fewest rows with a theme from which a register has a say in the theme's threshold."""

STRANGE = 0.35
"""The quantile of the registers' best thresholds that becomes the theme's.

A register left out scores lower the stranger it is to the others, and real text is stranger than any of them: on it the
middle of the registers' thresholds finds a little too little.
"""

REVIEW_SHARE = 0.10
"""The share of rows, the least sure ones, that should fall into some theme's review band."""


@dataclass(frozen=True)
class Answer:
    """How a theme's logit becomes a probability (`slope * logit + offset`, then logistic) and a yes (`threshold`)."""

    slope: float
    offset: float
    threshold: float

    def scores(self, logits: Array) -> Array:
        """Calibrated probabilities."""
        scores: Array = expit(self.slope * logits + self.offset)
        return scores


def choose_answer(logits: Array, truth: Truth, registers: Sequence[str] | None = None) -> Answer:
    """Platt's calibration (Platt 1999, with his smoothed targets) and a threshold, chosen on the same rows.

    :param logits: shape (rows,), of a classifier that did not see the row.
    :param truth: shape (rows,), whether the row has the theme.
    :param registers: the register of each row, where the classifier did not see it; it then weighs in the threshold.
    """
    slope, offset = platt(logits, truth)
    names = np.array(registers if registers is not None else [])
    rows_of = [names == name for name in np.unique(names)]
    bests = [best_threshold(logits[rows], truth[rows]) for rows in rows_of if truth[rows].sum() >= REGISTER_ROWS]
    threshold = float(np.quantile(bests, STRANGE)) if len(bests) >= 3 else best_threshold(logits, truth)
    return Answer(slope, offset, float(expit(slope * threshold + offset)))


def platt(logits: Array, truth: Truth) -> tuple[float, float]:
    """Platt's slope and offset, from logits to those of calibrated probabilities."""
    positive, negative = int(truth.sum()), int((~truth).sum())
    target = np.where(truth, (positive + 1) / (positive + 2), 1 / (negative + 2))
    # A target between 0 and 1 is a row of each kind, weighted.
    both = np.r_[np.ones(len(truth)), np.zeros(len(truth))]
    fitted = LogisticRegression(C=1e6, tol=1e-8, max_iter=1000)
    fitted.fit(np.r_[logits, logits][:, None], both, sample_weight=np.r_[target, 1 - target])
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def best_threshold(values: Array, truth: Truth, draws: int = 200) -> float:
    """The value from which saying yes gives the best F1: the median over bootstrap draws, one is luck."""
    generator = np.random.default_rng(0)
    chosen = []
    for _ in range(draws):
        rows = generator.integers(0, len(values), len(values))
        if truth[rows].any():
            chosen.append(_best_f1_value(values[rows], truth[rows]))
    return float(np.median(chosen))


def _best_f1_value(values: Array, truth: Truth) -> float:
    order = np.argsort(-values, kind="stable")
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(values) + 1) + truth.sum())
    best = int(f1.argmax())
    following = values[order[best + 1]] if best + 1 < len(values) else values[order[best]]
    return float((values[order[best]] + following) / 2)


def review_bands(logits: Array, answers: Sequence[Answer]) -> list[tuple[float, float]]:
    """For each theme the band of probabilities around its threshold in which a person should look.

    The bands are equally wide in calibrated logits, and so wide that `REVIEW_SHARE` of the rows lie in one.

    :param logits: shape (rows, themes).
    """
    slopes = np.array([answer.slope for answer in answers])
    offsets = np.array([answer.offset for answer in answers])
    middles = np.array([np.log(answer.threshold / (1 - answer.threshold)) for answer in answers])
    distance = np.abs(slopes * logits + offsets - middles).min(axis=1)
    width = float(np.quantile(distance, REVIEW_SHARE))
    return [(float(expit(middle - width)), float(expit(middle + width))) for middle in middles]


def moved_band(band: tuple[float, float], threshold: float, to: float) -> tuple[float, float]:
    """The review band around `to` that is as wide, in calibrated logits, as `band` is around `threshold`."""
    low, high = logit(np.array(band)) - logit(threshold) + logit(to)
    return float(expit(low)), float(expit(high))
