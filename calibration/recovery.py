"""Simulation-based calibration of the posterior: 200 small campaigns, drawn from the priors and fitted blind.

``python -m calibration.recovery --checkpoint FILE`` prints the table of
docs/explanation/simulation-based-calibration.md and writes the ranks and the figures beside it.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path

import numpy as np

from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.evidence.recovery import Calibration, calibrate, calibration_figures, small_problem
from lmct.evidence.recovery.uniformity import covered_by_chance
from lmct.execution import open_executor

CAMPAIGNS, SEED = 200, 20226
LEAST_P = 0.01
DOCS = Path(__file__).parents[1] / "docs"
RANKS = DOCS / "explanation" / "simulation-based-calibration.csv"
FIGURES = DOCS / "images"


def main() -> None:
    """Run what is not yet in the checkpoint, print the table, keep the ranks."""
    wanted = _arguments()
    mechanism, campaign = small_problem()
    print(f"one likelihood: {1e3 * _likelihood_seconds(Likelihood(mechanism, campaign)):.2f} ms CPU")
    with open_executor(wanted.executor) as executor:
        found = calibrate(
            mechanism,
            campaign,
            campaigns=wanted.campaigns,
            seed=SEED,
            effort=wanted.effort,
            executor=executor,
            checkpoint=wanted.checkpoint,
            progress=lambda done, total, key: print(f"{done} of {total}: {key}", flush=True),
        )
    print("\n".join(_table(found)))
    if wanted.keep:
        _keep(found)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--campaigns", type=int, default=CAMPAIGNS)
    parser.add_argument("--effort", default="quick")
    parser.add_argument("--executor", default="serial", help="as lmct takes it, for example processes:2")
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--keep", action="store_true", help="write ranks and figures into docs")
    return parser.parse_args()


def _likelihood_seconds(likelihood: Likelihood, calls: int = 50) -> float:
    """Return the least CPU time of one likelihood at the middle of the priors [s]."""
    middle = likelihood.unknowns.values_at([0.5] * len(likelihood.unknowns))
    spent = []
    for _ in range(calls):
        start = time.process_time()
        likelihood.log_likelihood(middle)
        spent.append(time.process_time() - start)
    return min(spent)


def _table(found: Calibration) -> list[str]:
    count = len(found.recoveries)
    lines = [
        "| quantity | chi-square (9) | p | 68 % holds | 95 % holds | mean distance | its deviation |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in found.names:
        test, distances = found.uniformity(name), found.column("distances", name)
        lines.append(
            f"| `{name}` | {test.chi_square:.1f} | {test.p_value:.3f} | {found.covered(name, 0.68):.3f}"
            f" | {found.covered(name, 0.95):.3f} | {np.mean(distances):+.2f} | {np.std(distances):.2f} |"
        )
    expected = ", ".join(f"{share:.2f} +- {covered_by_chance(share, count):.3f}" for share in (0.68, 0.95))
    least = min(found.uniformity(name).p_value for name in found.names)
    cpu = np.array([one.cpu_seconds for one in found.recoveries])
    effective = np.array([one.effective_samples for one in found.recoveries])
    messages = sum(bool(one.messages) for one in found.recoveries)
    return [
        *lines,
        f"{count} campaigns; coverage expected {expected}; distances 0 +- {count**-0.5:.2f}, deviation 1",
        f"least p {least:.3f} of {len(found.names)}, wanted > {LEAST_P}:"
        f" {'met' if least > LEAST_P else 'MISSED'}",
        f"CPU of a posterior: median {np.median(cpu):.1f} s, most {cpu.max():.1f} s",
        f"effective samples: median {np.median(effective):.0f}, least {effective.min():.0f};"
        f" posteriors with a message: {messages}",
    ]


def _keep(found: Calibration) -> None:
    with RANKS.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        fields = [f"{kind} {name}" for kind in ("rank", "share") for name in found.names]
        writer.writerow(["campaign", *fields, "effective_samples", "evaluations"])
        for number, one in enumerate(found.recoveries, start=1):
            shares = [f"{share:.4f}" for share in one.shares]
            writer.writerow([number, *one.ranks, *shares, f"{one.effective_samples:.0f}", one.evaluations])
    for sheet in calibration_figures(found):
        sheet.draw().savefig(FIGURES / f"simulation-based-calibration-{sheet.name}.png", dpi=150)


if __name__ == "__main__":
    main()
