"""The shipped model reaches its floors on text held out of training."""

import json
from pathlib import Path

from model import Tagger
from model.gate import measure, violations

ROOT = Path(__file__).parent.parent


def test_the_gate_is_open():
    """No theme and no contrast set falls below what is pinned in floors.json, on the very files pinned there."""
    pinned = json.loads((ROOT / "tests" / "floors.json").read_text("utf-8"))
    assert violations(measure(Tagger.load(), ROOT / "seeds"), pinned) == []


def test_held_out_text_is_not_trained_on():
    """No text of heldout/ or contrast/ stands in paragraphs/."""
    texts = {
        folder: [
            json.loads(line)["text"]
            for path in (ROOT / "seeds" / folder).glob("*.jsonl")
            for line in path.read_text("utf-8").splitlines()
        ]
        for folder in ("paragraphs", "heldout", "contrast")
    }
    assert len(texts["heldout"]) >= 500
    assert not set(texts["paragraphs"]) & {*texts["heldout"], *texts["contrast"]}
