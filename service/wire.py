"""JSON as it comes in and goes out, the same for HTTP and files: strict UTF-8 JSON (RFC 8259), errors in own words."""

import json
import math


class WireError(Exception):
    """Bytes are not JSON; the message says what they are instead."""


def read_json(data: bytes) -> object:
    """The value that `data` holds.

    :raises WireError: when it is not UTF-8, not JSON, nested without end, or holds a number JSON cannot.
    """
    try:
        return _DECODER.decode(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise WireError(f"is not UTF-8 text (byte {error.start + 1})") from error
    except json.JSONDecodeError as error:
        raise WireError(f"is not JSON: {error}") from error
    except RecursionError as error:
        raise WireError("is nested too deeply") from error
    except ValueError as error:
        raise WireError("holds a number that is no JSON number or too long") from error


def write_json(value: object) -> bytes:
    """`value` as a line of JSON; a lone surrogate of the caller's text becomes its JSON escape."""
    return (_ENCODER.encode(value) + "\n").encode("utf-8", "backslashreplace")


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
