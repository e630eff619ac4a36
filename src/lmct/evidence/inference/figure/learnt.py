"""What the data decided: intervals of prior and posterior side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmct.evidence.inference.learning import learning_from
from lmct.evidence.inference.posterior import Posterior
from lmct.technique.contract import FigureSheet
from lmct.technique.figure_style import DOUBLE, GREY, METAL, SMALL_TEXT, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROW = 6.0
"""Height of a row [mm]."""


def learning_sheet(posterior: Posterior) -> FigureSheet:
    """Return the intervals of all unknowns before and after the data, in standard deviations of the prior.

    Parameters
    ----------
    posterior
        The posterior.

    Returns
    -------
    :
        The sheet; its columns hold both intervals in the unknown's own unit.
    """
    found = learning_from(posterior)
    columns = {
        one.name: (unknown.unit, np.array([*one.prior, *one.posterior]))
        for one, unknown in zip(found, posterior.unknowns.members, strict=True)
    }
    columns["information"] = ("nat", np.array([one.information for one in found]))
    return FigureSheet(
        name="prior_and_posterior",
        title="What the data decided",
        caption="Central 68 % intervals of prior (grey) and posterior (blue), on the prior's own scale: 0 is"
        " its median, 1 its standard deviation. Right: information from the data; below 0.05 nat they say"
        " nothing beyond the prior. Columns: both ends of prior and posterior.",
        draw=lambda: _drawn(posterior),
        columns=columns,
    )


def _drawn(posterior: Posterior) -> Figure:
    from scipy.special import ndtri

    found = learning_from(posterior)
    figure, (axes,) = new_figure(width=DOUBLE, height=20.0 + ROW * len(found))
    for row, (one, unknown) in enumerate(zip(found, posterior.unknowns.members, strict=True)):
        positions = [unknown.prior.position_of(value) for value in one.posterior]
        ends = ndtri(np.clip(positions, 1e-3, 1.0 - 1e-3))
        axes.plot([-1.0, 1.0], [row, row], color=GREY, linewidth=5.0, alpha=0.3, solid_capstyle="butt")
        axes.plot(ends, [row, row], color=METAL, linewidth=2.5, solid_capstyle="butt")
        low, high = one.posterior
        text = f"{low:.4g} to {high:.4g} {unknown.unit}, {one.information:.2f} nat"
        axes.text(3.3, row, text, fontsize=SMALL_TEXT, va="center", clip_on=False)
    axes.set_xlim(-3.2, 3.2)
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.set_yticks(range(len(found)), [one.name.replace("_", " ") for one in found])
    axes.set_xlabel("distance from the prior's median [standard deviations of the prior]")
    return figure
