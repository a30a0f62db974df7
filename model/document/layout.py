"""Lines become paragraphs: hard wraps and column breaks are undone, and nothing else is joined."""

from collections.abc import Sequence
from dataclasses import replace

from model.document import signs
from model.document.parts import Line
from model.document.places import seamless
from model.document.wraps import is_wrapped, unwrapped


def paragraphs_of(lines: Sequence[Line]) -> list[Line]:
    """The paragraphs of `lines`, in their order; what belongs to the page comes after the paragraph around it."""
    text: list[Line] = []
    asides: dict[int, list[Line]] = {}
    for line in lines:
        if line.aside:
            asides.setdefault(len(text), []).append(line)
        else:
            text.append(line)
    loose = [line for line in text if not line.whole]
    runs = unwrapped([_tight(line) for line in text]) if is_wrapped(loose) else _mended(text, loose)
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
    comma = signs.ends_in_comma(first.text)
    if first.kind == second.kind == "heading":
        return comma
    if first.kind or second.kind or signs.ends(first.text) or ((first.whole or second.whole) and not comma):
        return False
    if not first.whole and signs.goes_on(second.text):
        return True
    running = comma and signs.holds_sentence(first.text)
    if signs.opens(second.text) or (indents and second.indented and not running):
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
