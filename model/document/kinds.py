"""What each paragraph is, and which article it belongs to."""

from collections.abc import Sequence

from model.document import signs
from model.document.parts import Kind, Line, Paragraph

_LONGEST_CAPTION = 60
_SHORTEST_TITLE = 4
_SHORT_CRY = 16


def classified(lines: Sequence[Line]) -> list[Paragraph]:
    """The paragraphs with their kinds and articles."""
    kinds = [line.kind or _own_kind(line.text) for line in lines]
    _mark_captions(lines, kinds)
    _mark_titles(lines, kinds)
    article, begun = 1, False
    found: list[Paragraph] = []
    for n, (line, kind) in enumerate(zip(lines, kinds, strict=True), 1):
        article += kind == "title" and begun
        begun = begun or kind in ("title", "body")
        found.append(Paragraph(n, kind, line.placed, article))
    return found


def _own_kind(text: str) -> Kind:
    """What a paragraph is by its own words."""
    if signs.is_byline(text) or signs.is_name(text):
        return "byline"
    if signs.is_boilerplate(text):
        return "boilerplate"
    if signs.is_caption(text):
        return "caption"
    return "heading" if _is_heading(text) else "body"


def _is_heading(text: str) -> bool:
    if text.startswith("——") and len(text) <= _LONGEST_CAPTION and not signs.ends_sentence(text):
        return True
    if signs.holds_sentence(text) or len(text) > signs.LONGEST_HEADING:
        return False
    if text[-1] in "！？!?":
        return len(text) <= _SHORT_CRY
    return not signs.ends(text) or (text[-1] in "：:" and len(text) < _SHORT_CRY)


def _mark_captions(lines: Sequence[Line], kinds: list[Kind]) -> None:
    """Short single sentences beside a line that says whose the pictures are."""
    for i, line in enumerate(lines):
        if not signs.is_credit(line.text):
            continue
        for way in (range(i - 1, -1, -1), range(i + 1, len(lines))):
            for near in way:
                text = lines[near].text
                if kinds[near] != "body" or len(text) > _LONGEST_CAPTION or signs.holds_sentence(text):
                    break
                kinds[near] = "caption"


def _mark_titles(lines: Sequence[Line], kinds: list[Kind]) -> None:
    """The first heading before any body is the title; a later one is where a subtitle or a byline follows it."""
    if "title" in kinds:
        return
    begun = False
    for i, kind in enumerate(kinds):
        if kind != "heading" or lines[i].text.startswith("——") or len(lines[i].text) < _SHORTEST_TITLE:
            begun = begun or kind == "body"
            continue
        if not begun or (i + 1 < len(kinds) and _heads_article(lines[i + 1].text, kinds[i + 1])):
            kinds[i] = "title"
        begun = True


def _heads_article(text: str, kind: Kind) -> bool:
    """The text is what follows a headline: a subtitle, a byline, a body with its byline."""
    if kind == "body":
        return text.startswith(("本报讯", "本报记者", "本刊讯", "本報訊", "本報記者", "本刊訊"))
    return text.startswith("——") or (kind == "byline" and not signs.is_credit(text))
