"""What a route takes of its request, checked: bytes within the limit, strict JSON, known members, known themes."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from flask import current_app, request
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from model import Tagger, UnknownThemeError
from service.paragraphs import json_kind
from service.problems import ProblemError
from service.settings import Settings
from service.wire import WireError, read_json

SHOWN = 60
"""The most characters of a caller's own name that a message repeats."""

Asked = TypeVar("Asked", bound=BaseModel)


def current_tagger() -> Tagger:
    """The tagger of the application."""
    tagger: Tagger = current_app.extensions["tagger"]
    return tagger


def current_settings() -> Settings:
    """The settings of the application."""
    settings: Settings = current_app.extensions["settings"]
    return settings


def sent_bytes(limit: int) -> bytes:
    """The whole body, at most `limit` bytes.

    :raises ProblemError: when it is larger, or breaks off.
    """
    try:
        data = request.get_data()
    except RequestEntityTooLarge as error:
        raise _too_large(limit) from error
    except Exception as error:  # what the server's reader raises is its own
        raise ProblemError("bad-request", "the body broke off or is badly chunked") from error
    if len(data) > limit:  # a chunked body is cut without a word
        raise _too_large(limit)
    return data


def sent_files(limit: int) -> list[FileStorage]:
    """The files of a form that has at most `limit` bytes.

    :raises ProblemError: when it is larger, or breaks off.
    """
    try:
        return list(request.files.values())
    except RequestEntityTooLarge as error:
        raise _too_large(limit) from error
    except Exception as error:
        raise ProblemError("bad-request", "the form broke off or is badly chunked") from error


def sent_json(model: type[Asked], data: bytes) -> Asked:
    """The object that `data` holds, as `model`.

    :raises ProblemError: when it is not JSON, no object, or not as the model wants it.
    """
    try:
        value = read_json(data)
    except WireError as error:
        raise ProblemError("not-json", f"the body {error}") from error
    if not isinstance(value, dict):
        raise ProblemError("invalid-request", f"the body is an object, this is {json_kind(value)}", "")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise invalid(error) from error


def sent_options(model: type[Asked], values: MultiDict[str, str]) -> Asked:
    """The values of a query or a form, each given once, as `model`.

    :raises ProblemError: when one is unknown, given twice or not allowed.
    """
    for name, given in values.lists():
        if len(given) > 1:
            raise ProblemError("invalid-request", f"{name[:SHOWN]} is given {len(given)} times", parameter=name[:SHOWN])
    try:
        return model.model_validate(values.to_dict())
    except ValidationError as error:
        raise invalid(error, text=True) from error


def check_themes(
    tagger: Tagger, themes: Iterable[str] | None, thresholds: Mapping[str, float] | None, *, text: bool = False
) -> None:
    """Do nothing if the model has all these themes.

    :param text: they came as text, in a query, a form or an inference's parameters: no pointer leads into them.
    :raises ProblemError: for the first that it does not have.
    """
    named = [("themes", number, key) for number, key in enumerate(themes or ())]
    for field, place, key in [*named, *(("thresholds", key, key) for key in thresholds or ())]:
        try:
            tagger.check_themes([key])
        except UnknownThemeError as error:
            if text:
                raise ProblemError("unknown-theme", str(error), parameter=field) from error
            raise ProblemError("unknown-theme", str(error), pointer(field, place)) from error


def invalid(error: ValidationError, *, text: bool = False) -> ProblemError:
    """The problem of the first error.

    :param text: it came as text: the parameter is named, since no pointer leads into it.
    """
    detail = error.errors(include_url=False)[0]
    message = detail["msg"].removeprefix("Value error, ")
    path = [str(part)[:SHOWN] for part in detail["loc"]]
    sentence = f"{'.'.join(path) or 'the body'}: {message[:1].lower()}{message[1:]}"
    if text:
        return ProblemError("invalid-request", sentence, parameter=path[0])
    return ProblemError("invalid-request", sentence, pointer(*path))


def pointer(*path: object) -> str:
    """The JSON pointer of a path; of very long parts their start."""
    return "".join("/" + str(part)[:SHOWN].replace("~", "~0").replace("/", "~1") for part in path)


def _too_large(limit: int) -> ProblemError:
    return ProblemError("body-too-large", f"the body is larger than {limit} bytes", limit=limit)
