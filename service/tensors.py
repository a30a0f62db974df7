"""Tensors of the Open Inference Protocol (KServe v2): what requests and answers of /v2 hold, as JSON and as bytes."""

import struct
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from service.schemas import Answered, Text

OutputName = Literal["themes", "review", "scores", "evidence"]
Parameters = Annotated[
    dict[str, Any] | None, Field(description="`themes` and `thresholds` as in a query, `evidence`; others are ignored")
]

_LENGTH = struct.Struct("<I")


class _Sent(BaseModel):
    """What a client sends; members of other extensions of the protocol are ignored."""

    model_config = ConfigDict(strict=True)


class InferInput(_Sent):
    """The paragraphs: BYTES of the shape [n] or [n, 1], as JSON in `data` or as bytes behind the JSON."""

    name: Literal["text"]
    datatype: Literal["BYTES"]
    shape: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1, max_length=2)]
    data: list[Text] | list[list[Text]] | None = None
    parameters: Annotated[dict[str, Any] | None, Field(description="`binary_data_size`: its bytes")] = None


class InferOutput(_Sent):
    """An output that is wanted."""

    name: OutputName
    parameters: Annotated[dict[str, Any] | None, Field(description="`binary_data`: true for bytes")] = None


class InferRequest(_Sent):
    """Paragraphs, and what is wanted of them."""

    id: str | None = None
    parameters: Parameters = None
    inputs: Annotated[list[InferInput], Field(min_length=1, max_length=1)]
    outputs: Annotated[list[InferOutput] | None, Field(description="all but the evidence where nothing is named")] = (
        None
    )


class InferTensor(Answered):
    """An output: BYTES of the shape [n], a JSON array in each, or FP64 of the shape [n, themes]."""

    name: OutputName
    datatype: Literal["BYTES", "FP64"]
    shape: list[int]
    data: Annotated[list[str] | list[float] | SkipJsonSchema[None], Field(description="row by row")] = None
    parameters: Annotated[
        dict[str, str | int] | SkipJsonSchema[None],
        Field(description="`themes`: the columns of the scores; `binary_data_size`: the bytes that follow"),
    ] = None


class InferAnswer(Answered):
    """The outputs, in the order in which they were named."""

    model_name: Literal["themetag"]
    model_version: str
    id: str | SkipJsonSchema[None] = None
    outputs: list[InferTensor]


class Live(Answered):
    """The process answers."""

    live: bool


class ServerReady(Answered):
    """The server takes calls."""

    ready: bool


class ModelReady(Answered):
    """The model takes calls."""

    name: Literal["themetag"]
    ready: bool


class ServerMetadata(Answered):
    """What the server is."""

    name: Literal["themetag"]
    version: str
    extensions: list[str]


class TensorMetadata(Answered):
    """What a tensor is."""

    name: str
    datatype: str
    shape: Annotated[list[int], Field(description="-1 for as many as there are paragraphs")]


class ModelMetadata(Answered):
    """What the model takes and gives."""

    name: Literal["themetag"]
    versions: list[str]
    platform: str
    inputs: list[TensorMetadata]
    outputs: list[TensorMetadata]


def unpacked(data: bytes) -> list[bytes]:
    """The elements of a BYTES tensor: each has its length before it, in four bytes.

    :raises ValueError: when the data end within an element.
    """
    elements, place = [], 0
    while place < len(data):
        if place + _LENGTH.size > len(data):
            raise ValueError("its bytes end within a length")
        (length,) = _LENGTH.unpack_from(data, place)
        place += _LENGTH.size
        if place + length > len(data):
            raise ValueError("its bytes end within an element")
        elements.append(data[place : place + length])
        place += length
    return elements


def packed(values: Sequence[str] | Sequence[float]) -> bytes:
    """The values of a tensor as bytes: strings with their length before them, numbers as FP64."""
    if values and isinstance(values[0], str):
        return b"".join(_packed_strings(values))  # type: ignore[arg-type]  # one is a string, all are
    return struct.pack(f"<{len(values)}d", *values)


def _packed_strings(values: Iterable[str]) -> Iterable[bytes]:
    for value in values:
        data = value.encode("utf-8", "backslashreplace")
        yield _LENGTH.pack(len(data)) + data
