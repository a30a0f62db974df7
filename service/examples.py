"""Examples for the description: original text, and what the shipped model answers to it (tested)."""

from collections.abc import Mapping

from pydantic import BaseModel

from service import schemas, tensors

DOCUMENT = """茶山支行的一天

支行为村里的茶农发放贷款30万元，用于新建烘干房。

会议要求各部门做好年终盘点工作。
"""
"""A small document, for whose answer see `DocumentAnswer`."""

_MODEL = {"version": "0.1.0+226f159e", "digest": "226f159e04ec60a50fea16930027fecd09ad6ab94522637c24683f8cf695820a"}
_NONE = {"anti_fraud": 0.001, "charity": 0.011, "green": 0.019, "inclusive": 0.005, "tech_finance": 0.001}
_ABSENT = {"bodies": 0, "share_of_bodies": 0.0, "characters": 0, "share_of_characters": 0.0}

_TAG_REQUEST = {
    "paragraphs": [
        "今年已发放绿色贷款12亿元，用于风电和光伏电站建设。",
        {"id": "b-17", "text": "会议要求各部门做好年终盘点工作。"},
    ],
    "themes": ["green", "charity"],
    "thresholds": {"charity": 0.6},
}

_TAG_ANSWER = {
    "model": _MODEL,
    "paragraphs": [
        {
            "id": 0,
            "themes": ["green"],
            "review": [],
            "scores": {"anti_fraud": 0.0, "charity": 0.003, "green": 1.0, "inclusive": 0.059, "tech_finance": 0.015},
        },
        {"id": "b-17", "themes": [], "review": [], "scores": _NONE},
    ],
}

_DOCUMENT_ANSWER = {
    "model": _MODEL,
    "format": "text",
    "warnings": [],
    "articles": [{"article": 1, "title": "茶山支行的一天", "paragraph": 1}],
    "paragraphs": [
        {"n": 1, "kind": "title", "text": "茶山支行的一天", "start": 0, "end": 7, "article": 1},
        {
            "n": 2,
            "kind": "body",
            "text": "支行为村里的茶农发放贷款30万元，用于新建烘干房。",
            "start": 9,
            "end": 34,
            "article": 1,
            "themes": ["inclusive"],
            "review": [],
            "scores": {
                "anti_fraud": 0.003,
                "charity": 0.061,
                "green": 0.08,
                "inclusive": 0.962,
                "tech_finance": 0.015,
            },
        },
        {
            "n": 3,
            "kind": "body",
            "text": "会议要求各部门做好年终盘点工作。",
            "start": 36,
            "end": 52,
            "article": 1,
            "themes": [],
            "review": [],
            "scores": _NONE,
        },
    ],
    "summary": {
        "anti_fraud": _ABSENT,
        "charity": _ABSENT,
        "green": _ABSENT,
        "inclusive": {
            "bodies": 1,
            "share_of_bodies": 0.5,
            "characters": 25,
            "share_of_characters": 0.609756,
        },
        "tech_finance": _ABSENT,
    },
}

_INFER_REQUEST = {
    "id": "42",
    "inputs": [
        {
            "name": "text",
            "datatype": "BYTES",
            "shape": [2],
            "data": ["今年已发放绿色贷款12亿元，用于风电和光伏电站建设。", "会议要求各部门做好年终盘点工作。"],
        }
    ],
    "parameters": {"thresholds": "charity:0.6"},
}

_INFER_ANSWER = {
    "model_name": "themetag",
    "model_version": "0.1.0+226f159e",
    "id": "42",
    "outputs": [
        {"name": "themes", "datatype": "BYTES", "shape": [2], "data": ['["green"]', "[]"]},
        {"name": "review", "datatype": "BYTES", "shape": [2], "data": ["[]", "[]"]},
        {
            "name": "scores",
            "datatype": "FP64",
            "shape": [2, 5],
            "parameters": {"themes": "anti_fraud,charity,green,inclusive,tech_finance"},
            "data": [0.0, 0.003, 1.0, 0.059, 0.015, 0.001, 0.011, 0.019, 0.005, 0.001],
        },
    ],
}

EXAMPLES: Mapping[type[BaseModel], object] = {
    schemas.TagRequest: _TAG_REQUEST,
    schemas.TagAnswer: _TAG_ANSWER,
    schemas.DocumentAnswer: _DOCUMENT_ANSWER,
    tensors.InferRequest: _INFER_REQUEST,
    tensors.InferAnswer: _INFER_ANSWER,
    tensors.Live: {"live": True},
    tensors.ServerReady: {"ready": True},
    tensors.ModelReady: {"name": "themetag", "ready": True},
    tensors.ServerMetadata: {"name": "themetag", "version": "0.1.0", "extensions": ["binary_tensor_data"]},
    schemas.Alive: {"status": "alive"},
    schemas.Ready: {"status": "ready", "model": _MODEL},
}
"""The example of a body or an answer, by its model; the answers answer the requests."""
