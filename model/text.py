"""Normal text: one form for full and half width, traditional and simplified, spaced and unspaced, with the way back.

Every character either maps to one character or is dropped, so each character of the normal text has one offset
(in characters) in the text as it came.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
HAN_PUNCTUATION = "\u2014\u2018-\u201d\u2026\u3001-\u3011"

BREAK = "\0"
"""Stands in no normal text, so that it can part texts that are read together."""

_NO_WIDTH = "\u00ad\u200b-\u200f\u2060\ufeff"
_BLANK = rf"[\s{_NO_WIDTH}]"
_CHINESE = f"[{HAN}{HAN_PUNCTUATION}]"
# Dropped: white space that touches Chinese text (letter spacing, hard line ends), and characters without width.
# Possessive, so that no run is read twice; begins with one set of characters, which the engine skips to.
_DROPPED = re.compile(
    rf"{_BLANK}(?:(?<={_CHINESE}{_BLANK}){_BLANK}*+"
    rf"|(?<!{_BLANK}{_BLANK}){_BLANK}*+(?={_CHINESE})"
    rf"|(?<=[{_NO_WIDTH}])[{_NO_WIDTH}]*+)"
)
_FULL_WIDTH = "".join(map(chr, range(0xFF01, 0xFF5F))) + "\u3000"
_HALF_WIDTH = "".join(map(chr, range(0x21, 0x7F))) + " "
_SENTENCE_PUNCTUATION = "！，：；？"  # stay as they are: they end sentences


@dataclass(frozen=True)
class Variants:
    """The table from traditional to simplified characters: `simplified[i]` is written for `traditional[i]`."""

    traditional: str = ""
    simplified: str = ""


@dataclass(frozen=True)
class NormalText:
    """Normal text and, for each of its characters, the offset of its origin; `offsets` is None where they are equal."""

    text: str
    offsets: Sequence[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span in the original text of the non-empty half-open span `start:end` of the normal text."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1


class Normaliser:
    """Turns text into `NormalText`. Reading time grows linearly with the text.

    :param variants: the table of traditional characters; a bundle carries the one it was trained with.
    """

    def __init__(self, variants: Variants) -> None:
        table = {chr(code): "\ufffd" for code in range(0xD800, 0xE000)}
        table[BREAK] = "\ufffd"
        table |= dict.fromkeys("\t\n\r", " ")  # a line end is no end of a sentence
        table |= {chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}
        for full, half in zip(_FULL_WIDTH, _HALF_WIDTH, strict=True):
            if full not in _SENTENCE_PUNCTUATION:
                table[full] = half.lower()
        table |= zip(variants.traditional, variants.simplified, strict=True)
        self._table = table
        # Few characters of a text change: skipping to them is many times faster than str.translate.
        self._changed = re.compile(f"[{re.escape(''.join(table))}]")

    def text(self, text: str) -> str:
        """The normal text of `text`, which may be any string, lone surrogates included."""
        return _DROPPED.sub("", self._mapped(text))

    def __call__(self, text: str) -> NormalText:
        """The normal text of `text` with the way back."""
        normal = self._mapped(text)
        offsets: list[int] | None = None
        kept: list[str] = []
        position = 0
        for match in _DROPPED.finditer(normal):
            if offsets is None:
                offsets = []
            offsets.extend(range(position, match.start()))
            kept.append(normal[position : match.start()])
            position = match.end()
        if offsets is None:
            return NormalText(normal, None)
        offsets.extend(range(position, len(normal)))
        kept.append(normal[position:])
        return NormalText("".join(kept), offsets)

    def _mapped(self, text: str) -> str:
        """`text` with every character in its normal form, none dropped."""
        table = self._table
        return self._changed.sub(lambda match: table[match[0]], text)
