"""Training is deterministic, takes any themes, and says how good it is by rows it did not see."""

import numpy as np
import pytest

from model.bundle import write_bundle
from model.calibration import best_threshold, choose_answer, review_bands
from model.seeds import load_seeds
from model.tagger import Tagger
from model.training import Options, traditional_variants, train


def test_training_twice_gives_the_same_digest(seeds_copy, tmp_path, tiny_bundle):
    """The same seeds give the same bundle, bit for bit, wherever they lie."""
    again, _ = train(load_seeds(seeds_copy))
    assert write_bundle(again, tmp_path / "again", "1.2.3").digest == tiny_bundle.digest


def test_one_theme_without_terms_trains(seeds_copy, tmp_path):
    """A folder with a single theme and no term is enough."""
    (seeds_copy / "themes" / "pension.toml").unlink()
    for path in (seeds_copy / "paragraphs").glob("*.jsonl"):
        path.write_text(path.read_text("utf-8").replace('"pension", ', "").replace('"pension"', ""), "utf-8")
    bundle, pipeline = train(load_seeds(seeds_copy))
    tagger = Tagger(write_bundle(bundle, tmp_path / "one", "1"))
    assert tagger.tag("小麦收成好，玉米丰收。").themes == ["harvest"]
    assert np.ravel(pipeline.decision_function(["小麦"]))[0] == pytest.approx(tagger.logits("小麦")[0])


def test_registers_are_left_out_where_each_theme_can_spare_them(trained, seeds_copy):
    """Two registers give folds; three with rows enough are left out one at a time."""
    assert trained[0].metrics["folds"] == "5 stratified folds"
    files = [seeds_copy / "paragraphs" / f"{name}.jsonl" for name in ("bank", "news", "third")]
    rows = [row for file in files[:2] for row in file.read_text("utf-8").splitlines()]
    for number, file in enumerate(files):
        file.write_text("\n".join(rows[number::3]), "utf-8")
    bundle, _ = train(load_seeds(seeds_copy), Options(min_rows=1))
    assert bundle.metrics["folds"] == "one register left out"


def test_calibration_gives_the_share_of_yes():
    """Where logits say nothing beyond the share, the score is the share."""
    generator = np.random.default_rng(1)
    truth = generator.random(4000) < 0.2
    answer = choose_answer(generator.normal(size=4000), truth)
    assert answer.scores(np.array([0.0])) == pytest.approx(0.2, abs=0.02)


def test_threshold_parts_what_can_be_parted():
    """Between two apart groups of values, the threshold lies between them."""
    values = np.r_[np.linspace(-2, -1, 50), np.linspace(1, 2, 50)]
    assert -1 < best_threshold(values, values > 0) < 1


def test_review_takes_the_share_of_rows_that_are_least_sure():
    """The bands together hold a tenth of the rows, equally far around each threshold."""
    generator = np.random.default_rng(2)
    logits = generator.normal(size=(1000, 3))
    truth = logits + generator.normal(size=logits.shape) > 1
    answers = [choose_answer(column, true) for column, true in zip(logits.T, truth.T, strict=True)]
    bands = review_bands(logits, answers)
    scores = np.column_stack([answer.scores(column) for answer, column in zip(answers, logits.T, strict=True)])
    inside = [(low <= score) & (score < high) for (low, high), score in zip(bands, scores.T, strict=True)]
    assert np.any(inside, axis=0).mean() == pytest.approx(0.1, abs=0.002)
    assert all(low < answer.threshold < high for (low, high), answer in zip(bands, answers, strict=True))


def test_variants_map_one_character_to_one():
    """The table of traditional characters has equal sides and no character that is its own variant."""
    variants = traditional_variants()
    table = dict(zip(variants.traditional, variants.simplified, strict=True))
    assert table["貸"] == "贷"
    assert len(table) > 3000
    assert all(a != b for a, b in table.items())
