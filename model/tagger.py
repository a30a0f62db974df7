"""The tagger: a bundle turned into scores, themes and evidence. Neither scikit-learn nor training is imported here."""

import math
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice, repeat
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from model.bundle import DEFAULT, Array, Bundle, BundleTheme, load_bundle
from model.errors import BundleError, ParagraphError, UnknownThemeError
from model.evidence import Evidence, explain
from model.features import Reader, Reading
from model.words import dictionary_digest

BATCH = 65_536
"""How many characters `tag_many` reads at a time, and what is left of the last text; more are hardly faster."""


class Tags(NamedTuple):
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


class Tagger:
    """Tags paragraphs with the themes of a bundle. Threads may share one."""

    def __init__(self, bundle: Bundle) -> None:
        self._read = Reader(bundle.term_lists, bundle.variants, bundle.words)
        if bundle.fingerprint != self._read.segmenter.fingerprint() or bundle.dictionary != dictionary_digest():
            raise BundleError(
                "the bundle was trained with another jieba: its words are not cut here as they were there; "
                "install the versions of requirements.lock or run `make model` again"
            )
        self._bundle = bundle
        # A row a theme, each in one piece; still mapped from disk, but a plain array to NumPy.
        self._weights = np.asarray(bundle.weights).T
        self._keys = [theme.key for theme in bundle.themes]
        self._intercepts = np.array([theme.intercept for theme in bundle.themes])
        self._bands = _bands(bundle.themes, {})
        self._slopes = np.array([theme.slope for theme in bundle.themes])
        self._offsets = np.array([theme.offset for theme in bundle.themes])

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
        """The tags of each text in order, read `BATCH` characters at a time; arguments and errors as in `tag`."""
        self.check_themes([*(themes or ()), *(thresholds or ())])
        low, threshold, high = self._bands if thresholds is None else _bands(self.themes, thresholds)
        asked = np.array([themes is None or key in themes for key in self._keys])
        for batch in _batches(texts):
            if not batch:
                continue
            reading = self._read(batch)
            scores = _sigmoids(self._slopes * self._logits(reading) + self._offsets)
            yes = asked & (scores >= threshold)
            review = asked & (low <= scores) & (scores < high)
            found: Iterable[list[Evidence] | None] = repeat(None)
            if evidence:
                found = self._evidence(batch, reading, np.logical_or(yes, review) if themes is None else asked)
            dicts = [dict(zip(self._keys, row, strict=False)) for row in scores.tolist()]
            answers = map(Tags, self._named(yes), self._named(review), dicts, found)
            if all(map(str.strip, reading.texts)):
                yield from answers
                continue
            blank = next(row for row, text in enumerate(reading.texts) if not text.strip())
            yield from islice(answers, blank)
            raise _refusal(batch[blank])

    def logits(self, text: str) -> Array:
        """The logits before calibration, shape (themes,): intercepts and all contributions."""
        if not isinstance(text, str):
            raise _refusal(text)
        reading = self._read([text])
        if not reading.texts[0].strip():
            raise _refusal(text)
        logit: Array = self._logits(reading)[0]
        return logit

    def check_themes(self, keys: Iterable[str]) -> None:
        """Do nothing if the bundle has all these themes.

        :raises UnknownThemeError: for the first that it does not have.
        """
        known = [theme.key for theme in self.themes]
        for key in keys:
            if key not in known:
                raise UnknownThemeError(key, known)

    def _logits(self, reading: Reading) -> Array:
        """The logits, shape (texts, themes); the sums of a text are its own, so others do not move their last bit."""
        row, column, value = self._read.features(reading)
        sums = [np.bincount(row, value * weights[column], len(reading.texts)) for weights in self._weights]
        logits: Array = np.array(sums).T + self._intercepts
        return logits

    def _named(self, marked: npt.NDArray[np.bool_]) -> list[list[str]]:
        """The keys of the themes marked in each row."""
        named: list[list[str]] = [[] for _ in marked]
        for row, theme in zip(*(places.tolist() for places in marked.nonzero()), strict=True):
            named[row].append(self._keys[theme])
        return named

    def _evidence(self, texts: Sequence[str], reading: Reading, wanted: npt.NDArray[np.bool_]) -> list[list[Evidence]]:
        wanted = np.broadcast_to(wanted, (len(reading.texts), len(self._keys)))
        origins = self._read.origins(reading, np.logical_or.reduce(wanted, axis=1))
        return explain(texts, reading, origins, self._weights, wanted, self._keys, self._read.normalise)


def _batches(texts: Iterable[object]) -> Iterator[list[str]]:
    """The texts, so many at a time that they have `BATCH` characters, up to the first that is none."""
    batch: list[str] = []
    size = 0
    for text in texts:
        if not isinstance(text, str):
            yield batch
            raise _refusal(text)
        batch.append(text)
        size += len(text)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    yield batch


def _refusal(text: object) -> ParagraphError:
    """Why `text` cannot be tagged."""
    if not isinstance(text, str):
        return ParagraphError("not-text", f"a paragraph is a string, this is a {type(text).__name__}")
    return ParagraphError("empty", "the paragraph has no text")


def _bands(themes: Sequence[BundleTheme], thresholds: Mapping[str, float]) -> Array:
    """The low ends of the review bands, the thresholds and the high ends, shape (3, themes)."""
    return np.array([_band(theme, thresholds.get(theme.key)) for theme in themes]).T


def _band(theme: BundleTheme, threshold: float | None) -> tuple[float, float, float]:
    """The review band's low end, the threshold and the band's high end; a caller's threshold moves the band along."""
    low, high = theme.review
    if threshold is None:
        return low, theme.threshold, high
    moved = _logit(threshold) - _logit(theme.threshold)
    return _sigmoid(_logit(low) + moved), threshold, _sigmoid(_logit(high) + moved)


def _sigmoids(logits: Array) -> Array:
    """The logistic function, each value the same whatever stands beside it."""
    scores: Array = 1 / (1 + np.exp(-np.maximum(logits, -700)))
    return scores


def _sigmoid(logit: float) -> float:
    """The logistic function, for any float."""
    return float(_sigmoids(np.array(logit)))


def _logit(probability: float) -> float:
    if probability in (0, 1):
        return math.inf if probability else -math.inf
    return math.log(probability / (1 - probability))
