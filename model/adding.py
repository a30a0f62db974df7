"""Themes added to those of a trained bundle, which stay as they are: no weight, threshold or word of theirs moves.

What an added theme is learnt from:

- labelled paragraphs: those of its own folder, with or without it, and those of the first folder that name it;
- the other paragraphs of the first folder, which do not speak of it. Those without a term of the theme are taken as
  paragraphs without it. Those with a pair that meets or two distinct terms are taken as paragraphs with it as long as
  fewer than `MIN_ROWS` labelled ones have it. All others may have it or not, and are left out.

How often it will be met is unknown: for its probabilities and figures it is taken to be as common as the first
folder's themes are on average.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse
from scipy.special import expit
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.pipeline import Pipeline

from model.bundle import Array, Bundle, BundleTheme
from model.calibration import Answer, moved_band, platt
from model.card import added_card, f1_intervals
from model.errors import Problem, SeedsError
from model.evaluation import Truth, figures_of
from model.features import Reader
from model.seeds import MIN_ROWS, Seeds, Theme
from model.terms import TermList, TermMatcher
from model.text import Normaliser
from model.training import Options, build_learner, feature_scale, feature_union, label_matrix, term_list, train

FALSE_ALARMS = 0.03
"""The share of paragraphs without an added theme that its threshold lets through (notebooks/05).

Thresholds of best F1 need more labelled paragraphs: from few they say the theme where two terms stand, and little else.
"""


@dataclass(frozen=True)
class _Rows:
    """The paragraphs a theme is learnt from; arrays have an entry for each paragraph of both folders.

    :ivar truth: whether it has the theme, labelled or weakly.
    :ivar labelled: whether a person said so.
    :ivar used: whether it is learnt from at all.
    """

    truth: Truth
    labelled: Truth
    used: Truth

    @property
    def by_people(self) -> int:
        """How many are labelled as having it."""
        return int((self.truth & self.labelled).sum())

    @property
    def by_terms(self) -> int:
        """How many are taken to have it, for their terms."""
        return int((self.truth & ~self.labelled).sum())

    def __str__(self) -> str:
        return f"{self.by_people} labelled paragraphs have it, {self.by_terms} by its terms"


@dataclass(frozen=True)
class _Learnt:
    """What was learnt of a theme; `figures` is None where too few rows are labelled to measure any."""

    rows: _Rows
    weights: Array
    intercept: float
    answer: Answer
    figures: dict[str, Any] | None


def train_folders(
    folders: Sequence[Seeds], options: Options | None = None, say: Callable[[str], None] = lambda _: None
) -> tuple[Bundle, Pipeline]:
    """Train on the first seeds and add the themes of the others to them, one after the other.

    :returns: the bundle (not yet written), and the fitted pipeline of the first.
    :raises SeedsError: when a theme has neither paragraphs nor terms enough.
    """
    base, *others = folders
    bundle, pipeline = train(base, options, say)
    for added in others:
        bundle = add_themes(bundle, base, added, options, say)
    return bundle, pipeline


def add_themes(
    bundle: Bundle,
    base: Seeds,
    added: Seeds,
    options: Options | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Bundle:
    """The bundle with the themes of `added` after its own.

    :param bundle: trained on `base`; it may have other added themes, which do not matter to these.
    :raises SeedsError: when a theme has neither paragraphs nor terms enough.
    """
    options = options or Options()
    normalise = Normaliser(bundle.variants)
    lists = {theme.key: replace(term_list(theme, normalise), added=True) for theme in added.themes}
    reader = Reader({theme.key: bundle.term_lists[theme.key] for theme in base.themes} | lists, bundle.variants)
    union = feature_union(reader, options)
    features = union.fit_transform([paragraph.text for paragraph in (*base.paragraphs, *added.paragraphs)]).tocsr()
    words = union.transformer_list[0][1].get_feature_names_out().tolist()
    usual_share = float(label_matrix(base.paragraphs, [theme.key for theme in base.themes]).mean())
    learnt = []
    for theme in added.themes:
        rows = _rows_of(theme, base, added, features[:, len(words) :] / options.term_weight, reader.names)
        say(f"adding theme {theme.key}: {rows}")
        learnt.append(_learn(theme, features, rows, usual_share, options))
    entries = [
        _entry(theme, lists[theme.key], found, bundle.themes[0])
        for theme, found in zip(added.themes, learnt, strict=True)
    ]
    scale = feature_scale(union, options)
    merged = _merged(
        bundle, entries, words, reader.names, scale[:, None] * np.column_stack([a.weights for a in learnt])
    )
    digest = hashlib.sha256(json.dumps([bundle.seeds_digest, added.digest]).encode()).hexdigest()
    measured = {theme.key: found.figures for theme, found in zip(added.themes, learnt, strict=True)}
    metrics = {**bundle.metrics, "themes": {**bundle.metrics["themes"], **measured}}
    accounts = {theme.key: str(found.rows) for theme, found in zip(added.themes, learnt, strict=True)}
    card = f"{bundle.card}\n{added_card(accounts, measured, {entry.key: entry.threshold for entry in entries})}"
    return replace(merged, seeds_digest=digest, metrics=metrics, card=card)


def _rows_of(theme: Theme, base: Seeds, added: Seeds, values: scipy.sparse.csr_matrix, names: Sequence[str]) -> _Rows:
    """The paragraphs a theme is learnt from.

    :param values: the term features, shape (paragraphs, features), named `names`.
    """
    paragraphs = [*base.paragraphs, *added.paragraphs]
    named = np.array([theme.key in paragraph.themes for paragraph in paragraphs])
    labelled = named | (np.arange(len(paragraphs)) >= len(base.paragraphs))
    columns = [column for column, name in enumerate(names) if name.startswith(f"{theme.key}: ")]
    count, *met = values[:, columns].toarray().T
    silent = (count == 0) & ~np.any(met, axis=0)
    weak = ((count > 1) | np.any(met, axis=0)) & ~labelled & (named.sum() < MIN_ROWS)
    rows = _Rows(named | weak, labelled, labelled | silent | weak)
    if rows.truth.sum() < MIN_ROWS:
        message = (
            f"theme {theme.key!r} has too few paragraphs: {rows}, together at least {MIN_ROWS} are needed; "
            "label paragraphs, or give it terms that stand in those at hand"
        )
        raise SeedsError([Problem(f"themes/{theme.key}.toml", 0, message)])
    if (rows.used & ~rows.truth).sum() < MIN_ROWS:
        message = f"theme {theme.key!r}: its terms stand in nearly every paragraph, so none shows what it is not"
        raise SeedsError([Problem(f"themes/{theme.key}.toml", 0, message)])
    return rows


def _learn(
    theme: Theme, features: scipy.sparse.csr_matrix, rows: _Rows, usual_share: float, options: Options
) -> _Learnt:
    """Learn a theme; its figures only where enough of the rows that have it are labelled."""
    used, truth, labelled = features[rows.used], rows.truth[rows.used], rows.labelled[rows.used]
    folds = PredefinedSplit(_folds(truth, labelled, options.folds))
    logits = cross_val_predict(build_learner(options), used, truth, cv=folds, method="decision_function")
    learner = build_learner(options).fit(used, truth)
    mixed = _mixed(truth, labelled, usual_share)
    slope, offset = platt(logits[mixed], truth[mixed])
    threshold = float(np.quantile(logits[~truth], 1 - FALSE_ALARMS))
    answer = Answer(slope, offset, float(expit(slope * threshold + offset)))
    figures = _figures(theme.key, truth[mixed], answer, logits[mixed]) if rows.by_people >= MIN_ROWS else None
    return _Learnt(rows, learner.coef_[0], float(learner.intercept_[0]), answer, figures)


def _mixed(truth: Truth, labelled: Truth, share: float) -> npt.NDArray[np.intp]:
    """Every row but some without the theme, dropped evenly, so that about this share of the rows has it."""
    kept, silent = np.flatnonzero(truth | labelled), np.flatnonzero(~truth & ~labelled)
    wanted = max(1, round(truth.sum() * (1 - share) / share) - int((~truth & labelled).sum()))
    return np.sort(np.r_[kept, silent[:: max(1, len(silent) // wanted)]])


def _folds(truth: Truth, labelled: Truth, folds: int) -> npt.NDArray[np.intp]:
    """The fold of each row: every kind of row, however few, is dealt out evenly."""
    numbers = np.empty(len(truth), dtype=np.intp)
    numbers[np.lexsort((truth, labelled))] = np.arange(len(truth)) % folds
    return numbers


def _figures(key: str, truth: Truth, answer: Answer, logits: Array) -> dict[str, Any]:
    scores = answer.scores(logits)
    said = scores >= answer.threshold
    (figures,) = figures_of([key], truth[:, None], scores[:, None], said[:, None])
    (interval,) = f1_intervals(truth[:, None], said[:, None])
    return {**asdict(figures), "f1_interval": list(interval)}


def _entry(theme: Theme, terms: TermList, learnt: _Learnt, neighbour: BundleTheme) -> BundleTheme:
    """The theme as the bundle knows it, with a review band as wide as its neighbour's."""
    return BundleTheme(
        **{name: getattr(theme, name) for name in ("key", "name_zh", "name_en", "definition", "excludes", "color")},
        terms=terms.terms,
        pairs=terms.pairs,
        intercept=learnt.intercept,
        **asdict(learnt.answer),
        review=moved_band(neighbour.review, neighbour.threshold, learnt.answer.threshold),
        added=True,
    )


def _merged(
    bundle: Bundle, themes: Sequence[BundleTheme], words: Sequence[str], names: Sequence[str], weights: Array
) -> Bundle:
    """The bundle with more themes: all weights stay, those of features they did not have are 0.

    :param weights: of the new themes, shape (words and term features, themes), in the order of `words` and `names`.
    """
    wider = replace(bundle, themes=[*bundle.themes, *themes])
    old_words, old_names = list(bundle.words), TermMatcher(bundle.term_lists).names
    every_word = [*old_words, *sorted({*words} - {*old_words})]
    every_name = TermMatcher(wider.term_lists).names
    row_of_word = {word: row for row, word in enumerate(every_word)}
    row_of_name = {name: row for row, name in enumerate(every_name, len(every_word))}
    table = np.zeros((len(every_word) + len(every_name), len(wider.themes)))
    old = [*(row_of_word[word] for word in old_words), *(row_of_name[name] for name in old_names)]
    new = [*(row_of_word[word] for word in words), *(row_of_name[name] for name in names)]
    table[old, : len(bundle.themes)] = bundle.weights
    table[new, len(bundle.themes) :] = weights
    return replace(wider, words=every_word, weights=table)
