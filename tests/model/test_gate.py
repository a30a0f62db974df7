"""The gate refuses a drop and a changed file, and lets floors fall only with a flag and a reason."""

import pytest

from model.gate import GateError, Measured, measure, pin, violations

REACHED = Measured({"green": 0.9012, "contrast sets": 0.8}, {"heldout/a.jsonl": "1"})


def test_what_was_pinned_passes():
    """Floors lie a margin below what was reached, so the same figures pass."""
    pinned = pin(REACHED, {}, "first")
    assert pinned["floors"] == {"green": 0.896, "contrast sets": 0.795}
    assert violations(REACHED, pinned) == []


def test_a_drop_is_named_with_its_floor():
    """A figure below its floor closes the gate, a missing one too."""
    pinned = pin(REACHED, {}, "first")
    assert violations(Measured({"green": 0.89}, REACHED.files), pinned) == [
        "green: 0.8900 is below its floor 0.896",
        "contrast sets: 0.0000 is below its floor 0.795",
    ]


@pytest.mark.parametrize("files", [{"heldout/a.jsonl": "2"}, {}, {"heldout/a.jsonl": "1", "heldout/b.jsonl": "1"}])
def test_a_changed_file_is_named(files):
    """Another content, a missing file and a new one are all seen."""
    (said,) = violations(Measured(REACHED.figures, files), pin(REACHED, {}, "first"))
    assert said.endswith("is not the file that was pinned")


def test_floors_fall_only_when_asked_to():
    """Lowering needs the flag, and both need a reason; the log keeps every reason."""
    pinned = pin(REACHED, {}, "first")
    worse = Measured({"green": 0.8, "contrast sets": 0.9}, REACHED.files)
    with pytest.raises(GateError, match=r"this would lower floors \(green 0\.896 -> 0\.795\); --lower does it"):
        pin(worse, pinned, "why")
    with pytest.raises(GateError, match="give a reason"):
        pin(worse, pinned, " ", lower=True)
    lowered = pin(worse, pinned, "cleaner labels", lower=True)
    assert lowered["floors"]["green"] == 0.795
    assert [entry["reason"] for entry in lowered["log"]] == ["first", "cleaner labels"]


def test_measures_every_theme_the_mean_and_the_sets(tagger, tmp_path):
    """Figures and digests come from the held-out files and the contrast sets."""
    for folder, line in (
        ("heldout", '{"text": "领取企业年金", "themes": ["pension"]}'),
        ("contrast", '{"pair": "a", "text": "领取企业年金", "themes": ["pension"]}'),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.jsonl").write_text(line, "utf-8")
    measured = measure(tagger, tmp_path)
    assert measured.figures == {"harvest": 0.0, "pension": 1.0, "macro F1": 1.0, "contrast sets": 1.0}
    assert set(measured.files) == {"heldout/x.jsonl", "contrast/x.jsonl"}
