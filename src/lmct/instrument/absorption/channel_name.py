"""Names of columns as beamlines write them, and the channels they stand for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lmct.instrument.absorption.scan import (
    ELECTRON,
    FLUORESCENCE,
    INCIDENT,
    MU,
    NORMALISED,
    REFERENCE,
    REFERENCE_MU,
    TRANSMITTED,
    UNCERTAINTY,
)

ENERGY = "energy"

_NAMES = {
    ENERGY: ("energy", "mono energy", "shifted energy", "e", "ev", "photon energy", "monoenergy", "hv"),
    INCIDENT: ("i0", "i 0", "io", "incident", "monitor"),
    TRANSMITTED: ("it", "i1", "itrans", "trans", "transmitted", "transmission"),
    FLUORESCENCE: ("if", "ifluor", "fluo", "fluor", "fluorescence", "tfy", "pfy", "lytle"),
    ELECTRON: ("tey", "electron yield", "drain current", "isample"),
    REFERENCE: ("ir", "iref", "irefer", "i2"),
    MU: ("xmu", "mu", "mutrans", "mufluor", "absorption"),
    NORMALISED: ("normalized", "normalised", "norm", "normtrans", "normfluor"),
    REFERENCE_MU: ("murefer", "normrefer", "reference"),
    UNCERTAINTY: ("mu uncertainty", "uncertainty"),
}

_CHANNEL = {word: channel for channel, words in _NAMES.items() for word in words}


def channel_named(word: str) -> str:
    """Return the channel a column name stands for; empty when it is none that is known.

    Parameters
    ----------
    word
        Name of the column; a serial number of the amplifier behind a hyphen, and units, do not matter.

    Examples
    --------
    >>> channel_named("I0-32"), channel_named("Mono Energy *"), channel_named("irefer"), channel_named("x")
    ('incident', 'energy', 'reference', '')
    """
    plain = re.sub(r"\(.*?\)|\[.*?\]|\*", " ", word.casefold()).replace("_", " ")
    plain = re.sub(r"-\d+$", "", " ".join(plain.split()))
    return _CHANNEL.get(plain, "")


def mode_of(channels: Sequence[str], names: Sequence[str] = ()) -> str:
    """Return how absorption was measured, by the channels that are there; transmission goes first.

    Parameters
    ----------
    channels
        Names of the channels.
    names
        Names of the columns, for those that say it themselves (``mufluor``).

    Examples
    --------
    >>> mode_of(["incident", "fluorescence"])
    'fluorescence'
    """
    if TRANSMITTED in channels or not {FLUORESCENCE, ELECTRON} & set(channels):
        return "fluorescence" if any("fluor" in name.casefold() for name in names) else "transmission"
    return "fluorescence" if FLUORESCENCE in channels else "electron_yield"
