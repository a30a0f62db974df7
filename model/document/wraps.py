"""Lines that end where their column ends become the paragraphs they were."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from model.document import signs
from model.document.parts import Line

_LEAST_LINES = 6
_LEAST_FULL = 4
_NARROWEST, _WIDEST = 8, 64
_FULL_LINE = 20
"""Two neighbours of this width that break off are no headings."""

_INDENT = (1.2, 3.2)
"""How much shorter the first line of a paragraph is, where its blanks are lost."""


def is_wrapped(lines: Sequence[Line]) -> bool:
    """The lines end where their column ended: many run on, and those are as wide as the next or as each other."""
    widths = [signs.width(line.text) for line in lines]
    if len(lines) < _LEAST_LINES:
        return any(map(_run_on, zip(lines, lines[1:], lines[2:], strict=False)))
    running = [i for i, line in enumerate(lines[:-1]) if not signs.ends(line.text)]
    if len(running) <= len(lines) / 4:
        return False
    column = statistics.median(widths[i] for i in running)
    if not _NARROWEST <= column <= _WIDEST:
        return False
    even = sum(abs(widths[i] - widths[i + 1]) <= 2.5 for i in running)
    if len(running) > len(lines) / 2 and even > len(running) / 2:
        return True
    column = sorted(widths[i] for i in running)[len(running) * 9 // 10]
    full = sum(abs(widths[i] - column) <= 3 for i in running)
    wider = sum(width > column + 4 for width in widths)
    return column <= _WIDEST and full >= max(_LEAST_FULL, len(running) * 0.5) and wider <= len(lines) / 20


def _run_on(three: tuple[Line, Line, Line]) -> bool:
    """Two lines as wide as a column break off, and a third goes on below: a paragraph, however short the document."""
    first, second, third = three
    widths = [signs.width(line.text) for line in three]
    return (
        not (signs.ends(first.text) or signs.ends(second.text) or second.gap or third.gap)
        and min(widths[:2]) >= _FULL_LINE
        and max(widths) <= _WIDEST
        and abs(widths[0] - widths[1]) <= 2.5
        and widths[2] <= max(widths[:2]) + 2.5
    )


@dataclass(frozen=True)
class _Style:
    """How a document sets its paragraphs apart.

    :ivar gaps: empty lines stand between them, and not between all lines.
    :ivar only_gaps: and between all of them.
    :ivar indents: they begin with blanks.
    :ivar shorter: their first lines are shorter, as the blanks before them are lost.
    """

    gaps: bool
    only_gaps: bool
    indents: bool
    shorter: bool


def unwrapped(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each paragraph."""
    style = _style(lines)
    found: list[list[Line]] = []
    for i, line in enumerate(lines):
        if found and not _breaks(found[-1], line, lines[i + 1 : i + 7], style):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _style(lines: Sequence[Line]) -> _Style:
    indented = [i for i, line in enumerate(lines) if line.indented and i]
    after_end = sum(signs.ends_sentence(lines[i - 1].text) for i in indented)
    widths = [signs.width(line.text) for line in lines]
    last = [
        i
        for i in range(1, len(lines) - 2)
        if signs.ends_sentence(lines[i].text) and widths[i] < widths[i - 1] - 2.5 and widths[i] < widths[i + 1] - 2.5
    ]
    shorter = [widths[i + 2] - widths[i + 1] for i in last if not signs.ends(lines[i + 1].text)]
    gaps = sum(line.gap for line in lines) < len(lines) / 2
    return _Style(
        gaps=gaps,
        only_gaps=gaps and len(last) > 2 and sum(lines[i + 1].gap for i in last) >= len(last) * 0.8,
        indents=3 <= len(indented) < len(lines) / 2 and after_end > len(indented) / 2,
        shorter=len(shorter) < 3 or statistics.median(shorter) > 0.9,
    )


def _breaks(run: Sequence[Line], line: Line, following: Sequence[Line], style: _Style) -> bool:
    """A new paragraph begins with `line`, after the lines of `run`."""
    last = run[-1]
    if last.whole or line.whole or line.kind or last.kind or ((style.gaps or style.indents) and line.indented):
        return True
    if _alone(line.text) or (len(run) == 1 and _alone(last.text)):
        return True
    if signs.ends(last.text) and signs.is_bullet(line.text):
        return True
    gap = style.gaps and line.gap
    if signs.ends_sentence(last.text):
        return gap or (not style.only_gaps and _ends_paragraph(run, line, following, style))
    if gap and (signs.ends(last.text) or signs.may_head("".join(each.text for each in run[-4:]))):
        return not signs.ends_in_comma(last.text)
    return _ends_heading(run, line, following)


def _alone(text: str) -> bool:
    """A line that by its signs is a paragraph of its own."""
    if text.startswith("——") or signs.is_credit(text):
        return True
    return not signs.ends(text) and (signs.is_byline(text) or signs.is_name(text) or signs.is_boilerplate(text))


def _ends_heading(run: Sequence[Line], line: Line, following: Sequence[Line]) -> bool:
    """The lines so far are too short for the column that follows, or a number begins, and they do not break off."""
    if len(run) > 3 or signs.ends_in_comma(run[-1].text) or any(signs.holds_sentence(each.text) for each in run):
        return False
    if signs.is_item(line.text) and signs.may_head("".join(each.text for each in run)):
        return True
    last, this = signs.most_width(run[-1].text), signs.width(line.text)
    column = statistics.median(signs.width(each.text) for each in (line, *following))
    if len(run) == 1:
        return last < (column if len(following) > 2 else this) - _INDENT[1]
    return last < min(column, signs.width(run[0].text)) - 5


def _ends_paragraph(run: Sequence[Line], line: Line, following: Sequence[Line], style: _Style) -> bool:
    """The last sentence also ends the paragraph: its line is short, or the next is indented or of another column."""
    if signs.is_item(line.text):
        return True
    last, most, this = signs.width(run[-1].text), signs.most_width(run[-1].text), signs.width(line.text)
    if len(run) == 1 and not style.indents:
        if style.shorter:
            grows = signs.most_width(line.text) - last >= 0.5 and this - most <= _INDENT[1]
            return signs.ends_sentence(line.text) or not grows
        return most < this - 1.4 or this > last + 5
    inner = run[max(1, len(run) - 12) : -1] or run[:1]
    column = statistics.median(signs.width(each.text) for each in inner) + (2 if len(run) < 3 and style.shorter else 0)
    if style.indents:
        heads = not signs.ends(line.text) and this < column - _INDENT[1]
        return most < column - 2.5 or heads or this > column + 5
    short = last < column - 1.4 and most < column - 0.2
    if not style.shorter:
        return short or this > column + 5
    around = statistics.median([signs.width(each.text) for each in (*run[1:][-6:], *following[:3])])
    first = _INDENT[0] <= around - this <= _INDENT[1] and not signs.ends_sentence(line.text)
    other = this > column + 5 or (this < column - 5 and not signs.ends_sentence(line.text))
    return short or first or other
