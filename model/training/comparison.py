"""What came of a cross-validation: a line for every system and held-out scene, and the table of their means."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .tables import METRIC_DIGITS, METRIC_TITLES, METRICS, markdown, mean, mean_metrics, number

RESAMPLES = 10_000
#: Of the bootstrap's means, in percent.
INTERVAL = (2.5, 97.5)


@dataclass(frozen=True)
class Result:
    """The metrics of one held-out scene by the weights of one fold, counted from 1.

    `parameters`, `steps` and `seconds` are those of the weights, 0 for what was not trained.
    """

    system: str
    fold: int
    place: str
    scene: str
    parameters: int
    steps: int
    seconds: float
    psnr: float
    ssim: float
    mae: float
    sam: float


@dataclass(frozen=True)
class Lead:
    """How far one system is ahead of another in a metric: the mean difference over the patches that both have.

    `low` and `high` bound 95 % of the differences when places are drawn anew (paired bootstrap over places): what
    other places like these might have shown. NaN for a single place.
    """

    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Summary:
    """A system's line in the table: means over its patches, and what the first system has more of (`lead_…`)."""

    system: str
    label: str
    folds: int
    patches: int
    parameters: int
    steps: float
    minutes: float
    psnr: float
    ssim: float
    mae: float
    sam: float
    lead_psnr: float
    lead_psnr_low: float
    lead_psnr_high: float
    lead_ssim: float
    lead_ssim_low: float
    lead_ssim_high: float
    lead_mae: float
    lead_mae_low: float
    lead_mae_high: float
    lead_sam: float
    lead_sam_low: float
    lead_sam_high: float

    def lead(self, metric: str) -> Lead:
        return Lead(*(getattr(self, f"lead_{metric}{end}") for end in ("", "_low", "_high")))


def summarise(results: Sequence[Result], labels: Mapping[str, str], against: str) -> list[Summary]:
    """Return the lines of the table: systems as `labels` has them, then what else there is (the references)."""
    names = list(dict.fromkeys([*labels, *(result.system for result in results)]))
    members = {name: [result for result in results if result.system == name] for name in names}
    ours = members.get(against, [])
    return [_summary(name, labels.get(name, name), found, ours) for name, found in members.items() if found]


def _summary(name: str, label: str, found: Sequence[Result], ours: Sequence[Result]) -> Summary:
    leads = {}
    for metric in METRICS:
        lead = lead_of(ours, found, metric)
        leads.update({f"lead_{metric}": lead.difference, f"lead_{metric}_low": lead.low})
        leads[f"lead_{metric}_high"] = lead.high
    return Summary(
        name,
        label,
        len({result.fold for result in found}),
        len(found),
        max(result.parameters for result in found),
        mean(result.steps for result in found),
        mean(result.seconds / 60 for result in found),
        **mean_metrics(found),
        **leads,
    )


def lead_of(first: Sequence[Result], second: Sequence[Result], metric: str) -> Lead:
    """Return the mean of `metric` of `first` less that of `second`, and its interval; NaN without common patches."""
    theirs = {(result.place, result.scene): getattr(result, metric) for result in second}
    by_place: dict[str, list[float]] = {}
    for result in first:
        difference = getattr(result, metric) - theirs.get((result.place, result.scene), math.nan)
        if math.isfinite(difference):
            by_place.setdefault(result.place, []).append(difference)
    if not by_place:
        return Lead(math.nan, math.nan, math.nan)
    sums, counts = (np.array([measure(each) for each in by_place.values()]) for measure in (sum, len))
    difference = float(sums.sum() / counts.sum())
    if len(by_place) == 1:
        return Lead(difference, math.nan, math.nan)
    drawn = np.random.default_rng(0).integers(len(sums), size=(RESAMPLES, len(sums)))
    low, high = np.percentile(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), INTERVAL)
    return Lead(difference, float(low), float(high))


def comparison_markdown(
    results: Sequence[Result], summaries: Sequence[Summary], against: str, notes: Sequence[str] = ()
) -> str:
    """Return the table, the lead of the system `against` over the others, and PSNR by place, with `notes` below."""
    sections = [markdown(["system", "parameters", "steps", "patches", *METRIC_TITLES.values()], map(_line, summaries))]
    ours = next((each for each in summaries if each.system == against), None)
    if ours:
        rows = [[each.label, *(_lead_words(each, name) for name in METRICS)] for each in summaries if each is not ours]
        sections += [f"## {ours.label} minus the others", markdown(["system", *METRIC_TITLES.values()], rows)]
        sections.append(
            "In brackets 95 % of the differences when the places are drawn anew (paired bootstrap over places). Above "
            "0 is better in PSNR and SSIM, below 0 in MAE and SAM."
        )
    return "\n\n".join([*sections, "## PSNR dB by place", _by_place(results, summaries), *notes]) + "\n"


def _line(each: Summary) -> list[object]:
    trained = each.parameters > 0
    return [
        each.label,
        f"{each.parameters / 1e6:.2f} M" if trained else "",
        f"{each.steps:.0f}" if trained else "",
        each.patches,
        *(number(getattr(each, name), digits) for name, digits in METRIC_DIGITS.items()),
    ]


def _lead_words(each: Summary, metric: str) -> str:
    lead, digits = each.lead(metric), METRIC_DIGITS[metric]
    words = number(lead.difference, digits, sign=True)
    if math.isnan(lead.low):
        return words
    return f"{words} [{number(lead.low, digits, sign=True)}, {number(lead.high, digits, sign=True)}]"


def _by_place(results: Sequence[Result], summaries: Sequence[Summary]) -> str:
    places = sorted({result.place for result in results})
    rows = []
    for each in summaries:
        found = {place: [r.psnr for r in results if (r.system, r.place) == (each.system, place)] for place in places}
        rows.append([each.label, *(number(mean(found[place]), METRIC_DIGITS["psnr"]) for place in places)])
    return markdown(["system", *places], rows)
