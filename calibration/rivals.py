"""Does the right mechanism win? Campaigns drawn from each of nine mechanisms, on trial against its rival.

``python -m calibration.rivals --campaigns 20 --executor processes:2 --checkpoint FILE`` prints the table of
docs/explanation/rival-mechanisms.md; a run that was ended goes on.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lmct.evidence.recovery.rivals import USUAL, RivalTrial, try_rivals
from lmct.execution import open_executor

SEED = 20227
HEAD = "| truth | rival | campaigns | data can decide | of these right | cannot tell | wrong | CPU [s] |"


def main() -> None:
    """Run what is not yet in the checkpoint and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--campaigns", type=int, default=20)
    parser.add_argument("--truth", action="append", choices=list(USUAL), help="all by default")
    parser.add_argument("--executor", default="serial", help="as lmct takes it, for example processes:2")
    parser.add_argument("--checkpoint", type=Path)
    wanted = parser.parse_args()
    with open_executor(wanted.executor) as executor:
        found = try_rivals(
            wanted.truth or list(USUAL),
            campaigns=wanted.campaigns,
            seed=SEED,
            executor=executor,
            checkpoint=wanted.checkpoint,
            progress=lambda done, total, key: print(f"{done} of {total}: {key}", flush=True),
        )
    print("\n".join(_table(found)))


def _table(found: Sequence[RivalTrial]) -> list[str]:
    lines = [HEAD, "|---" * 8 + "|"]
    for name in dict.fromkeys(one.truth for one in found):
        own = [one for one in found if one.truth == name]
        able = [one for one in own if one.decidable]
        lines.append(
            f"| `{name}` | `{own[0].rival}` | {len(own)} | {len(able)} | {sum(one.right for one in able)}"
            f" | {sum(not one.decided for one in own)} | {sum(one.wrong for one in own)}"
            f" | {np.median([one.cpu_seconds for one in own]):.0f} |"
        )
    return lines


if __name__ == "__main__":
    main()
