"""Calibration, thresholds and review bands, all chosen on the logits of rows that were not trained on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from model.bundle import Array

Truth = npt.NDArray[np.bool_]

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


def choose_answer(logits: Array, truth: Truth) -> Answer:
    """Platt's calibration (Platt 1999, with his smoothed targets) and the threshold with the best F1 on the same rows.

    :param logits: shape (rows,), of a classifier that did not see the row.
    :param truth: shape (rows,), whether the row has the theme.
    """
    positive, negative = int(truth.sum()), int((~truth).sum())
    target = np.where(truth, (positive + 1) / (positive + 2), 1 / (negative + 2))
    # A target between 0 and 1 is a row of each kind, weighted.
    both = np.r_[np.ones(len(truth)), np.zeros(len(truth))]
    platt = LogisticRegression(C=1e6, tol=1e-8, max_iter=1000)
    platt.fit(np.r_[logits, logits][:, None], both, sample_weight=np.r_[target, 1 - target])
    slope, offset = float(platt.coef_[0, 0]), float(platt.intercept_[0])
    return Answer(slope, offset, float(expit(slope * best_threshold(logits, truth) + offset)))


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
