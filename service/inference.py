"""The Open Inference Protocol (KServe v2), so that clients of Triton, KServe and their like work unchanged."""

import json
from collections.abc import Sequence
from importlib.metadata import version as installed
from typing import Any

from flask import Blueprint, Response, request
from pydantic import ValidationError

from model import Tagger
from service.front import ROWS
from service.incoming import check_themes, current_settings, current_tagger, invalid, pointer, sent_bytes, sent_json
from service.openapi import BYTES, JSON, Operation, described
from service.paragraphs import Wishes, tag_items
from service.problems import ProblemError, json_response
from service.schemas import Options
from service.tensors import (
    InferAnswer,
    InferInput,
    InferRequest,
    Live,
    ModelMetadata,
    ModelReady,
    ServerMetadata,
    ServerReady,
    packed,
    unpacked,
)

inference = Blueprint("inference", __name__)

NAME = "themetag"
HEADER = "Inference-Header-Content-Length"
"""How many bytes of a body are JSON; tensors follow."""

_VERSION = ("unknown-version",)
_PARAGRAPHS = ("paragraph-empty", "paragraph-not-text", "paragraph-too-long", "too-many-paragraphs")
_REQUEST = ("body-too-large", "invalid-request", "not-json", "unknown-theme")


@inference.get("/v2")
@described(Operation(answer=ServerMetadata))
def server() -> Response:
    """What the server is, and which extensions of the protocol it has."""
    return json_response({"name": NAME, "version": installed(NAME), "extensions": ["binary_tensor_data"]})


@inference.get("/v2/health/live")
@described(Operation(answer=Live))
def live() -> Response:
    """The process answers."""
    return json_response({"live": True})


@inference.get("/v2/health/ready")
@described(Operation(answer=ServerReady, problems=("stopping",)))
def ready() -> Response:
    """The model is loaded."""
    return json_response({"ready": True})


@inference.get("/v2/models/themetag")
@inference.get("/v2/models/themetag/versions/<version>")
@described(Operation(answer=ModelMetadata, problems=_VERSION))
def metadata(version: str | None = None) -> Response:
    """What the model takes and gives."""
    tagger = _tagger(version)
    shapes = {"themes": [-1], "review": [-1], "scores": [-1, len(tagger.themes)], "evidence": [-1]}
    return json_response(
        {
            "name": NAME,
            "versions": [tagger.version],
            "platform": "themetag",
            "inputs": [{"name": "text", "datatype": "BYTES", "shape": [-1]}],
            "outputs": [
                {"name": name, "datatype": "FP64" if name == "scores" else "BYTES", "shape": shape}
                for name, shape in shapes.items()
            ],
        }
    )


@inference.get("/v2/models/themetag/ready")
@inference.get("/v2/models/themetag/versions/<version>/ready")
@described(Operation(answer=ModelReady, problems=_VERSION))
def model_ready(version: str | None = None) -> Response:
    """The model is loaded."""
    _tagger(version)
    return json_response({"name": NAME, "ready": True})


@inference.post("/v2/models/themetag/infer")
@inference.post("/v2/models/themetag/versions/<version>/infer")
@described(
    Operation(
        body={JSON: InferRequest, BYTES: None},
        headers={HEADER: {"type": "integer", "minimum": 1}},
        answer=InferAnswer,
        also=BYTES,
        problems=(*_REQUEST, *_PARAGRAPHS, *_VERSION),
    )
)
def infer(version: str | None = None) -> Response:
    """Tag the paragraphs of a BYTES tensor; if one cannot be tagged, the call fails and points at it.

    Answers `themes` and `review` as BYTES, a JSON array of keys in each; `scores` as FP64, with the keys of its columns
    in its parameters; where it is named, or the parameter `evidence` is true, `evidence` as BYTES, a JSON array in
    each. Parameters of the request: `themes` and `thresholds`, written as in the query of /v1/documents.
    """
    tagger = _tagger(version)
    asked, tail = _request()
    texts = _texts(asked.inputs[0], tail)
    parameters = asked.parameters or {}
    options = _options(parameters)
    check_themes(tagger, options.themes, options.thresholds, text=True)
    wanted = _wanted(asked, options)
    wishes = Wishes(options.themes, options.thresholds, "evidence" in wanted, current_settings().max_characters)
    rows = tag_items(tagger, texts, wishes)
    request.environ[ROWS] = rows
    _check_rows(rows)
    default = parameters.get("binary_data_output", False)
    made = [(_tensor(name, rows), bool(own.get("binary_data", default))) for name, own in wanted.items()]
    answer = {"model_name": NAME, "model_version": tagger.version} | ({"id": asked.id} if asked.id else {})
    return _answer(answer, made)


def _tagger(version: str | None) -> Tagger:
    """The tagger, if it is of this version."""
    tagger = current_tagger()
    if version not in (None, tagger.version):
        raise ProblemError("unknown-version", f"the only version of the model is {tagger.version}")
    return tagger


def _request() -> tuple[InferRequest, bytes]:
    """The JSON of the request, and the bytes behind it."""
    data, length = sent_bytes(current_settings().max_bytes), request.headers.get(HEADER)
    if length is None:
        return sent_json(InferRequest, data), b""
    if not (length.isascii() and length.isdigit() and 0 < int(length[:20]) <= len(data)):
        detail = f"it is the number of bytes of JSON in the body, 1 to {len(data)}"
        raise ProblemError("invalid-request", detail, parameter=HEADER)
    return sent_json(InferRequest, data[: int(length)]), data[int(length) :]


def _texts(tensor: InferInput, tail: bytes) -> Sequence[str]:
    """The elements of the input."""
    place, size = ("inputs", 0), (tensor.parameters or {}).get("binary_data_size")
    if (tensor.data is None) == (size is None):
        detail = "a tensor has either data, or a binary_data_size of bytes behind the JSON"
        raise ProblemError("invalid-request", detail, pointer(*place))
    if (size or 0) != len(tail):
        detail = f"{size or 0!r} bytes are said to follow the JSON, {len(tail)} do"[:200]
        raise ProblemError("invalid-request", detail, pointer(*place, "parameters", "binary_data_size"))
    texts = _unpacked(tail) if tensor.data is None else [text for row in tensor.data for text in _row(row)]
    limit = current_settings().max_paragraphs
    if len(texts) > limit:
        detail = f"the call has {len(texts)} paragraphs, at most {limit} are allowed"
        raise ProblemError("too-many-paragraphs", detail, pointer(*place, "shape"), limit=limit)
    if tensor.shape not in ([len(texts)], [len(texts), 1]):
        detail = f"the tensor has {len(texts)} elements: its shape is [{len(texts)}] or [{len(texts)}, 1]"
        raise ProblemError("invalid-request", detail, pointer(*place, "shape"))
    return texts


def _row(row: str | list[str]) -> list[str]:
    return [row] if isinstance(row, str) else row


def _unpacked(tail: bytes) -> list[str]:
    try:
        elements = unpacked(tail)
    except ValueError as error:
        raise ProblemError("invalid-request", f"the tensor is broken: {error}", "/inputs/0") from error
    texts = []
    for number, element in enumerate(elements):
        try:
            texts.append(element.decode("utf-8"))
        except UnicodeDecodeError as error:
            detail = f"element {number} is not UTF-8 text (byte {error.start + 1})"
            raise ProblemError("paragraph-not-text", detail, pointer("inputs", 0, "data", number)) from error
    return texts


def _options(parameters: dict[str, Any]) -> Options:
    known = {name: value for name, value in parameters.items() if name in Options.model_fields}
    try:
        return Options.model_validate(known)
    except ValidationError as error:
        raise invalid(error, text=True) from error


def _wanted(asked: InferRequest, options: Options) -> dict[str, dict[str, Any]]:
    """The outputs to answer, by name, each with its parameters."""
    if asked.outputs:
        return {output.name: output.parameters or {} for output in asked.outputs}
    return {name: {} for name in ("themes", "review", "scores", "evidence") if name != "evidence" or options.evidence}


def _check_rows(rows: Sequence[dict[str, Any]]) -> None:
    for number, row in enumerate(rows):
        if "error" in row:
            type = row["error"]["type"].rpartition(":")[2]
            raise ProblemError(type, row["error"]["detail"], pointer("inputs", 0, "data", number))


def _tensor(name: str, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """An output of the model over all rows."""
    if name == "scores":
        keys = list(rows[0]["scores"])
        return {
            "name": name,
            "datatype": "FP64",
            "shape": [len(rows), len(keys)],
            "parameters": {"themes": ",".join(keys)},
            "data": [score for row in rows for score in row["scores"].values()],
        }
    data = [json.dumps(row[name], ensure_ascii=False) for row in rows]
    return {"name": name, "datatype": "BYTES", "shape": [len(rows)], "data": data}


def _answer(answer: dict[str, Any], made: Sequence[tuple[dict[str, Any], bool]]) -> Response:
    """The answer as JSON, with those tensors behind it that are wanted as bytes."""
    outputs, tail = [], b""
    for tensor, binary in made:
        if binary:
            data = packed(tensor.pop("data"))
            tensor["parameters"] = tensor.get("parameters", {}) | {"binary_data_size": len(data)}
            tail += data
        outputs.append(tensor)
    response = json_response(answer | {"outputs": outputs})
    if tail:
        head = response.get_data()
        response = Response(head + tail, mimetype=BYTES, headers={HEADER: str(len(head))})
    return response
