"""Training: seeds to a scikit-learn pipeline, and the pipeline with thresholds and calibration to a bundle."""

import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version

import numpy as np
import scipy.sparse
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import LeaveOneGroupOut, StratifiedKFold, cross_val_predict
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, Pipeline

from model.bundle import Array, Bundle, BundleTheme
from model.calibration import Answer, choose_answer, review_bands
from model.card import f1_intervals, model_card
from model.evaluation import Truth, figures_of, macro_f1
from model.features import Reader
from model.labelled import Paragraph
from model.seeds import MIN_ROWS, Seeds, Theme
from model.terms import TermList
from model.text import Normaliser, Variants
from model.words import dictionary_digest

ROWS = 1_000
"""How many paragraphs are read as one."""

WORTH_PROCESSES = 100_000
"""From how many labels, paragraphs times themes, training uses all cores."""

BY_REGISTER = "one register left out"
"""What a bundle says of its metrics when each row was scored without its register."""


@dataclass(frozen=True)
class Options:
    """What a training may choose; the defaults were chosen by measurement (tests/bench/ladder.py).

    :ivar min_rows: the fewest paragraphs a word must stand in to become a feature.
    :ivar word_weight: the scale of the words' features, each the idf of a word that is there.
    :ivar term_weight: the scale of the term features.
    :ivar inverse_regularisation: C of the logistic regression.
    :ivar folds: the folds used where registers cannot be left out one at a time.
    """

    min_rows: int = 2
    word_weight: float = 0.04
    term_weight: float = 0.15
    inverse_regularisation: float = 20.0
    folds: int = 5


class WordAnalyzer:
    """A paragraph's words, as scikit-learn's vectorizers call it."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def __call__(self, text: str) -> set[str]:
        """The words of a text as it came."""
        return self.reader.words_of(text)


class TermFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Texts to the features of their seed terms, shape (texts, features)."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def fit(self, texts: Sequence[str], y: object = None) -> "TermFeatures":  # noqa: ARG002  # scikit-learn's signature
        """Nothing is learnt: the terms are given."""
        return self

    def transform(self, texts: Sequence[str]) -> scipy.sparse.csr_matrix:
        """The features of each text."""
        width = len(self.reader.names)
        batches = [texts[start : start + ROWS] for start in range(0, len(texts), ROWS)]
        found = [(len(batch), self.reader.features(self.reader(batch))) for batch in batches]
        parts = [scipy.sparse.csr_matrix((f.value, (f.row, f.column)), shape=(size, width)) for size, f in found]
        return scipy.sparse.vstack(parts, format="csr") if parts else scipy.sparse.csr_matrix((0, width))


def feature_union(reader: Reader, options: Options) -> FeatureUnion:
    """The unfitted features of texts: words, then terms."""
    # A word counts once and keeps its weight in a long paragraph: better on real text than vectors of length 1.
    words = TfidfVectorizer(
        analyzer=WordAnalyzer(reader), binary=True, norm=None, min_df=options.min_rows, dtype=np.float64
    )
    return FeatureUnion(
        [("words", words), ("terms", TermFeatures(reader))],
        transformer_weights={"words": options.word_weight, "terms": options.term_weight},
    )


def feature_scale(union: FeatureUnion, options: Options) -> Array:
    """What 1 of each feature of a fitted union is in its matrix, shape (features,)."""
    words, terms = (step for _, step in union.transformer_list)
    scale: Array = np.r_[options.word_weight * words.idf_, np.full(len(terms.reader.names), options.term_weight)]
    return scale


def build_learner(options: Options) -> LogisticRegression:
    """The unfitted classifier of one theme."""
    return LogisticRegression(
        C=options.inverse_regularisation, solver="liblinear", random_state=0, tol=1e-6, max_iter=1000
    )


def build_pipeline(themes: Sequence[Theme], options: Options) -> Pipeline:
    """The unfitted pipeline: texts to a logit a theme."""
    variants = traditional_variants()
    normalise = Normaliser(variants)
    reader = Reader({theme.key: term_list(theme, normalise) for theme in themes}, variants)
    learner = OneVsRestClassifier(build_learner(options))
    return Pipeline([("features", feature_union(reader, options)), ("themes", learner)])


def train(
    seeds: Seeds, options: Options | None = None, say: Callable[[str], None] = lambda _: None
) -> tuple[Bundle, Pipeline]:
    """Train on checked seeds; the same seeds give the same bundle.

    :param say: is told in a line what is being done.
    :returns: the bundle (not yet written, so without version and digest) and the fitted pipeline.
    """
    options = options or Options()
    texts = [paragraph.text for paragraph in seeds.paragraphs]
    labels = label_matrix(seeds.paragraphs, [theme.key for theme in seeds.themes])
    pipeline = build_pipeline(seeds.themes, options)
    say(f"training {len(seeds.themes)} themes on {len(texts)} paragraphs")
    features = pipeline["features"].fit_transform(texts)
    features.sum_duplicates()  # the learner puts columns in order where they are not, and cannot in another process
    pipeline["themes"].set_params(n_jobs=jobs_for(labels)).fit(features, labels)
    say("choosing thresholds, review bands and calibration on scores of rows not trained on")
    logits, folds = out_of_fold_logits(pipeline, features, labels, seeds.paragraphs, options)
    left_out = [paragraph.register for paragraph in seeds.paragraphs] if folds == BY_REGISTER else None
    answers = [choose_answer(logit, label, left_out) for logit, label in zip(logits.T, labels.T, strict=True)]
    bands = review_bands(logits, answers)
    scores = np.column_stack([answer.scores(logit) for answer, logit in zip(answers, logits.T, strict=True)])
    metrics = {"folds": folds, **_metrics(seeds, scores, labels, answers)}
    card = model_card(seeds, metrics, answers, labels, scores)
    return _bundle(seeds, pipeline, options, answers, bands, metrics, card), pipeline


def program_version() -> str:
    """The version of the installed program, which a bundle's version begins with."""
    return version("themetag")


def jobs_for(labels: Truth) -> int:
    """How many processes are worth starting; each theme is fitted by itself, so the result is the same."""
    return -1 if labels.size > WORTH_PROCESSES else 1


def label_matrix(paragraphs: Sequence[Paragraph], keys: Sequence[str]) -> Truth:
    """True where a paragraph (row) has a theme (column)."""
    return np.array([[key in paragraph.themes for key in keys] for paragraph in paragraphs], dtype=bool)


def out_of_fold_logits(
    pipeline: Pipeline,
    features: scipy.sparse.csr_matrix,
    labels: Truth,
    paragraphs: Sequence[Paragraph],
    options: Options,
) -> tuple[Array, str]:
    """Logits, shape (rows, themes), each by a classifier that saw neither the row nor, where possible, its register.

    Text of another register is nearer to what users bring than text of the same hand, so registers are left out one
    at a time when every theme keeps enough rows without each; else rows are, in stratified folds.
    """
    registers = np.array([paragraph.register for paragraph in paragraphs])
    names = np.unique(registers)
    enough = all((labels[registers != name].sum(axis=0) >= MIN_ROWS).all() for name in names)
    by_register = len(names) >= 3 and enough
    groups = registers if by_register else None
    splitter = LeaveOneGroupOut() if by_register else StratifiedKFold(options.folds, shuffle=True, random_state=0)
    learner = pipeline["themes"].estimator
    columns = Parallel(n_jobs=jobs_for(labels))(
        delayed(cross_val_predict)(learner, features, column, groups=groups, cv=splitter, method="decision_function")
        for column in labels.T
    )
    return np.column_stack(columns), BY_REGISTER if by_register else f"{options.folds} stratified folds"


def traditional_variants() -> Variants:
    """OpenCC's table from traditional to simplified characters, one character for one."""
    from opencc import OpenCC

    characters = [chr(code) for block in ((0x3400, 0x4DC0), (0x4E00, 0xA000)) for code in range(*block)]
    simplified = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    changed = [(a, b) for a, b in zip(characters, simplified, strict=True) if a != b and len(b) == 1]
    return Variants("".join(a for a, _ in changed), "".join(b for _, b in changed))


def term_list(theme: Theme, normalise: Normaliser) -> TermList:
    """The terms and pairs of a theme as normal text."""

    def normal(terms: Iterable[str]) -> list[str]:
        return sorted({normalise(term).text for term in terms})

    return TermList(normal(theme.terms), [(normal(pair.who), normal(pair.what)) for pair in theme.pairs])


def _metrics(seeds: Seeds, scores: Array, labels: Truth, answers: Sequence[Answer]) -> dict[str, object]:
    """What the rows not trained on say: written text only, so an upper bound for real text."""
    said = scores >= np.array([answer.threshold for answer in answers])
    figures = figures_of([theme.key for theme in seeds.themes], labels, scores, said)
    intervals = f1_intervals(labels, said)
    return {
        "rows": len(seeds.paragraphs),
        "macro_f1": macro_f1(figures),
        "themes": {
            figure.theme: {**asdict(figure), "f1_interval": list(interval)}
            for figure, interval in zip(figures, intervals, strict=True)
        },
    }


def _bundle(
    seeds: Seeds,
    pipeline: Pipeline,
    options: Options,
    answers: Sequence[Answer],
    bands: Sequence[tuple[float, float]],
    metrics: dict[str, object],
    card: str,
) -> Bundle:
    words, terms = (step for _, step in pipeline["features"].transformer_list)
    reader = terms.reader
    classifiers = pipeline["themes"].estimators_
    scale = feature_scale(pipeline["features"], options)
    themes = [
        BundleTheme(
            **{name: getattr(theme, name) for name in ("key", "name_zh", "name_en", "definition", "excludes", "color")},
            terms=reader.lists[theme.key].terms,
            pairs=reader.lists[theme.key].pairs,
            intercept=float(classifier.intercept_[0]),
            slope=answer.slope,
            offset=answer.offset,
            threshold=answer.threshold,
            review=band,
        )
        for theme, classifier, answer, band in zip(seeds.themes, classifiers, answers, bands, strict=True)
    ]
    libraries = {name: version(name) for name in ("scikit-learn", "numpy", "jieba", "rjieba", "opencc")}
    return Bundle(
        themes=themes,
        words=words.get_feature_names_out().tolist(),
        weights=scale[:, None] * np.column_stack([classifier.coef_[0] for classifier in classifiers]),
        variants=reader.variants,
        fingerprint=reader.segmenter.fingerprint(),
        dictionary=dictionary_digest(),
        seeds_digest=seeds.digest,
        libraries={"python": platform.python_version(), **libraries},
        metrics=metrics,
        card=card,
    )
