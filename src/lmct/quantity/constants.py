"""Constants of nature (CODATA 2018; those of the SI are exact)."""

from __future__ import annotations

FARADAY: float = 96485.33212331001
"""Charge of one mole of electrons [C/mol]."""

BOLTZMANN: float = 8.617333262145179e-05
"""Boltzmann constant [eV/K]."""

PLANCK: float = 4.135667696923859e-15
"""Planck constant [eV s]."""

ZERO_CELSIUS: float = 273.15
"""0 degC [K]."""

HOUR: float = 3600.0
"""One hour [s]."""

DAY: float = 86400.0
"""One day [s]."""

COULOMB_PER_MAH: float = 3.6
"""Charge of one milliampere hour [C]."""
