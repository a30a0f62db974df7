"""The ladder of features and learners: what each step brings, on text held out of training.

usage: python tests/bench/ladder.py [LABELLED.jsonl ...]

Every step is trained on seeds/paragraphs, with thresholds from leaving one register out. Columns: macro F1 on the own
rows left out; the share of contrast sets wholly right; for seeds/heldout and for each labelled file, macro F1 with
a 95 % bootstrap interval, and mean average precision.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rjieba
import scipy.sparse
from scipy.special import logit
from sklearn.base import BaseEstimator, clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.svm import LinearSVC

from model.calibration import choose_answer
from model.errors import Problem
from model.evaluation import Truth, f1_of
from model.features import Reader
from model.labelled import ContrastRow, read_labelled, read_rows
from model.seeds import load_seeds
from model.text import Normaliser
from model.training import Options, TermFeatures, label_matrix, term_list, traditional_variants

ROOT = Path(__file__).parents[2]
DRAWS = 500
OPTIONS = Options()

Matrix = scipy.sparse.csr_matrix


@dataclass(frozen=True)
class Texts:
    """Labelled texts."""

    name: str
    texts: Sequence[str]
    truth: Truth
    sets: Sequence[str] = ()


def cut(text: str) -> list[str]:
    return [word for word in JIEBA.cut(NORMALISE.text(text), False) if word.strip()]


def cut_all(text: str) -> list[str]:
    return [word for word in JIEBA.cut_all(NORMALISE.text(text)) if len(word) > 1]


def search(text: str) -> list[str]:
    return [word for word in JIEBA.cut_for_search(NORMALISE.text(text), False) if word.strip()]


def characters(text: str) -> list[str]:
    normal = NORMALISE.text(text)
    return [normal[i : i + n] for n in (2, 3) for i in range(len(normal) - n + 1)]


def words_and_terms(text: str) -> list[str]:
    return list(READER.words_of(text))


def tfidf(analyzer: Callable[[str], list[str]], rows: int = 2) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=analyzer, sublinear_tf=True, min_df=rows)


def presence(analyzer: Callable[[str], list[str]]) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=analyzer, binary=True, norm=None, min_df=2)


def features(
    sources: Sequence[Texts], vectorizer: TfidfVectorizer | None, scale: float, pick: Callable[[str], bool] | None
) -> list[Matrix]:
    """A matrix a source; the vectorizer is fitted on the first."""
    matrices = []
    for number, source in enumerate(sources):
        parts = []
        if vectorizer:
            learn = vectorizer.fit_transform if number == 0 else vectorizer.transform
            parts.append(scale * learn(source.texts))
        if pick:
            columns = [column for column, name in enumerate(READER.names) if pick(name)]
            parts.append(OPTIONS.term_weight * TermFeatures(READER).transform(source.texts)[:, columns])
        matrices.append(scipy.sparse.hstack(parts).tocsr())
    return matrices


def regression(c: float) -> LogisticRegression:
    return LogisticRegression(C=c, solver="liblinear", random_state=0, max_iter=1000)


def interval(truth: Truth, said: Truth) -> tuple[float, float]:
    generator = np.random.default_rng(0)
    drawn = []
    for _ in range(DRAWS):
        rows = generator.integers(0, len(truth), len(truth))
        drawn.append(score(truth[rows], said[rows]))
    return float(np.quantile(drawn, 0.025)), float(np.quantile(drawn, 0.975))


def score(truth: Truth, said: Truth) -> float:
    """Macro F1."""
    return float(f1_of(truth, said).mean())


def sets_right(source: Texts, said: Truth) -> float:
    right = (said == source.truth).all(axis=1)
    names = np.array(source.sets)
    return float(np.mean([right[names == name].all() for name in np.unique(names)]))


def step(name: str, sources: Sequence[Texts], matrices: Sequence[Matrix], learner: BaseEstimator) -> None:
    """Train, choose thresholds, and print the line of one step."""
    own, truth = matrices[0], sources[0].truth
    splitter = LeaveOneGroupOut()
    out = [
        cross_val_predict(learner, own, column, groups=REGISTERS, cv=splitter, method="decision_function")
        for column in truth.T
    ]
    answers = [choose_answer(values, column, REGISTERS) for values, column in zip(out, truth.T, strict=True)]
    thresholds = np.array([(logit(answer.threshold) - answer.offset) / answer.slope for answer in answers])
    models = [clone(learner).fit(own, column) for column in truth.T]
    line = f"{name:<38}{score(truth, np.column_stack(out) >= thresholds):>7.3f}"
    for source, matrix in zip(sources[1:], matrices[1:], strict=True):
        values = np.column_stack([model.decision_function(matrix) for model in models])
        said = values >= thresholds
        if source.sets:
            line += f"{sets_right(source, said):>10.3f}"
            continue
        low, high = interval(source.truth, said)
        mean = np.mean([average_precision_score(t, v) for t, v in zip(source.truth.T, values.T, strict=True)])
        line += f"   {score(source.truth, said):.3f} [{low:.3f} {high:.3f}] {mean:.3f}"
    print(line, flush=True)


def sources_of(files: Sequence[str]) -> list[Texts]:
    problems: list[Problem] = []
    known = set(KEYS)

    def labelled(name: str, paths: Sequence[Path]) -> Texts:
        rows = [row for path in paths for row in read_labelled(path, known, problems)]
        return Texts(name, [row.text for row in rows], label_matrix(rows, KEYS))

    contrast_files = sorted((ROOT / "seeds" / "contrast").glob("*.jsonl"))
    contrast = [row for path in contrast_files for _, row in read_rows(path, ContrastRow, known, problems, str(path))]
    own = Texts("own", [row.text for row in SEEDS.paragraphs], label_matrix(SEEDS.paragraphs, KEYS))
    truth = np.array([[key in row.themes for key in KEYS] for row in contrast])
    return [
        own,
        Texts("contrast", [row.text for row in contrast], truth, [row.pair for row in contrast]),
        labelled("held out", sorted((ROOT / "seeds" / "heldout").glob("*.jsonl"))),
        *(labelled(Path(name).stem, [Path(name)]) for name in files),
    ]


def main(files: Sequence[str]) -> None:
    """Print the ladder."""
    sources = sources_of(files)
    head = "".join(f"{source.name:>10}" if source.sets else f"   {source.name:<27}" for source in sources[1:])
    print(f"{'step':<38}{'own':>7}{head}")
    shipped = regression(OPTIONS.inverse_regularisation)
    weight = OPTIONS.word_weight
    counts, pairs, everything = (lambda n: "terms" in n), (lambda n: "pair" in n), (lambda _: True)
    steps = [
        ("seed terms alone, counted", None, 1, counts, shipped),
        ("seed terms and pairs alone", None, 1, everything, shipped),
        ("jieba's best cut, tf-idf", tfidf(cut), 1, None, shipped),
        ("all dictionary words (full mode)", tfidf(cut_all), 1, None, shipped),
        ("words and their parts (search mode)", tfidf(search), 1, None, shipped),
        ("character 2- and 3-grams", tfidf(characters, 3), 1, None, shipped),
        ("search mode + terms", tfidf(search), 1, counts, shipped),
        ("search mode + terms + pairs", tfidf(search), 1, everything, shipped),
        ("the same, present words by idf", presence(search), weight, everything, shipped),
        ("the same, terms as words (shipped)", presence(words_and_terms), weight, everything, shipped),
        ("shipped, without pairs", presence(words_and_terms), weight, counts, shipped),
        ("shipped, without counted terms", presence(words_and_terms), weight, pairs, shipped),
        (
            "shipped, linear SVM",
            presence(words_and_terms),
            weight,
            everything,
            LinearSVC(C=0.5, max_iter=5000),
        ),
        (
            "shipped, C 5",
            presence(words_and_terms),
            weight,
            everything,
            regression(5),
        ),
        (
            "shipped, C 60",
            presence(words_and_terms),
            weight,
            everything,
            regression(60),
        ),
    ]
    for name, vectorizer, scale, pick, learner in steps:
        step(name, sources, features(sources, vectorizer, scale, pick), learner)


if __name__ == "__main__":
    JIEBA = rjieba.Jieba()
    SEEDS = load_seeds(ROOT / "seeds")
    KEYS = [theme.key for theme in SEEDS.themes]
    REGISTERS = np.array([paragraph.register for paragraph in SEEDS.paragraphs])
    VARIANTS = traditional_variants()
    NORMALISE = Normaliser(VARIANTS)
    READER = Reader({theme.key: term_list(theme, NORMALISE) for theme in SEEDS.themes}, VARIANTS)
    main(sys.argv[1:])
