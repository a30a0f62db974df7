"""The ladder of features and learners: what each step brings, on text held out of training.

usage: python tests/bench/ladder.py [LABELLED.jsonl ...]

Every step is trained on seeds/paragraphs, with thresholds from leaving one register out. Columns: macro F1 on the own
rows left out; the share of contrast sets wholly right; for seeds/heldout and for each labelled file, macro F1 with
a 95 % bootstrap interval, and mean average precision.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.svm import LinearSVC

from model.comparison import Comparison, Matrix, Texts, characters, interval, macro, presence, tfidf
from model.errors import Problem
from model.evaluation import Truth
from model.labelled import ContrastRow, Paragraph, read_labelled, read_rows
from model.seeds import load_seeds

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Source:
    """Texts with a heading; `sets` are the names of their contrast sets."""

    name: str
    texts: Texts
    sets: Sequence[str] = ()


def regression(c: float) -> LogisticRegression:
    return LogisticRegression(C=c, solver="liblinear", random_state=0, max_iter=1000)


def sets_right(source: Source, said: Truth) -> float:
    right = (said == source.texts.truth).all(axis=1)
    names = np.array(source.sets)
    return float(np.mean([right[names == name].all() for name in np.unique(names)]))


def step(name: str, sources: Sequence[Source], matrices: Sequence[Matrix], learner: BaseEstimator) -> None:
    """Train, choose thresholds, and print the line of one step."""
    outcome = WAYS.outcome(matrices, learner)
    line = f"{name:<38}{macro(WAYS.own.truth, outcome.own >= outcome.thresholds):>7.3f}"
    for source, values in zip(sources, outcome.values, strict=True):
        said, truth = values >= outcome.thresholds, source.texts.truth
        if source.sets:
            line += f"{sets_right(source, said):>10.3f}"
            continue
        low, high = interval(truth, said)
        mean = np.mean([average_precision_score(t, v) for t, v in zip(truth.T, values.T, strict=True)])
        line += f"   {macro(truth, said):.3f} [{low:.3f} {high:.3f}] {mean:.3f}"
    print(line, flush=True)


def sources_of(files: Sequence[str]) -> list[Source]:
    problems: list[Problem] = []
    known = set(WAYS.keys)

    def labelled(name: str, paths: Sequence[Path]) -> Source:
        return Source(name, WAYS.texts([row for path in paths for row in read_labelled(path, known, problems)]))

    contrast_files = sorted((ROOT / "seeds" / "contrast").glob("*.jsonl"))
    contrast = [row for path in contrast_files for _, row in read_rows(path, ContrastRow, known, problems, str(path))]
    paragraphs = [Paragraph(row.text, frozenset(row.themes), "", "", 0) for row in contrast]
    return [
        Source("contrast", WAYS.texts(paragraphs), [row.pair for row in contrast]),
        labelled("held out", sorted((ROOT / "seeds" / "heldout").glob("*.jsonl"))),
        *(labelled(Path(name).stem, [Path(name)]) for name in files),
    ]


def main(files: Sequence[str]) -> None:
    """Print the ladder."""
    sources = sources_of(files)
    head = "".join(f"{source.name:>10}" if source.sets else f"   {source.name:<27}" for source in sources)
    print(f"{'step':<38}{'own':>7}{head}")
    shipped = regression(WAYS.options.inverse_regularisation)
    weight = WAYS.options.word_weight
    texts = [WAYS.own, *(source.texts for source in sources)]
    shipped_words = WAYS.words_and_terms
    counts, pairs, everything = (lambda n: "terms" in n), (lambda n: "pair" in n), (lambda _: True)
    steps = [
        ("seed terms alone, counted", None, 1, counts, shipped),
        ("seed terms and pairs alone", None, 1, everything, shipped),
        ("jieba's best cut, tf-idf", tfidf(WAYS.best_cut), 1, None, shipped),
        ("all dictionary words (full mode)", tfidf(WAYS.all_words), 1, None, shipped),
        ("words and their parts (search mode)", tfidf(WAYS.search_words), 1, None, shipped),
        ("character 2- and 3-grams", tfidf(characters, 3), 1, None, shipped),
        ("search mode + terms", tfidf(WAYS.search_words), 1, counts, shipped),
        ("search mode + terms + pairs", tfidf(WAYS.search_words), 1, everything, shipped),
        ("the same, present words by idf", presence(WAYS.search_words), weight, everything, shipped),
        ("the same, terms as words (shipped)", presence(shipped_words), weight, everything, shipped),
        ("shipped, without pairs", presence(shipped_words), weight, counts, shipped),
        ("shipped, without counted terms", presence(shipped_words), weight, pairs, shipped),
        (
            "shipped, linear SVM",
            presence(shipped_words),
            weight,
            everything,
            LinearSVC(C=0.5, max_iter=5000),
        ),
        (
            "shipped, C 5",
            presence(shipped_words),
            weight,
            everything,
            regression(5),
        ),
        (
            "shipped, C 60",
            presence(shipped_words),
            weight,
            everything,
            regression(60),
        ),
    ]
    for name, vectorizer, scale, pick, learner in steps:
        step(name, sources, WAYS.matrices(texts, vectorizer, scale, pick), learner)


if __name__ == "__main__":
    WAYS = Comparison(load_seeds(ROOT / "seeds"))
    main(sys.argv[1:])
