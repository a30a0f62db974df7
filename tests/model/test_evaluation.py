"""Figures on cases small enough to count by hand."""

import json

import numpy as np
import pytest

from model.errors import SeedsError
from model.evaluation import calibration_error, contrast_failures, evaluate, figures_of, macro_f1, read_gold
from model.labelled import ContrastRow

TRUTH = np.array([[1, 0], [1, 0], [0, 0], [0, 0]], dtype=bool)
SCORES = np.array([[0.9, 0.1], [0.2, 0.1], [0.8, 0.1], [0.1, 0.9]])


def test_figures_of_a_counted_case():
    """One of two found, one of two right."""
    figures = figures_of(["a", "b"], TRUTH, SCORES, SCORES >= 0.5)
    assert (figures[0].precision, figures[0].recall, figures[0].f1) == (0.5, 0.5, 0.5)
    assert figures[0].average_precision == pytest.approx((1 + 2 / 3) / 2)


def test_macro_leaves_out_themes_that_do_not_occur():
    """A theme without a labelled row says nothing on how well it is found."""
    assert macro_f1(figures_of(["a", "b"], TRUTH, SCORES, SCORES >= 0.5)) == 0.5


def test_calibration_error_of_a_counted_case():
    """Two rows at 0.75 of which one is true: off by a quarter."""
    assert calibration_error(np.array([True, False]), np.array([0.75, 0.75])) == pytest.approx(0.25)
    assert calibration_error(np.array([True, False]), np.array([1.0, 0.0])) == 0


def test_report_counts_what_the_tagger_says(tagger, tmp_path):
    """The labels of the report are the tagger's, and a perfect answer scores one."""
    texts = ["村民领取企业年金。", "小麦收成好，玉米丰收。", "分行召开会议，部署对公存款工作。"]
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(json.dumps({"text": t, "themes": tagger.tag(t).themes}) for t in texts), "utf-8")
    report = evaluate(tagger, read_gold([path], tagger))
    assert (report.macro_f1, report.micro_f1, report.exact, report.rows) == (1.0, 1.0, 1.0, 3)
    assert "macro F1 1.0000" in str(report)


def test_bad_gold_is_told_with_file_and_line(tagger, tmp_path):
    """Every bad line is named; a file without a row is too."""
    path = tmp_path / "gold.jsonl"
    path.write_text('{"text": "有字", "themes": ["green"]}\n\nnonsense\n', "utf-8")
    with pytest.raises(SeedsError, match=r"(?s)gold\.jsonl:1: unknown theme 'green'.*gold\.jsonl:3: is not JSON"):
        read_gold([path], tagger)
    path.write_text("\n", "utf-8")
    with pytest.raises(SeedsError, match=r"gold\.jsonl: no labelled paragraph"):
        read_gold([path], tagger)


def test_a_set_fails_by_the_texts_that_are_wrong(tagger):
    """A set with one wrong text is not wholly right, and the text is shown with the themes that differ."""
    rows = [
        ContrastRow(pair="a", text="领取企业年金", themes=["pension"]),
        ContrastRow(pair="b", text="分行召开会议，部署对公存款工作。", themes=["harvest"]),
    ]
    failures = contrast_failures(tagger, rows)
    assert failures["a"] == []
    assert failures["b"] == ["harvest: 分行召开会议，部署对公存款工作。"]
