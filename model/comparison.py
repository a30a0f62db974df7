"""Ways to features and learners, compared on the same splits: for the ladder (tests/bench) and the notebooks.

Each way is trained on the seeds, with thresholds from leaving one register out, and scores texts that it did not see.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import rjieba
import scipy.sparse
from scipy.special import logit
from sklearn.base import BaseEstimator, clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict

from model.bundle import Array
from model.calibration import choose_answer
from model.evaluation import Truth, f1_of
from model.features import Reader
from model.labelled import Paragraph
from model.seeds import Seeds
from model.text import Normaliser
from model.training import Options, TermFeatures, label_matrix, term_list, traditional_variants

DRAWS = 500
"""The bootstrap draws behind an interval."""

Analyzer = Callable[[str], Iterable[str]]
Matrix: TypeAlias = scipy.sparse.csr_matrix


@dataclass(frozen=True)
class Texts:
    """Labelled normal texts; `truth` has a row a text and a column a theme."""

    texts: Sequence[str]
    truth: Truth


@dataclass(frozen=True)
class Outcome:
    """What a way gives, before calibration.

    :ivar own: logits of the seeds' paragraphs, each by a classifier that did not see its register.
    :ivar thresholds: a theme each, chosen on `own`.
    :ivar values: logits of each further source of texts.
    """

    own: Array
    thresholds: Array
    values: Sequence[Array]


class Comparison:
    """The seeds as every way sees them.

    :ivar keys: the themes, in the order of the columns.
    :ivar registers: the register of each paragraph.
    :ivar own: the seeds' paragraphs.
    """

    def __init__(self, seeds: Seeds, options: Options | None = None) -> None:
        self.options = options or Options()
        self.keys = [theme.key for theme in seeds.themes]
        variants = traditional_variants()
        self._normalise = Normaliser(variants)
        self._read = Reader({theme.key: term_list(theme, self._normalise) for theme in seeds.themes}, variants)
        self._jieba = rjieba.Jieba()
        self.registers = [paragraph.register for paragraph in seeds.paragraphs]
        self.own = self.texts(seeds.paragraphs)

    def texts(self, paragraphs: Sequence[Paragraph]) -> Texts:
        """Labelled paragraphs as every way sees them."""
        return Texts([self._normalise.text(row.text) for row in paragraphs], label_matrix(paragraphs, self.keys))

    def best_cut(self, text: str) -> Iterable[str]:
        """The words of jieba's one best cut."""
        return [word for word in self._jieba.cut(text, False) if word.strip()]

    def all_words(self, text: str) -> Iterable[str]:
        """Every dictionary word (full mode)."""
        return [word for word in self._jieba.cut_all(text) if len(word) > 1]

    def search_words(self, text: str) -> Iterable[str]:
        """The best cut and the words inside its long words (search mode)."""
        return [word for word in self._jieba.cut_for_search(text, False) if word.strip()]

    def words_and_terms(self, text: str) -> Iterable[str]:
        """What the shipped model uses: search mode with seed terms as words, each once."""
        return self._read.words_of(text)

    def matrices(
        self,
        sources: Sequence[Texts],
        vectorizer: TfidfVectorizer | None,
        scale: float = 1.0,
        pick: Callable[[str], bool] | None = None,
    ) -> list[Matrix]:
        """A matrix a source; the vectorizer is fitted on the first.

        :param pick: which of the term features to add, by name; None adds none.
        """
        matrices = []
        columns = [column for column, name in enumerate(self._read.names) if pick and pick(name)]
        for number, source in enumerate(sources):
            parts = []
            if vectorizer:
                learn = vectorizer.fit_transform if number == 0 else vectorizer.transform
                parts.append(scale * learn(source.texts))
            if columns:
                terms = TermFeatures(self._read).transform(source.texts)
                parts.append(self.options.term_weight * terms[:, columns])
            matrices.append(scipy.sparse.hstack(parts).tocsr())
        return matrices

    def outcome(self, matrices: Sequence[Matrix], learner: BaseEstimator) -> Outcome:
        """Train on the first matrix, the seeds', and score the others."""
        own, truth = matrices[0], self.own.truth
        columns = [
            cross_val_predict(
                learner, own, column, groups=self.registers, cv=LeaveOneGroupOut(), method="decision_function", n_jobs=2
            )
            for column in truth.T
        ]
        models = [clone(learner).fit(own, column) for column in truth.T]
        values = [np.column_stack([model.decision_function(matrix) for model in models]) for matrix in matrices[1:]]
        return Outcome(np.column_stack(columns), self.thresholds(np.column_stack(columns)), values)

    def thresholds(self, own: Array) -> Array:
        """A threshold a theme for logits of the seeds' paragraphs, by classifiers that did not see their registers."""
        answers = [
            choose_answer(values, gold, self.registers) for values, gold in zip(own.T, self.own.truth.T, strict=True)
        ]
        return np.array([(logit(answer.threshold) - answer.offset) / answer.slope for answer in answers])


def characters(text: str) -> Iterable[str]:
    """Runs of two and of three characters."""
    return [text[i : i + n] for n in (2, 3) for i in range(len(text) - n + 1)]


def tfidf(analyzer: Analyzer, rows: int = 2) -> TfidfVectorizer:
    """The usual vectorizer: sublinear tf-idf, vectors of length 1."""
    return TfidfVectorizer(analyzer=analyzer, sublinear_tf=True, min_df=rows)


def presence(analyzer: Analyzer) -> TfidfVectorizer:
    """The shipped model's: a word that is there weighs its idf, however long the text."""
    return TfidfVectorizer(analyzer=analyzer, binary=True, norm=None, min_df=2)


def macro(truth: Truth, said: Truth) -> float:
    """Macro F1."""
    return float(f1_of(truth, said).mean())


def interval(truth: Truth, said: Truth) -> tuple[float, float]:
    """The 95 % bootstrap interval of macro F1, over the rows."""
    generator = np.random.default_rng(0)
    drawn = []
    for _ in range(DRAWS):
        rows = generator.integers(0, len(truth), len(truth))
        drawn.append(macro(truth[rows], said[rows]))
    return float(np.quantile(drawn, 0.025)), float(np.quantile(drawn, 0.975))
