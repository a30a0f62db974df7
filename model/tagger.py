"""The tagger: a bundle turned into scores, themes and evidence. Neither scikit-learn nor training is imported here."""

import math
import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model.bundle import DEFAULT, Array, Bundle, BundleTheme, load_bundle
from model.errors import BundleError, ParagraphError, UnknownThemeError
from model.features import Reader, Reading
from model.words import dictionary_digest

Span = tuple[int, int]


@dataclass(frozen=True)
class Evidence:
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
            answer["evidence"] = [vars(item) for item in self.evidence]
        return answer


@dataclass(frozen=True)
class _Features:
    """The columns and values of a text's features, and the reading they come from."""

    reading: Reading
    columns: list[int]
    values: Array


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
        self._intercepts = np.array([theme.intercept for theme in bundle.themes])

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
        self.check_themes([*(themes or ()), *(thresholds or ())])
        features = self._features(text)
        scores = self._scores(self._logit(features))
        asked = [theme for theme in self.themes if themes is None or theme.key in themes]
        bands = {theme.key: _band(theme, (thresholds or {}).get(theme.key)) for theme in asked}
        yes = [key for key, (_, threshold, _) in bands.items() if scores[key] >= threshold]
        review = [key for key, (low, _, high) in bands.items() if low <= scores[key] < high]
        found = None
        if evidence:
            explained = themes if themes is not None else {*yes, *review}
            found = self._evidence(text, features, explained)
        return Tags(yes, review, scores, found)

    def tag_many(
        self,
        texts: Iterable[str],
        *,
        themes: Collection[str] | None = None,
        thresholds: Mapping[str, float] | None = None,
        evidence: bool = False,
    ) -> Iterator[Tags]:
        """The tags of each text in order, one text in memory at a time; arguments and errors as in `tag`."""
        return (self.tag(text, themes=themes, thresholds=thresholds, evidence=evidence) for text in texts)

    def logits(self, text: str) -> Array:
        """The logits before calibration, shape (themes,): intercepts and all contributions."""
        return self._logit(self._features(text))

    def check_themes(self, keys: Iterable[str]) -> None:
        """Do nothing if the bundle has all these themes.

        :raises UnknownThemeError: for the first that it does not have.
        """
        known = [theme.key for theme in self.themes]
        for key in keys:
            if key not in known:
                raise UnknownThemeError(key, known)

    def _features(self, text: str) -> _Features:
        if not isinstance(text, str):
            raise ParagraphError("not-text", f"a paragraph is a string, this is a {type(text).__name__}")
        reading = self._read(text)
        if not reading.normal.text.strip():
            raise ParagraphError("empty", "the paragraph has no text")
        columns = sorted({self._columns[word] for word, _, _ in reading.words if word in self._columns})
        values = np.array([1.0] * len(columns) + [feature.value for feature in reading.terms])
        first = len(self._bundle.words)
        columns.extend(range(first, first + len(reading.terms)))
        return _Features(reading, columns, values)

    def _logit(self, features: _Features) -> Array:
        logit: Array = features.values @ self._bundle.weights[features.columns] + self._intercepts
        return logit

    def _scores(self, logit: Array) -> dict[str, float]:
        return {
            theme.key: _sigmoid(theme.slope * float(value) + theme.offset)
            for theme, value in zip(self.themes, logit, strict=True)
        }

    def _evidence(self, text: str, features: _Features, keys: Collection[str]) -> list[Evidence]:
        """The exact contributions to each theme in `keys`, added up by span."""
        shares = self._shares(features.reading)
        found: list[Evidence] = []
        for number, theme in enumerate(self.themes):
            if theme.key not in keys:
                continue
            weights: defaultdict[Span, float] = defaultdict(float)
            for column, value in zip(features.columns, features.values, strict=True):
                contribution = float(value) * float(self._bundle.weights[column, number])
                if contribution:
                    for span, share in shares[column].items():
                        weights[span] += contribution * share
            for span, weight in sorted(weights.items(), key=lambda item: (-abs(item[1]), item[0])):
                start, end = features.reading.normal.span(*span)
                found.append(Evidence(theme.key, start, end, text[start:end], weight))
        return found

    def _shares(self, reading: Reading) -> dict[int, dict[Span, float]]:
        """For each column, the spans of the normal text it comes from and their shares of its value."""
        spans: defaultdict[int, list[Span]] = defaultdict(list)
        for word, start, end in reading.words:
            if word in self._columns:
                spans[self._columns[word]].append((start, end))
        shares = {column: dict.fromkeys(found, 1 / len(found)) for column, found in spans.items()}
        first = len(self._bundle.words)
        return shares | {first + number: feature.shares for number, feature in enumerate(reading.terms)}


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
