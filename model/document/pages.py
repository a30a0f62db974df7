"""What stands at the top and the foot of every page, and is no part of the text between."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from model.document import signs
from model.document.parts import Line

_EDGE = 2
_DIGITS = re.compile(r"\d+")


def without_running_heads(pages: Sequence[Sequence[Line]]) -> list[Line]:
    """The lines of the pages, with those set aside that head or foot a third of them: the same but for numbers."""
    edges = [{_form(line) for line in chain(page[:_EDGE], page[-_EDGE:])} for page in pages]
    counts = Counter(chain.from_iterable(edges))
    least = max(2, len(pages) / 3)
    running = {form for form, count in counts.items() if count >= least}
    lines: list[Line] = []
    for page in pages:
        for number, line in enumerate(page):
            at_edge = number < _EDGE or number >= len(page) - _EDGE
            aside = at_edge and _form(line) in running and not signs.ends_sentence(line.text)
            lines.append(replace(line, kind="boilerplate", aside=True) if aside else line)
    return lines


def _form(line: Line) -> str:
    return _DIGITS.sub("0", line.text)
