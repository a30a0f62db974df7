"""Pinyin glosses, as some copies write them after a character: 戰(zhàn). They are no part of the text."""

import re

from model.document.places import Placed
from model.text import HAN

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_PLAIN = "a-zɑɡüê"
SYLLABLE = (
    rf"(?:(?=[^()（）]{{0,12}}[{_TONED}\u0300\u0301\u0304\u030c])"
    rf"[{_PLAIN}{_TONED}\u0300\u0301\u0304\u0308\u030c]{{1,8}}|men|me|zhe)"
)
"""The pattern of a syllable with a tone mark, or of 們, 麼 and 著, which have no tone."""

READING = re.compile(rf"([{HAN}])[(（]({SYLLABLE})[)）]", re.IGNORECASE)
"""A character and its gloss."""

_GLOSS = re.compile(rf"(?<=[{HAN}])\s?[(（]\s?{SYLLABLE}\s?[)）]", re.IGNORECASE)


def without_glosses(text: Placed) -> Placed:
    """`text` without the glosses: a syllable with its tone in brackets after a Chinese character."""
    return text.without(_GLOSS)
