"""From answers measured one by one to a suite's rows: means over data sets, the baseline's beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from descant.evaluation.measures import Measures
from descant.evaluation.rows import Row
from descant.evaluation.worst import WorstItem

Pooled = Mapping[str, tuple[float, int]]  # each measure's value and the number of items it is made from


@dataclass(frozen=True)
class Measured:
    """One answer to one task on one item, measured; `raw` where all items must be measured at once."""

    task: str
    data: str
    id: str
    rendered: str | None
    system: str
    measures: Measures
    raw: Any = None


@dataclass(frozen=True)
class Report:
    """What a suite found."""

    rows: list[Row]
    worst: list[WorstItem]
    left_out: list[str]  # what was not measured, and why
    items: list[WorstItem] = field(default_factory=list)  # those that are told one by one, all of them


def means(measured: Sequence[Measures]) -> Pooled:
    """Each measure's mean over the items that have it."""
    metrics = dict.fromkeys(metric for one in measured for metric in one)
    values = {metric: [one[metric] for one in measured if metric in one] for metric in metrics}
    return {metric: (float(np.mean(one)), len(one)) for metric, one in values.items()}


def plain(group: Sequence[Measured]) -> Pooled:
    """The means of what was measured one by one."""
    return means([one.measures for one in group])


def rows_beside(
    found: Sequence[Measured],
    baselines: Mapping[str, str],
    pooled: Callable[[Sequence[Measured]], Pooled] = plain,
) -> list[Row]:
    """The rows of a suite: by task, data set and system.

    baselines: of each task its baseline, in the order of the rows. pooled: the figures of one system's answers.
    """
    groups: dict[tuple[str, str, str | None], dict[str, list[Measured]]] = {}
    for one in found:
        groups.setdefault((one.task, one.data, one.rendered), {}).setdefault(one.system, []).append(one)
    rows = []
    for (task, data, rendered), systems in sorted(groups.items(), key=lambda one: list(baselines).index(one[0][0])):
        figures = {name: pooled(group) for name, group in systems.items()}
        floor = baselines[task]
        for name, measures in figures.items():
            for metric, (value, n) in measures.items():
                beside = figures.get(floor, {}).get(metric) if name != floor else None
                rows.append(
                    Row(
                        task=task,
                        system=name,
                        data=data,
                        metric=metric,
                        value=value,
                        n=n,
                        baseline=beside[0] if beside else None,
                        baseline_system=floor if beside else None,
                        rendered=rendered,
                    )
                )
    return rows


def headline_values(found: Iterable[Measured], headlines: Mapping[str, str]) -> Iterator[WorstItem]:
    """Every item's figure of the metric that its task is told by."""
    for one in found:
        metric = headlines[one.task]
        if metric in one.measures:
            yield WorstItem(
                task=one.task, system=one.system, data=one.data, metric=metric, id=one.id, value=one.measures[metric]
            )
