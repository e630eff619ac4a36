"""Draw inversion.svg, one simulated cycle and where its charge sits: python docs/images/draw_inversion.py."""

from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

from lmct.protocol import parse_steps, simulate

NICKEL, OXYGEN, LINE = "#1b7837", "#b2182b", "#333333"
mpl.rcParams.update(
    {"svg.hashsalt": "lmct", "svg.fonttype": "path", "font.size": 9, "axes.spines.top": False}
)


def draw() -> plt.Figure:
    """Return the figure: voltage above, holes on nickel and on oxygen below, against the charge passed."""
    run = simulate(parse_steps(["Charge at 20 mA/g until 4.8 V", "Discharge at 20 mA/g until 2.0 V"]))
    table = run.sample(interval=120.0)
    figure, axes = plt.subplots(2, 2, figsize=(7.2, 4.0), sharey="row", layout="constrained")
    for column, (step, title) in enumerate([(1, "charge"), (2, "discharge")]):
        rows = table["step"] == step
        passed = np.abs(table["specific_capacity"][rows] - table["specific_capacity"][rows][0])
        upper, lower = axes[:, column]
        upper.plot(passed, table["voltage"][rows], color=LINE)
        upper.set_title(title)
        lower.plot(passed, table["metal_holes"][rows], color=NICKEL, label="on nickel")
        lower.plot(passed, table["oxygen_holes"][rows], color=OXYGEN, label="on oxygen")
        lower.set_xlabel("capacity of the step [mAh/g]")
        for axis in (upper, lower):
            axis.spines["right"].set_visible(False)
            axis.set_xlim(0, 300)
    axes[0, 0].set_ylabel("voltage [V vs Li$^+$/Li]")
    axes[1, 0].set_ylabel("holes per formula unit")
    axes[1, 0].legend(frameon=False)
    return figure


if __name__ == "__main__":
    draw().savefig(Path(__file__).with_name("inversion.svg"), metadata={"Date": None})
