"""One paragraph as callers send it, a string or an object, tagged: the same for HTTP and for files."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model import ParagraphError, Tagger, Tags
from service.problems import paragraph_problem, problem_uri

_NO_CHARACTER = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True)
class Wishes:
    """What a caller wants of the tagger; see `Tagger.tag`."""

    themes: Collection[str] | None = None
    thresholds: Mapping[str, float] | None = None
    evidence: bool = False
    max_characters: int | None = None


def tag_items(tagger: Tagger, items: Sequence[object], wishes: Wishes) -> list[dict[str, Any]]:
    """The answer for each item: its id (its index where it has none) and its tags, or its id and its `error`."""
    texts = [_text_or_error(item, wishes.max_characters) for item in items]
    tags = iter(_tags(tagger, [text for text in texts if isinstance(text, str)], wishes))
    answers = (next(tags) if isinstance(text, str) else text for text in texts)
    return [_answer(item, index, answer) for index, (item, answer) in enumerate(zip(items, answers, strict=True))]


def _tags(tagger: Tagger, texts: Sequence[str], wishes: Wishes) -> list[Tags | ParagraphError]:
    """The tags of each text, or why it has none."""
    try:
        return list(
            tagger.tag_many(texts, themes=wishes.themes, thresholds=wishes.thresholds, evidence=wishes.evidence)
        )
    except ParagraphError as error:  # a rare text of nothing but invisible characters: now one by one
        return [error] if len(texts) == 1 else [one for text in texts for one in _tags(tagger, [text], wishes)]


def _answer(item: object, index: int, answer: Tags | ParagraphError) -> dict[str, Any]:
    id = item.get("id", index) if isinstance(item, dict) else index
    if isinstance(answer, Tags):
        return {"id": id, **answer.as_dict()}
    return {"id": id, "error": {"type": problem_uri(paragraph_problem(answer)), "detail": str(answer)}}


def _text_or_error(item: object, limit: int | None) -> str | ParagraphError:
    try:
        return _text(item, limit)
    except ParagraphError as error:
        return error


def _text(item: object, limit: int | None) -> str:
    """The text of an item; members other than `id` and `text` are the caller's own.

    :raises ParagraphError: when it is neither a string nor an object with a string `text`, and when its text is longer
        than `limit`, blank, or has what is no character.
    """
    if isinstance(item, dict) and "text" not in item:
        raise ParagraphError("not-text", 'the object has no member "text"')
    text = item["text"] if isinstance(item, dict) else item
    if not isinstance(text, str):
        wanted = '"text" is a string' if isinstance(item, dict) else "a paragraph is a string or an object"
        raise ParagraphError("not-text", f"{wanted}, this is {json_kind(text)}")
    if limit is not None and len(text) > limit:
        raise ParagraphError("too-long", f"the paragraph has {len(text)} characters, at most {limit} are allowed")
    if not text.strip():
        raise ParagraphError("empty", "the paragraph has no text")
    if found := _NO_CHARACTER.search(text):
        kind = "NUL" if found[0] == "\0" else "a lone surrogate"
        raise ParagraphError("not-text", f"character {found.start() + 1} is {kind}, which no text has")
    return text


def json_kind(value: object) -> str:
    """What a JSON value is called."""
    names = {
        bool: "a boolean",
        int: "a number",
        float: "a number",
        list: "an array",
        dict: "an object",
        str: "a string",
    }
    return names.get(type(value), "null")
