"""What the ways to measure absorption are called."""

from __future__ import annotations

TRANSMISSION, FLUORESCENCE = "transmission", "fluorescence"
ELECTRON_YIELD, INVERSE_YIELD = "electron_yield", "inverse_yield"
MODES = {
    "": "",
    TRANSMISSION: TRANSMISSION,
    FLUORESCENCE: FLUORESCENCE,
    ELECTRON_YIELD: ELECTRON_YIELD,
    INVERSE_YIELD: INVERSE_YIELD,
    "tfy": FLUORESCENCE,
    "tey": ELECTRON_YIELD,
    "ipfy": INVERSE_YIELD,
}
"""What a mode may be called -> its name."""
