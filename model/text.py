"""Normal text: one form for full and half width, traditional and simplified, spaced and unspaced, with the way back.

Every character either maps to one character or is dropped, so each character of the normal text has one offset
(in characters) in the text as it came.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
HAN_PUNCTUATION = "\u2014\u2018-\u201d\u2026\u3001-\u3011"

_NO_WIDTH = "\u00ad\u200b-\u200f\u2060\ufeff"
# Dropped: white space that touches Chinese text (letter spacing, hard line ends), and characters without width.
# Possessive, so that no run is read twice.
_DROPPED = re.compile(
    rf"(?<=[{HAN}{HAN_PUNCTUATION}])[\s{_NO_WIDTH}]++"
    rf"|(?<![\s{_NO_WIDTH}])[\s{_NO_WIDTH}]++(?=[{HAN}{HAN_PUNCTUATION}])"
    rf"|[{_NO_WIDTH}]+"
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
        table: dict[int, int] = {ord(c): ord("\ufffd") for c in map(chr, range(0xD800, 0xE000))}
        table |= {c: c + 32 for c in range(ord("A"), ord("Z") + 1)}
        for full, half in zip(_FULL_WIDTH, _HALF_WIDTH, strict=True):
            if full not in _SENTENCE_PUNCTUATION:
                table[ord(full)] = ord(half.lower())
        table |= str.maketrans(variants.traditional, variants.simplified)
        self._table = table

    def __call__(self, text: str) -> NormalText:
        """Normal text of `text`, which may be any string, lone surrogates included."""
        normal = text.translate(self._table)
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
