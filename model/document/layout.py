"""Lines become paragraphs: hard wraps and column breaks are undone, and nothing else is joined."""

import statistics
from collections.abc import Sequence
from dataclasses import replace

from model.document import signs
from model.document.parts import Line
from model.document.places import seamless

_LEAST_LINES = 6
_NARROWEST, _WIDEST = 8, 64


def paragraphs_of(lines: Sequence[Line]) -> list[Line]:
    """The paragraphs of `lines`, in their order; what belongs to the page comes after the paragraph around it."""
    text: list[Line] = []
    asides: dict[int, list[Line]] = {}
    for line in lines:
        if line.aside or (not line.whole and signs.is_page_number(line.text)):
            asides.setdefault(len(text), []).append(line)
        else:
            text.append(line)
    loose = [line for line in text if not line.whole]
    runs = _unwrapped(text) if _wrapped(loose) else _mended(text, loose)
    found: list[Line] = []
    reached = 0
    for run in runs:
        found += asides.pop(reached, [])
        found.append(_joined(run))
        for between in range(reached + 1, reached + len(run)):
            found += asides.pop(between, [])
        reached += len(run)
    return found + asides.pop(reached, [])


def _mended(lines: Sequence[Line], loose: Sequence[Line]) -> list[list[Line]]:
    """Paragraphs of lines that are paragraphs, save where a column broke one."""
    indents = sum(line.indented for line in loose) > len(loose) / 4
    runs: list[list[Line]] = []
    for line in lines:
        spaced = _tight(line) if signs.letter_spaced(line.text) else line
        if runs and _goes_on(runs[-1], spaced, indents=indents):
            runs[-1].append(spaced)
        else:
            runs.append([spaced])
    return runs


def _joined(lines: Sequence[Line]) -> Line:
    if len(lines) == 1:
        return lines[0]
    return replace(lines[0], placed=seamless(line.placed for line in lines))


def _tight(line: Line) -> Line:
    return replace(line, placed=line.placed.without(signs.LOOSE))


def _goes_on(run: Sequence[Line], second: Line, *, indents: bool) -> bool:
    """The lines so far and the next are parts of one paragraph, or of one heading."""
    first = run[-1]
    if first.kind == second.kind == "heading":
        return signs.ends_in_comma(first.text)
    if first.kind or second.kind:
        return False
    if (first.whole or second.whole) and not signs.ends_in_comma(first.text):
        return False
    if signs.ends(first.text) or signs.opens(second.text) or (indents and second.indented):
        return False
    if any(test(text) for test in (signs.is_boilerplate, signs.is_byline) for text in (first.text, second.text)):
        return False
    begun = len(run) > 1 or _half(first.text)
    return begun and (signs.ends(second.text) or signs.holds_sentence(second.text) or _half(second.text))


def _half(text: str) -> bool:
    """The text is running text that breaks off, and no heading."""
    if signs.is_caption(text):
        return False
    return (
        signs.holds_sentence(text)
        or len(text) > signs.LONGEST_HEADING
        or (signs.ends_in_comma(text) and len(text) > 16)
    )


def _wrapped(lines: Sequence[Line]) -> bool:
    """The lines end where their column ended: many run on, and those are as wide as the next or as each other."""
    if len(lines) < _LEAST_LINES:
        return False
    widths = [signs.width(line.text) for line in lines]
    running = [i for i, line in enumerate(lines[:-1]) if not signs.ends(line.text)]
    if len(running) <= len(lines) / 4:
        return False
    column = statistics.median(widths[i] for i in running)
    if not _NARROWEST <= column <= _WIDEST:
        return False
    even = sum(abs(widths[i] - widths[i + 1]) <= 2.5 for i in running)
    if len(running) > len(lines) / 2 and even > len(running) / 2:
        return True
    wider = sum(width > column + 4 for width in widths)
    return wider <= len(lines) / 20 and sum(abs(widths[i] - column) <= 3 for i in running) >= len(running) * 0.8


def _unwrapped(lines: Sequence[Line]) -> list[list[Line]]:
    """Paragraphs of lines that end where the column ends."""
    tight = [_tight(line) for line in lines]
    gaps_tell = sum(line.gap for line in tight) < len(tight) / 2
    found: list[list[Line]] = []
    for i, line in enumerate(tight):
        if found and not _breaks(found[-1], line, tight[i + 1 : i + 4], gaps_tell=gaps_tell):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _breaks(run: Sequence[Line], line: Line, following: Sequence[Line], *, gaps_tell: bool) -> bool:
    """A new paragraph begins with `line`, after the lines of `run`."""
    last = run[-1]
    if last.whole or line.whole or line.kind or last.kind or (gaps_tell and line.indented):
        return True
    if _alone(line.text) or (len(run) == 1 and _alone(last.text)):
        return True
    if not signs.ends_sentence(last.text):
        return _is_heading(run, line) or (gaps_tell and line.gap and signs.ends(last.text))
    return (gaps_tell and line.gap) or _ends_column(run, line, following)


def _alone(text: str) -> bool:
    """A line that by its signs is a paragraph of its own."""
    if text.startswith("——") or signs.is_credit(text):
        return True
    return not signs.ends(text) and (signs.is_byline(text) or signs.is_name(text) or signs.is_boilerplate(text))


def _is_heading(run: Sequence[Line], line: Line) -> bool:
    """The one line so far is too short for the column of the next, and does not break off."""
    text = run[0].text
    if len(run) > 1 or signs.ends_in_comma(text) or signs.holds_sentence(text):
        return False
    return signs.width(text) < signs.width(line.text) - 3.2


def _ends_column(run: Sequence[Line], line: Line, following: Sequence[Line]) -> bool:
    """The last sentence also ends the paragraph: its line is short, or the next is indented or of another column."""
    last, this = signs.width(run[-1].text), signs.width(line.text)
    if len(run) == 1:
        return signs.ends_sentence(line.text) or not 0.5 <= this - last <= 3.2
    column = statistics.median([signs.width(each.text) for each in run[1:-1]] or [signs.width(run[0].text) + 2])
    around = statistics.median([signs.width(each.text) for each in (*run[1:][-6:], *following)])
    return last < column - 1.4 or 1.2 <= around - this <= 3.2 or abs(this - column) > 5
