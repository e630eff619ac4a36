"""The small campaign of simulation-based calibration: titration, open-circuit voltage, lattice at rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lmct.electrode.parameter_file import load
from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.evidence.likelihood.mechanism import Mechanism
from lmct.evidence.likelihood.observation import Campaign
from lmct.evidence.likelihood.prior import Normal
from lmct.evidence.likelihood.unknown import Unknown
from lmct.evidence.mechanism.registry import mechanism_named
from lmct.evidence.virtual.diffraction import lattice_at_rest
from lmct.evidence.virtual.electrochemistry import plateau_titration, rest_voltage
from lmct.evidence.virtual.observe import draft, loadings_of
from lmct.evidence.virtual.planned import PlannedMeasurement
from lmct.protocol.titration import Portion
from lmct.quantity.constants import DAY, HOUR
from lmct.quantity.errors import NotConverged

SMALL_SOURCE = "assumption: around the shipped set, so narrow that almost every electrode can do the campaign"

SMALL_UNKNOWNS: tuple[tuple[str, float, bool], ...] = (
    ("metal_potential", 0.03, False),
    ("oxygen_potential", 0.03, False),
    ("attempt_frequency", 0.7, True),
    ("reorganization_energy", 0.04, False),
    ("oxygen_rate", 0.7, True),
)
"""Name, standard deviation in its unit (of the natural logarithm where the last is true)."""

HOLD_TEMPERATURE = 413.15
"""Of the heated portions [K] (Li 2022, Fig. 4a)."""

HOLD_TIMES = (0.0, 90.0, 4.0 * HOUR, 24.0 * HOUR)
"""Of the portions [s] (Li 2022, L225-228)."""

REST_TIMES = (0.1 * DAY, 1.0 * DAY, 3.0 * DAY, 7.0 * DAY, 14.0 * DAY)
"""At which the voltage and the lattice parameter of a charged electrode are read [s] (Li 2022, L187-192)."""

CHARGE_VOLTAGE = 4.5
"""Of all electrodes, so that one simulated charge serves all [V]."""

SMALL_DESIGN: tuple[PlannedMeasurement, ...] = (
    *(
        plateau_titration(Portion(hold_temperature=HOLD_TEMPERATURE, hold_time=time), cells=1)
        for time in HOLD_TIMES
    ),
    rest_voltage(REST_TIMES, charge_voltage=CHARGE_VOLTAGE),
    lattice_at_rest(REST_TIMES, charge_voltage=CHARGE_VOLTAGE),
)
"""Four portions, one cell and one powder at rest: small enough for hundreds of fits."""


def small_problem() -> tuple[Mechanism, Campaign]:
    """Return the leading mechanism with five unknowns, and the small campaign before its data.

    Returns
    -------
    :
        Mechanism and campaign; three unknowns of the diffractometer come with the campaign.

    Examples
    --------
    >>> mechanism, campaign = small_problem()
    >>> len(mechanism.unknowns) + len(campaign.unknowns)
    8
    """
    base = load()
    middles = {"metal_potential": base.metal_potential, "oxygen_potential": base.oxygen_potential}
    middles |= {"oxygen_rate": base.oxygen_rate, **base.lmct_parameters}
    unknowns = [
        Unknown(name, Normal(middles[name], width, logarithmic=logarithmic, source=SMALL_SOURCE))
        for name, width, logarithmic in SMALL_UNKNOWNS
    ]
    mechanism = mechanism_named(base=base, unknowns=unknowns)
    return mechanism, planned_campaign(mechanism, SMALL_DESIGN)


def planned_campaign(mechanism: Mechanism, design: Sequence[PlannedMeasurement]) -> Campaign:
    """Return the campaign of a design before its data, with the sizes of all errors fixed.

    Errors relative to a value are taken relative to what the mechanism shows at the middle of the priors. So
    they do not depend on the truth, and the likelihood of data is exactly the density they are drawn from.

    Parameters
    ----------
    mechanism
        The mechanism.
    design
        The planned measurements.

    Returns
    -------
    :
        Observations that hold the values at the middle of the priors.

    Raises
    ------
    NotConverged
        The mechanism cannot do what is planned there.
    """
    blank = draft(design)
    likelihood = Likelihood(mechanism, blank)
    middle = likelihood.unknowns.values_at([0.5] * len(likelihood.unknowns))
    readings = [reading for one in design for _ in range(one.cells) for reading in one.readings]
    found = []
    for one, reading, shown in zip(blank.observations, readings, likelihood.predictions(middle), strict=True):
        if shown is None:
            raise NotConverged(
                f"{mechanism.title} cannot do what {one.name!r} asks of a sample at the middle of the priors."
                " Plan a milder history."
            )
        found.append(replace(one, values=shown, loadings=loadings_of(reading, shown)))
    return Campaign(tuple(found), blank.unknowns)
