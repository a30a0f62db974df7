"""Pinyin glosses, as some copies write them after a character: 戰(zhàn). They are no part of the text."""

import re

from model.text import HAN

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_PLAIN = "a-zɑɡüê"
_GLOSS = re.compile(
    rf"(?<=[{HAN}])\s?[(（]\s?(?=[^()（）]{{0,12}}[{_TONED}\u0300\u0301\u0304\u030c])"
    rf"[{_PLAIN}{_TONED}\u0300\u0301\u0304\u0308\u030c]{{1,8}}\s?[)）]",
    re.IGNORECASE,
)


def without_glosses(text: str) -> str:
    """`text` without the glosses: a syllable with a tone mark in brackets after a Chinese character."""
    return _GLOSS.sub("", text)
