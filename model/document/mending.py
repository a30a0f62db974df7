"""Mends what a program broke that put glosses bytewise into GBK, where there is no doubt.

Such a program looks for the two bytes of a character and does not mind where characters begin. In 當地 it finds 數,
the last byte of the one and the first of the other, and writes (shù) between them: the first byte of 地 and the
bracket make no character, and from there on each byte is read with the wrong neighbour, until one is ASCII:
當?shù)厣鐓^. The byte that is lost is the second of a character with that reading whose first byte is the last of 當.
What readings characters have, the unbroken glosses of the document tell.
"""

import re
from collections.abc import Mapping, Sequence

from model.document.glosses import READING, SYLLABLE
from model.document.places import Placed, Run, joined

_BROKEN = re.compile(rf"[?？\ufffd][(（]?({SYLLABLE})[)）]", re.IGNORECASE)
_SHIFTED = re.compile(r"[^\x00-\x7f\ufffd？]*+([@-~]?)")
_MARKS = frozenset("，。、；：？！“”‘’（）《》…—·％")
_LEAST_COMMON = 0.8

Readings = Mapping[str, Sequence[bytes]]
"""The characters of each syllable, in GBK."""


def mended(texts: Sequence[Placed]) -> list[Placed]:
    """The texts of a document with their broken glosses mended; what cannot be mended stays."""
    if not any(_BROKEN.search(text.text) for text in texts):
        return list(texts)
    readings: dict[str, set[bytes]] = {}
    for text in texts:
        for character, syllable in READING.findall(text.text):
            readings.setdefault(syllable.lower(), set()).add(_bytes(character))
    ordered = {syllable: sorted(characters) for syllable, characters in readings.items()}
    return [_mended(text, ordered) if _BROKEN.search(text.text) else text for text in texts]


def _mended(text: Placed, readings: Readings) -> Placed:
    parts: list[Placed] = []
    reached = 0
    for broken in _BROKEN.finditer(text.text):
        if broken.start() < reached:
            continue
        shifted = _SHIFTED.match(text.text, broken.end())
        if broken.start() == 0 or shifted is None:
            continue
        closing = None if shifted[1] else _BROKEN.match(text.text, shifted.end())
        lost = _lost(_bytes(text.text[broken.start() - 1])[1:], broken[1], readings)
        right = _right(lost, shifted[0], closing and closing[1], readings)
        if right is None:
            continue
        parts.append(text.kept([(reached, broken.start() + (not lost))]))
        end = closing.end() if closing else shifted.end()
        place = text.span(broken.end(), end)
        parts.append(Placed(right, (Run(0, *place),) if place else ()))
        reached = end
    return joined([*parts, text.kept([(reached, len(text.text))])]) if parts else text


def _right(lost: bytes, shifted: str, closing: str | None, readings: Readings) -> str | None:
    """What `shifted` was before its first byte was lost; None where that is in doubt.

    :param closing: the reading of a second broken gloss, which took the last byte.
    """
    data = b"".join(map(_bytes, shifted))
    data = lost + data if lost else data[1:]
    if closing:
        data += _lost(data[-1:], closing, readings) or b"?"
    elif len(data) % 2 and data:  # its last byte is lost with the mark that stands there now
        data = data[:-1]
    try:
        text = data.decode("gbk")
    except UnicodeDecodeError:
        return None
    common = sum(map(_is_common, _simplified(text)))
    enough = common >= len(text) * _LEAST_COMMON if lost else common == len(text) > 1
    return text if text and enough else None


def _lost(first: bytes, syllable: str, readings: Readings) -> bytes:
    """The second byte of the one character with this first byte and this reading; empty where that is not known."""
    found = [data[1:] for data in readings.get(syllable.lower(), ()) if data[:1] == first and first]
    return found[0] if len(found) == 1 else b""


def _bytes(text: str) -> bytes:
    """The text in GBK, with a byte that no character begins with for what is not in it."""
    return text.encode("gbk", "replace").replace(b"?", b"\xff")


def _simplified(text: str) -> str:
    from opencc import OpenCC

    simplified: str = OpenCC("t2s").convert(text)
    return simplified


def _is_common(character: str) -> bool:
    """The character is punctuation, or one of the 3,755 of the first level of GB 2312."""
    data = _bytes(character)
    return character in _MARKS or (len(data) == 2 and 0xB0 <= data[0] <= 0xD7 and data[1] >= 0xA1)
