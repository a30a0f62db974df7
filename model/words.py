"""Words: jieba's dictionary and algorithm in search mode, HMM off, by `rjieba` or, where it has no wheel, `jieba`.

Search mode gives the words of the one best cut and, inside long words, the dictionary words of two and three
characters. Which those are depends on the long word alone, so they need to be looked for only once a word.
"""

import hashlib
import importlib.util
import re
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from model.text import HAN

Word = tuple[str, int, int]
"""A word and its half-open span in the text it was cut from, in characters."""

Cut = Callable[[str], list[str]]
Has = Callable[[str], bool]

TERM_FREQUENCY = 10
"""The frequency of an added term: enough to hold it together, too little to pull neighbouring words apart."""

SAMPLE = (
    "农商行为科创企业发放首笔专利权质押贷款，利率下调30个基点；民警与柜员联手劝阻老人转账，挽回损失12.6万元。"
    "支行志愿者到敬老院送去棉被，光伏电站年发电量1,200万kWh，减少二氧化碳排放。研究生命起源的结婚的和尚未结婚的。"
)
"""A fixed text; how it is cut shows whether an engine cuts as the bundle's did."""

_WORD = re.compile(rf"[{HAN}a-z]")
_HAN_ONLY = re.compile(rf"[{HAN}]{{2,}}")


class Segmenter:
    """Cuts normal text into words, numbers and marks.

    `cut(text)` gives those of the best cut as they follow each other: joined, they are the text.

    :param terms: words to add to the dictionary; those with other than Chinese characters are left out, and so are
        those the dictionary has.
    :param engine: "rjieba" or "jieba"; the compiled one where it is installed by default.
    """

    def __init__(self, terms: Iterable[str] = (), engine: str | None = None) -> None:
        self.engine = engine or ("rjieba" if importlib.util.find_spec("rjieba") else "jieba")
        self._added = sorted({term for term in terms if _HAN_ONLY.fullmatch(term)})
        self.cut, self._has = (_rjieba if self.engine == "rjieba" else _jieba)(self._added)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickled as how to build it: the engines hold what cannot be pickled."""
        return Segmenter, (self._added, self.engine)

    def inside(self, word: str) -> list[tuple[int, int]]:
        """The spans in a word of the best cut of the dictionary's shorter words of two and three characters."""
        size = len(word)
        spans = [(at, at + length) for length in (2, 3) if length < size for at in range(size - length + 1)]
        return [(start, end) for start, end in spans if self._has(word[start:end])]

    def spans(self, text: str) -> list[Word]:
        """All words of normal text in search mode, with their spans."""
        words: list[Word] = []
        at = 0
        for word in self.cut(text):
            words += [(word[start:end], at + start, at + end) for start, end in self.inside(word)]
            words.append((word, at, at + len(word)))
            at += len(word)
        return words

    def fingerprint(self) -> str:
        """SHA-256 of the words of `SAMPLE`: equal for segmenters that cut alike."""
        cut = sorted(self.spans(SAMPLE), key=lambda word: word[1:])
        return hashlib.sha256(repr(cut).encode()).hexdigest()


def is_word(text: str) -> bool:
    """Whether what was cut holds a Chinese character or a lower-case Latin letter: numbers and marks do not."""
    return _WORD.search(text) is not None


def dictionary_digest() -> str:
    """SHA-256 of jieba's dictionary file as installed."""
    spec = importlib.util.find_spec("jieba")
    if spec is None or spec.origin is None:
        return ""
    return hashlib.sha256((Path(spec.origin).parent / "dict.txt").read_bytes()).hexdigest()


def _rjieba(added: list[str]) -> tuple[Cut, Has]:
    import rjieba

    tokenizer = rjieba.Jieba()
    for term in added:
        if not tokenizer.has_word(term):
            tokenizer.add_word(term, TERM_FREQUENCY, None)
    return lambda text: tokenizer.cut(text, False), tokenizer.has_word


def _jieba(added: list[str]) -> tuple[Cut, Has]:
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    with tempfile.TemporaryDirectory(prefix="themetag-jieba-") as private:
        # jieba loads unchecked whatever lies in its shared cache folder: give it one that nobody else writes.
        tokenizer.tmp_dir = private
        tokenizer.initialize()
    for term in added:
        if not tokenizer.FREQ.get(term):
            tokenizer.add_word(term, TERM_FREQUENCY)
    return lambda text: tokenizer.lcut(text, HMM=False), lambda word: bool(tokenizer.FREQ.get(word))
