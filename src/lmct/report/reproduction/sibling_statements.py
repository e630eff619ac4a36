"""What the paper says about other materials (Fig. 6c, d and the discussion)."""

from __future__ import annotations

import numpy as np

from lmct.report.reproduction.siblings import (
    IRON,
    NICKEL,
    RICH_NM,
    RICH_NMC,
    RUTHENIUM,
    sibling_cycles,
    sibling_heating,
    sibling_numbers,
)
from lmct.report.reproduction.statement import Answer, Statement, met_if

HYPOTHESIS = "sets changed by composition and covalence alone"
"""What the electrodes of the siblings are; the text tests their order, not their numbers."""


def _duration(hours: float) -> str:
    """Return a time of whatever length in words.

    Examples
    --------
    >>> _duration(240.0), _duration(10.6), _duration(1.5e-4)
    ('10 d', '11 h', '0.54 s')
    """
    units = ((24.0, "d"), (1.0, "h"), (1 / 60, "min"))
    length, unit = next((one for one in units if hours >= 2 * one[0]), (1 / 3600, "s"))
    return f"{hours / length:.2g} {unit}"


def _lifetime_order() -> Answer:
    lives = np.array([sibling_numbers(name)["half_life"] for name in (NICKEL, IRON, RUTHENIUM)])
    words = ", ".join(
        f"{metal} {_duration(life)}" for metal, life in zip(("Ni", "Fe", "Ru"), lives, strict=True)
    )
    return met_if(f"half-lives of {words} at 25 °C; {HYPOTHESIS}", bool(np.all(np.diff(lives) < 0)))


def _inversion_order() -> Answer:
    large, less, none = (sibling_numbers(name)["inversion_index"] for name in (NICKEL, IRON, RUTHENIUM))
    return met_if(
        f"inversion index Ni {large:.2f}, Fe {less:.2f}, Ru {none:.2f}; {HYPOTHESIS}",
        large > 0.5 and 0.1 < less < large and abs(none) < 0.1,
    )


def _layered_inversion() -> Answer:
    """Judge the second discharge of Li-rich NMC: at which voltages its couples are reduced."""
    index = sibling_numbers(RICH_NMC)["inversion_index"]
    segment = sibling_cycles(RICH_NMC).segments[3]
    states = segment.at(np.linspace(0.0, segment.duration, 1001))
    metal, oxygen = (np.maximum(-np.gradient(states[:, place]), 0.0) for place in (0, 1))
    upper, lower = (float(np.average(states[:, 4], weights=one)) for one in (metal, oxygen))
    return met_if(
        f"inversion index {index:.2f}; on discharge the metals are reduced at {upper:.2f} V, O at"
        f" {lower:.2f} V on average; {HYPOTHESIS}",
        index > 0.5 and upper > lower,
    )


def _rearranged() -> Answer:
    words, holds = [], True
    for name, label in ((RICH_NMC, "Li-rich NMC"), (RICH_NM, "Li1.2Ni0.2Mn0.6O2")):
        (metal, oxygen), (metal_after, oxygen_after) = sibling_heating(name)
        words.append(
            f"{label}: metal holes {metal:.3f} to {metal_after:.3f}, O {oxygen:.3f} to {oxygen_after:.3f}"
        )
        holds = holds and metal_after < 0.9 * metal and oxygen_after > 1.02 * oxygen
    return met_if(f"24 h at 140 °C: {'; '.join(words)}", holds)


STATEMENTS = (
    Statement(
        id="inversion-of-rich-nmc",
        text="A very similar inversion is found in Li-rich NMC.",
        paper="inverted: inversion index above 0.5",
        line="L337",
        figure="6c",
        answer=lambda _: _layered_inversion(),
    ),
    Statement(
        id="siblings",
        text="Li1.2Ni0.2Mn0.6O2 and Li1.2Ni0.13Mn0.54Co0.13O2 rearrange their capacity in the same way.",
        paper="fewer metal, more O holes: by 10 % and 2 % at least",
        line="L341",
        figure="6c",
        answer=lambda _: _rearranged(),
    ),
    Statement(
        id="lifetime-order",
        text="The lifetimes fall in the order Ni3+/4+ > Fe4+ > Ru6+.",
        paper="Ni > Fe > Ru",
        line="L353",
        answer=lambda _: _lifetime_order(),
    ),
    Statement(
        id="inversion-order",
        text="The inversion is large for Ni, less remarkable for Fe, totally absent for Ru.",
        paper="large, less, none: index above 0.5, between, below 0.1",
        line="L355",
        answer=lambda _: _inversion_order(),
    ),
)
"""Statements on other materials. Their answers do not depend on the set of Li-Ti-Ni-O that is judged."""
