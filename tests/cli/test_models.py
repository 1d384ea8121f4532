"""`descant models` in words: a transform's own figures, and those it gave as a baseline."""

from descant.cli.models import baseline_text, figure_text
from descant.evaluation.rows import Row

ROW = Row(
    task="beat",
    system="bar-pointer-hmm",
    data="pop909/test",
    metric="F-measure",
    value=0.812,
    n=91,
    baseline=0.7,
    baseline_system="ellis-dp",
    rendered="TimGM6mb",
)


def test_a_figure_stands_beside_its_baseline():
    assert figure_text(ROW) == "beat F-measure 0.81 (0.70) on pop909/test, synthesised"
    alone = Row(**{**ROW, "baseline": None, "rendered": None})
    assert figure_text(alone) == "beat F-measure 0.81 on pop909/test"


def test_a_baseline_is_named_as_one():
    assert baseline_text(ROW) == "beat F-measure 0.70 as the baseline of bar-pointer-hmm on pop909/test, synthesised"
