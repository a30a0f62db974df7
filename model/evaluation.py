"""How good the tags are: figures a theme on labelled paragraphs, and the share of contrast sets wholly right."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score, precision_recall_fscore_support

from model.bundle import Array
from model.errors import Problem, SeedsError
from model.labelled import ContrastRow, Paragraph, read_labelled, read_rows
from model.tagger import Tagger

Truth = npt.NDArray[np.bool_]

BINS = 10
"""Equal bins of probability for the calibration error."""

LEAST_SURE = 0.10
"""The share of rows, the least sure, taken out for `Report.macro_f1_sure`."""


@dataclass(frozen=True)
class Figures:
    """A theme's figures: rows that have it, rows tagged with it, and how well the two agree."""

    theme: str
    gold: int
    tagged: int
    precision: float
    recall: float
    f1: float
    average_precision: float
    calibration_error: float


@dataclass(frozen=True)
class Report:
    """The figures of all themes; `macro` is the mean over the themes that occur."""

    themes: Sequence[Figures]
    rows: int
    macro_f1: float
    micro_f1: float
    exact: float
    mean_average_precision: float
    calibration_error: float
    review_share: float
    macro_f1_sure: float

    def __str__(self) -> str:
        head = f"{'theme':<16}{'gold':>6}{'tagged':>8}{'P':>8}{'R':>8}{'F1':>8}{'AP':>8}{'ECE':>8}"
        lines = [
            f"{f.theme:<16}{f.gold:>6}{f.tagged:>8}{f.precision:>8.3f}{f.recall:>8.3f}{f.f1:>8.3f}"
            f"{f.average_precision:>8.3f}{f.calibration_error:>8.3f}"
            for f in self.themes
        ]
        foot = (
            f"macro F1 {self.macro_f1:.4f}  micro F1 {self.micro_f1:.4f}  exact {self.exact:.4f}  "
            f"mAP {self.mean_average_precision:.4f}  ECE {self.calibration_error:.4f}  rows {self.rows}\n"
            f"in review {self.review_share:.3f} of rows; macro F1 without the {LEAST_SURE:.0%} least sure rows "
            f"{self.macro_f1_sure:.4f}"
        )
        return "\n".join([head, *lines, foot])


def evaluate(tagger: Tagger, paragraphs: Sequence[Paragraph]) -> Report:
    """Tag labelled paragraphs and compare; themes without a labelled paragraph are left out of the means."""
    keys = [theme.key for theme in tagger.themes]
    answers = [tagger.tag(paragraph.text) for paragraph in paragraphs]
    truth = np.array([[key in paragraph.themes for key in keys] for paragraph in paragraphs], dtype=bool)
    said = np.array([[key in answer.themes for key in keys] for answer in answers], dtype=bool)
    scores = np.array([[answer.scores[key] for key in keys] for answer in answers])
    figures = figures_of(keys, truth, scores, said)
    present = [figure for figure in figures if figure.gold]
    sure = _surest(scores, np.array([theme.threshold for theme in tagger.themes]))
    return Report(
        themes=figures,
        rows=len(paragraphs),
        macro_f1=macro_f1(figures),
        micro_f1=2 * float((truth & said).sum()) / max(1, int(truth.sum() + said.sum())),
        exact=float((truth == said).all(axis=1).mean()),
        mean_average_precision=_mean(figure.average_precision for figure in present),
        calibration_error=_mean(figure.calibration_error for figure in figures),
        review_share=float(np.mean([bool(answer.review) for answer in answers])),
        macro_f1_sure=macro_f1(figures_of(keys, truth[sure], scores[sure], said[sure])),
    )


def read_gold(files: Iterable[Path], tagger: Tagger) -> list[Paragraph]:
    """The labelled paragraphs of JSONL files.

    :raises SeedsError: with every line that is wrong, and when there is no paragraph at all.
    """
    problems: list[Problem] = []
    known = {theme.key for theme in tagger.themes}
    paragraphs = [row for file in files for row in read_labelled(file, known, problems)]
    if not paragraphs and not problems:
        problems.append(Problem(", ".join(map(str, files)), 0, "no labelled paragraph"))
    if problems:
        raise SeedsError(problems)
    return paragraphs


def figures_of(keys: Sequence[str], truth: Truth, scores: Array, said: Truth) -> list[Figures]:
    """The figures of each theme (column); rows are paragraphs."""
    figures = []
    for column, key in enumerate(keys):
        gold, tagged, score = truth[:, column], said[:, column], scores[:, column]
        precision, recall, f1, _ = precision_recall_fscore_support(gold, tagged, average="binary", zero_division=0)
        average = float(average_precision_score(gold, score)) if gold.any() else 0.0
        figures.append(
            Figures(
                key, int(gold.sum()), int(tagged.sum()), float(precision), float(recall), float(f1), average,
                calibration_error(gold, score),
            )
        )  # fmt: skip
    return figures


def f1_of(truth: Truth, said: Truth) -> Array:
    """The F1 of each theme (columns); 0 where it neither occurs nor is said."""
    scores: Array = 2 * (truth & said).sum(axis=0) / np.maximum(1, truth.sum(axis=0) + said.sum(axis=0))
    return scores


def macro_f1(figures: Iterable[Figures]) -> float:
    """The mean F1 over the themes that occur."""
    return _mean(figure.f1 for figure in figures if figure.gold)


def calibration_error(truth: Truth, scores: Array) -> float:
    """Expected calibration error (Naeini 2015): mean distance of share and score over equal bins, weighted by rows."""
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    gaps = np.abs(np.bincount(bins, truth, BINS) - np.bincount(bins, scores, BINS))
    return float(gaps.sum() / counts.sum())


def read_contrast(folder: Path, tagger: Tagger) -> list[ContrastRow]:
    """The rows of the contrast sets in `folder/*.jsonl`.

    :raises SeedsError: with every line that is wrong, and when there is no row at all.
    """
    problems: list[Problem] = []
    known = {theme.key for theme in tagger.themes}
    files = sorted(folder.glob("*.jsonl"))
    rows = [row for file in files for _, row in read_rows(file, ContrastRow, known, problems, str(file))]
    if not rows and not problems:
        problems.append(Problem(str(folder), 0, "no contrast set"))
    if problems:
        raise SeedsError(problems)
    return rows


def contrast_failures(tagger: Tagger, rows: Iterable[ContrastRow]) -> Mapping[str, list[str]]:
    """For each set the texts tagged wrongly, with the themes that differ; none for a set that is wholly right."""
    failures: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        wrong = set(tagger.tag(row.text).themes) ^ set(row.themes)
        failures[row.pair].extend([f"{', '.join(sorted(wrong))}: {row.text}"] if wrong else [])
    return failures


def _surest(scores: Array, thresholds: Array) -> npt.NDArray[np.intp]:
    """The rows without the least sure: those with a theme whose logit is nearest its threshold's."""

    def logit(p: Array) -> Array:
        clipped = np.clip(p, 1e-12, 1 - 1e-12)
        result: Array = np.log(clipped / (1 - clipped))
        return result

    distance = np.abs(logit(scores) - logit(thresholds)).min(axis=1)
    return np.argsort(distance, kind="stable")[int(LEAST_SURE * len(scores)) :]


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return float(np.mean(numbers)) if numbers else 0.0
