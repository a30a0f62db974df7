"""One paragraph as callers send it, a string or an object, tagged: the same for HTTP and for files."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from model import ParagraphError, Tagger
from service.problems import paragraph_problem, problem_uri


@dataclass(frozen=True)
class Wishes:
    """What a caller wants of the tagger; see `Tagger.tag`."""

    themes: Collection[str] | None = None
    thresholds: Mapping[str, float] | None = None
    evidence: bool = False
    max_characters: int | None = None


def tag_item(tagger: Tagger, item: object, index: int, wishes: Wishes) -> dict[str, object]:
    """The answer for one item: its id (`index` where it has none) and its tags, or its id and its `error`."""
    id = item.get("id", index) if isinstance(item, dict) else index
    try:
        text = _text(item, wishes.max_characters)
        tags = tagger.tag(text, themes=wishes.themes, thresholds=wishes.thresholds, evidence=wishes.evidence)
    except ParagraphError as error:
        return {"id": id, "error": {"type": problem_uri(paragraph_problem(error)), "detail": str(error)}}
    return {"id": id, **tags.as_dict()}


def _text(item: object, limit: int | None) -> str:
    """The text of an item; members other than `id` and `text` are the caller's own.

    :raises ParagraphError: when it is neither a string nor an object with a string `text`, or longer than `limit`.
    """
    if isinstance(item, dict) and "text" not in item:
        raise ParagraphError("not-text", 'the object has no member "text"')
    text = item["text"] if isinstance(item, dict) else item
    if not isinstance(text, str):
        wanted = '"text" is a string' if isinstance(item, dict) else "a paragraph is a string or an object"
        raise ParagraphError("not-text", f"{wanted}, this is {json_kind(text)}")
    if limit is not None and len(text) > limit:
        raise ParagraphError("too-long", f"the paragraph has {len(text)} characters, at most {limit} are allowed")
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
