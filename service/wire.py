"""JSON as it comes in and goes out, the same for HTTP and files: strict UTF-8 JSON (RFC 8259), errors in own words."""

import json
import math

import orjson


class WireError(Exception):
    """Bytes are not JSON; the message says what they are instead."""


def read_json(data: bytes) -> object:
    """The value that `data` holds.

    :raises WireError: when it is not UTF-8 or not JSON, is nested without end, or holds a member twice or no number.
    """
    try:
        return _decoder.decode(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise WireError(f"is not UTF-8 text (byte {error.start + 1})") from error
    except json.JSONDecodeError as error:
        raise WireError(f"is not JSON: {error}") from error
    except RecursionError as error:
        raise WireError("is nested too deeply") from error
    except ValueError as error:
        raise WireError("holds a number that is no JSON number or too long") from error


def write_json(value: object) -> bytes:
    """`value` as a line of JSON; a lone surrogate of the caller's text becomes its JSON escape.

    What is no number (NaN), which only a column of a caller's table may hold, becomes null.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError:  # a lone surrogate, a whole number of more than 64 bits, or deep nesting
        return _encoder.encode(value).encode("utf-8", "backslashreplace") + b"\n"


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise WireError(f"holds the member {twice[:60]!r} twice")
    return members


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


# Made once: to make them takes as long as to read and to write a short call.
_decoder = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite, object_pairs_hook=_members)
_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
