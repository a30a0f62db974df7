"""One paragraph as callers send it, a string or an object, tagged: the same for HTTP and for files."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from model import ParagraphError, Tagger, Tags
from service.problems import paragraph_problem, problem_uri

TOGETHER = 64
"""How many items `tag_items` holds at a time."""


@dataclass(frozen=True)
class Wishes:
    """What a caller wants of the tagger; see `Tagger.tag`."""

    themes: Collection[str] | None = None
    thresholds: Mapping[str, float] | None = None
    evidence: bool = False
    max_characters: int | None = None


def tag_item(tagger: Tagger, item: object, index: int, wishes: Wishes) -> dict[str, object]:
    """The answer for one item: its id (`index` where it has none) and its tags, or its id and its `error`."""
    (answer,) = tag_items(tagger, [item], wishes, index)
    return answer


def tag_items(tagger: Tagger, items: Iterable[object], wishes: Wishes, first: int = 0) -> Iterator[dict[str, object]]:
    """The answers of `tag_item` for many items in order, some at a time together, which is faster.

    :param first: the index of the first.
    """
    rest = enumerate(items, first)
    while batch := list(islice(rest, TOGETHER)):
        texts: list[str] = []
        refused: dict[int, ParagraphError] = {}
        for index, item in batch:
            try:
                texts.append(_text(item, wishes.max_characters))
            except ParagraphError as error:
                refused[index] = error
        tagged = _tag_texts(tagger, texts, wishes)
        for index, item in batch:
            yield _answer(item, index, refused[index] if index in refused else next(tagged))


def _tag_texts(tagger: Tagger, texts: Sequence[str], wishes: Wishes) -> Iterator[Tags | ParagraphError]:
    """The tags of each text, or why it has none."""
    done = 0
    while done < len(texts):
        try:
            for tags in tagger.tag_many(
                texts[done:], themes=wishes.themes, thresholds=wishes.thresholds, evidence=wishes.evidence
            ):
                done += 1
                yield tags
        except ParagraphError as error:
            done += 1
            yield error


def _answer(item: object, index: int, tags: Tags | ParagraphError) -> dict[str, object]:
    id = item.get("id", index) if isinstance(item, dict) else index
    if isinstance(tags, ParagraphError):
        return {"id": id, "error": {"type": problem_uri(paragraph_problem(tags)), "detail": str(tags)}}
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
