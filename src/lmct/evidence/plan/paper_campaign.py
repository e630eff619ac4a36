"""The campaign that the text of Li 2022 alone makes: few statements, each with an honest error."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lmct.evidence.likelihood.observation import Campaign, Observation
from lmct.evidence.plan import statement_observable
from lmct.evidence.virtual.diffraction import LATTICE_UNKNOWNS
from lmct.protocol.charge import charge, discharge
from lmct.protocol.rest import rest
from lmct.protocol.step import Step
from lmct.protocol.titration import Portion, titration
from lmct.quantity.constants import DAY, HOUR, ZERO_CELSIUS

COLD, HOT = 25.0 + ZERO_CELSIUS, 140.0 + ZERO_CELSIUS
"""Lowest and highest temperature of the titration [K] (L218-220)."""

NEARLY_RELAXED = 10 * DAY
"""Time at 140 degC after which an electrode counts as relaxed [s]; an assumption."""

TECHNIQUE = "text of Li 2022"


def paper_campaign() -> Campaign:
    """Return what can be compared with a mechanism from the paper's text alone.

    The numbers behind its figures are not in it. Limits such as "much slower" are turned into the middle and
    the standard deviation of an even distribution between the bounds that the words leave; each of these is
    an assumption that its source names.

    Returns
    -------
    :
        Eight statements about five histories.

    Source
    ------
    Li et al., Nature Materials 21, 1165 (2022), doi 10.1038/s41563-022-01278-2; lines (L) of the manuscript.

    Examples
    --------
    >>> campaign = paper_campaign()
    >>> len(campaign.observations), [one.name for one in campaign.unknowns][0]
    (8, 'lattice_origin')
    """
    return Campaign((*_relaxation(), *_lattice(), *_voltages()), LATTICE_UNKNOWNS)


def _relaxation() -> tuple[Observation, ...]:
    hot = _heated(HOT, DAY)
    return (
        _statement(
            "140 degC: lost from 0 to 90 s, to 4 h, to 24 h",
            statement_observable.metal_holes_lost_between.__name__,
            hot,
            at=(90.0, 4 * HOUR, DAY),
            values=(0.11, 0.5, 0.11),
            uncertainty=(0.02, 0.5, 0.02),
            loadings={"size of both steps": (0.045, 0.0, 0.045)},
            source="L225-228: both steps are similar and seen; their common size is an assumption",
        ),
        _statement(
            "140 degC: left after 24 h",
            statement_observable.metal_holes_left.__name__,
            hot,
            at=(DAY,),
            values=(0.175,),
            uncertainty=(0.1,),
            source="L33: can fully evolve; evenly between 0 and 0.35 is an assumption",
        ),
        _statement(
            "25 degC: left after 24 h",
            statement_observable.metal_holes_left.__name__,
            _heated(COLD, DAY),
            at=(DAY,),
            values=(0.925,),
            uncertainty=(0.043,),
            source="L230-232: much slower; evenly between 0.85 and 1 is an assumption",
        ),
        _statement(
            "voltage of a relaxed electrode",
            "end_voltage",
            (*_heated(HOT, NEARLY_RELAXED), rest(900.0)),
            values=(3.74,),
            uncertainty=(0.03,),
            unit="V",
            source="L297-303: 3.74(2) V; that 10 d at 140 degC relax it all is an assumption, so is 0.03 V",
        ),
    )


def _lattice() -> tuple[Observation, ...]:
    return (
        _statement(
            "lattice parameter charged, after 2 weeks, after 2 months",
            "lattice_parameter",
            (charge(voltage=4.8), rest(60 * DAY)),
            at=(HOUR, 14 * DAY, 60 * DAY),
            values=(4.111, 4.141, 4.162),
            uncertainty=(0.002, 0.004, 0.003),
            unit="angstrom",
            offset="lattice_origin",
            source="L187-192; errors are an assumption: digits, other samples, and times that are only about",
        ),
    )


def _voltages() -> tuple[Observation, ...]:
    cycle = (charge(voltage=4.8), discharge(voltage=2.0))
    return (
        _statement(
            "voltage at 200 mAh/g",
            "voltage_at_capacity",
            cycle,
            step=0,
            at=(200.0,),
            values=(4.40,),
            uncertainty=(0.02,),
            unit="V",
            source="L234-235, L254: about 4.4 V",
        ),
        _statement(
            "voltage of the metal plateau",
            statement_observable.metal_plateau_voltage.__name__,
            cycle,
            values=(3.90,),
            uncertainty=(0.07,),
            unit="V",
            source="L110: about 4 V; L141, L215: about 3.8 V",
        ),
        _statement(
            "voltage of the oxygen plateau",
            statement_observable.oxygen_plateau_voltage.__name__,
            cycle,
            values=(2.20,),
            uncertainty=(0.03,),
            unit="V",
            source="L111, L144, L214: about 2.2 V",
        ),
    )


def _heated(temperature: float, time: float) -> tuple[Step, ...]:
    """Return the history of a charged portion up to the end of its heating."""
    return titration(Portion(hold_temperature=temperature, hold_time=time))[:-2]


def _statement(
    name: str,
    observable: str,
    protocol: tuple[Step, ...],
    *,
    values: Sequence[float],
    uncertainty: Sequence[float],
    source: str,
    at: Sequence[float] = (0.0,),
    step: int = -1,
    unit: str = "1",
    offset: str = "",
    loadings: dict[str, Sequence[float]] | None = None,
) -> Observation:
    return Observation(
        name=name,
        observable=observable,
        protocol=protocol,
        step=step,
        at=np.array(at, dtype=float),
        values=np.array(values, dtype=float),
        uncertainty=np.array(uncertainty, dtype=float),
        unit=unit,
        offset=offset,
        loadings={key: np.array(effect, dtype=float) for key, effect in (loadings or {}).items()},
        cell=name,
        sample=name,
        technique=TECHNIQUE,
        source=source,
    )
