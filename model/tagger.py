"""The tagger: a bundle turned into scores, themes and evidence. Neither scikit-learn nor training is imported here."""

import math
import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, islice, takewhile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from model.bundle import DEFAULT, Array, Bundle, BundleTheme, load_bundle
from model.errors import BundleError, ParagraphError, UnknownThemeError
from model.features import Reader, Reading
from model.terms import Span
from model.text import NormalText
from model.words import dictionary_digest

BATCH = 64
"""How many texts `tag_many` holds at a time; more are hardly faster."""


class Evidence(NamedTuple):
    """A span of the text, in characters, and its part of the theme's logit before calibration."""

    theme: str
    start: int
    end: int
    text: str
    weight: float


@dataclass(frozen=True)
class Tags:
    """The answer for one paragraph.

    :ivar themes: the themes whose score reaches their threshold.
    :ivar review: the themes, answered yes or no, whose score is so near the threshold that a person should look.
    :ivar scores: the calibrated probability of every theme of the bundle.
    :ivar evidence: what made it so, the strongest first within a theme; None unless asked for.
    """

    themes: list[str]
    review: list[str]
    scores: dict[str, float]
    evidence: list[Evidence] | None = None

    def as_dict(self) -> dict[str, object]:
        """The answer as REST and batch give it."""
        answer: dict[str, object] = {"themes": self.themes, "review": self.review, "scores": self.scores}
        if self.evidence is not None:
            answer["evidence"] = [item._asdict() for item in self.evidence]
        return answer


_Features = tuple[list[int], list[float]]
"""The columns of a text's features that are not 0, ascending, and their values."""


class Tagger:
    """Tags paragraphs with the themes of a bundle. Threads may share one."""

    def __init__(self, bundle: Bundle) -> None:
        self._read = Reader(bundle.term_lists, bundle.variants)
        if bundle.fingerprint != self._read.segmenter.fingerprint() or bundle.dictionary != dictionary_digest():
            raise BundleError(
                "the bundle was trained with another jieba: its words are not cut here as they were there; "
                "install the versions of requirements.lock or run `make model` again"
            )
        self._bundle = bundle
        self._columns = {word: column for column, word in enumerate(bundle.words)}
        # Still mapped from disk, but a plain array to NumPy: rows of a memmap are many times slower to take.
        self._weights = np.asarray(bundle.weights)
        self._intercepts = np.array([theme.intercept for theme in bundle.themes])
        self._calibration = [(theme.key, theme.slope, theme.offset) for theme in bundle.themes]

    @classmethod
    def load(cls, folder: str | os.PathLike[str] | None = None) -> "Tagger":
        """The tagger of the bundle in `folder`, else in $THEMETAG_BUNDLE, else where `make model` puts it.

        :raises BundleError: when the bundle cannot be used.
        """
        return cls(load_bundle(Path(folder or os.environ.get("THEMETAG_BUNDLE") or DEFAULT)))

    @property
    def version(self) -> str:
        """The bundle's version."""
        return self._bundle.version

    @property
    def digest(self) -> str:
        """The bundle's digest (SHA-256)."""
        return self._bundle.digest

    @property
    def bundle(self) -> Bundle:
        """The bundle behind this tagger."""
        return self._bundle

    @property
    def themes(self) -> Sequence[BundleTheme]:
        """The themes, in the order of the scores."""
        return self._bundle.themes

    def tag(
        self,
        text: str,
        *,
        themes: Collection[str] | None = None,
        thresholds: Mapping[str, float] | None = None,
        evidence: bool = False,
    ) -> Tags:
        """Tag one paragraph.

        :param themes: answer and explain only these; the scores are those of all themes all the same.
        :param thresholds: calibrated probabilities, 0 to 1, instead of the bundle's; the review band moves along,
            and a threshold of 0 or 1 leaves nothing to review.
        :param evidence: also say which words made it so, for the `themes` asked for by name, else for those answered
            yes or in review. A theme's weights and its intercept add up to its logit before calibration.
        :raises ParagraphError: when `text` is not a string or holds nothing but white space.
        :raises UnknownThemeError: when a theme is named that the bundle does not have.
        """
        (tags,) = self.tag_many([text], themes=themes, thresholds=thresholds, evidence=evidence)
        return tags

    def tag_many(
        self,
        texts: Iterable[str],
        *,
        themes: Collection[str] | None = None,
        thresholds: Mapping[str, float] | None = None,
        evidence: bool = False,
    ) -> Iterator[Tags]:
        """The tags of each text in order, `BATCH` texts in memory at a time; arguments and errors as in `tag`."""
        self.check_themes([*(themes or ()), *(thresholds or ())])
        bands = [
            (theme.key, *_band(theme, (thresholds or {}).get(theme.key)))
            for theme in self.themes
            if themes is None or theme.key in themes
        ]
        rest = iter(texts)
        while batch := list(islice(rest, BATCH)):
            features = self._features(batch)
            for number, logit in enumerate(self._logits(features).tolist()):
                scores = self._scores(logit)
                yes = [key for key, _, threshold, _ in bands if scores[key] >= threshold]
                review = [key for key, low, _, high in bands if low <= scores[key] < high]
                found = None
                if evidence:
                    explained = themes if themes is not None else {*yes, *review}
                    found = self._evidence(batch[number], *features[number], explained)
                yield Tags(yes, review, scores, found)
            if len(features) < len(batch):
                raise _refusal(batch[len(features)])

    def logits(self, text: str) -> Array:
        """The logits before calibration, shape (themes,): intercepts and all contributions."""
        features = self._features([text])
        if not features:
            raise _refusal(text)
        logit: Array = self._logits(features)[0]
        return logit

    def check_themes(self, keys: Iterable[str]) -> None:
        """Do nothing if the bundle has all these themes.

        :raises UnknownThemeError: for the first that it does not have.
        """
        known = [theme.key for theme in self.themes]
        for key in keys:
            if key not in known:
                raise UnknownThemeError(key, known)

    def _features(self, texts: Sequence[str]) -> list[_Features]:
        """The features of `texts`, up to the first that cannot be tagged."""
        readings = self._read(list(takewhile(lambda text: isinstance(text, str), texts)))
        return [self._features_of(reading) for reading in takewhile(lambda reading: reading.text.strip(), readings)]

    def _features_of(self, reading: Reading) -> _Features:
        found = set(map(self._columns.get, reading.words))
        found.discard(None)
        columns: list[int] = sorted(found)  # type: ignore[arg-type]  # None is gone
        values = [1.0] * len(columns)
        first = len(self._columns)
        for number in sorted(reading.terms):
            columns.append(first + number)
            values.append(reading.terms[number])
        return (columns, values) if columns else ([0], [0.0])

    def _logits(self, features: Sequence[_Features]) -> Array:
        """The logits, shape (texts, themes); the sums of a text are its own, so others do not move their last bit."""
        if not features:
            return np.empty((0, len(self.themes)))
        columns = list(chain.from_iterable(columns for columns, _ in features))
        values = np.array(list(chain.from_iterable(values for _, values in features)))
        starts = list(accumulate((len(columns) for columns, _ in features[:-1]), initial=0))
        rows = self._weights.take(columns, axis=0) * values[:, None]
        logits: Array = np.add.reduceat(rows, starts, axis=0) + self._intercepts
        return logits

    def _scores(self, logit: Sequence[float]) -> dict[str, float]:
        return {
            key: _sigmoid(slope * value + offset)
            for (key, slope, offset), value in zip(self._calibration, logit, strict=True)
        }

    def _evidence(
        self, text: str, columns: Sequence[int], values: Sequence[float], keys: Collection[str]
    ) -> list[Evidence]:
        """The exact contributions to each theme in `keys`, added up by span."""
        if not keys:
            return []
        normal, shares = self._shares(text)
        found: list[Evidence] = []
        for number, theme in enumerate(self.themes):
            if theme.key not in keys:
                continue
            weights: defaultdict[Span, float] = defaultdict(float)
            for column, value, weight in zip(columns, values, self._weights[columns, number].tolist(), strict=True):
                contribution = value * weight
                if contribution:
                    for span, share in shares[column].items():
                        weights[span] += contribution * share
            for span, weight in sorted(weights.items(), key=lambda item: (-abs(item[1]), item[0])):
                start, end = normal.span(*span)
                found.append(Evidence(theme.key, start, end, text[start:end], weight))
        return found

    def _shares(self, text: str) -> tuple[NormalText, dict[int, dict[Span, float]]]:
        """For each column, the spans of the normal text it comes from and their shares of its value."""
        places = self._read.places(text)
        spans: defaultdict[int, list[Span]] = defaultdict(list)
        for word, start, end in places.words:
            if word in self._columns:
                spans[self._columns[word]].append((start, end))
        shares = {column: dict.fromkeys(found, 1 / len(found)) for column, found in spans.items()}
        first = len(self._columns)
        return places.normal, shares | {first + number: found for number, found in places.terms.items()}


def _refusal(text: object) -> ParagraphError:
    """Why `text` cannot be tagged."""
    if not isinstance(text, str):
        return ParagraphError("not-text", f"a paragraph is a string, this is a {type(text).__name__}")
    return ParagraphError("empty", "the paragraph has no text")


def _band(theme: BundleTheme, threshold: float | None) -> tuple[float, float, float]:
    """The review band's low end, the threshold and the band's high end; a caller's threshold moves the band along."""
    low, high = theme.review
    if threshold is None:
        return low, theme.threshold, high
    moved = _logit(threshold) - _logit(theme.threshold)
    return _sigmoid(_logit(low) + moved), threshold, _sigmoid(_logit(high) + moved)


def _sigmoid(logit: float) -> float:
    """The logistic function, for any float."""
    if logit < 0:
        return math.exp(logit) / (1 + math.exp(logit)) if logit > -700 else 0.0
    return 1 / (1 + math.exp(-logit))


def _logit(probability: float) -> float:
    if probability in (0, 1):
        return math.inf if probability else -math.inf
    return math.log(probability / (1 - probability))
