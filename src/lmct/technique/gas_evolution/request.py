"""What a user says about a gas measurement: gases, flow or head space, calibration, rests, transport."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lmct.quantity.constants import HOUR
from lmct.quantity.errors import OutOfRange
from lmct.technique.gas_evolution.calibration import Plateau
from lmct.technique.gas_evolution.fragmentation import FRAGMENTS, base_peak
from lmct.technique.option import number_option, refuse_unknown, switch_option, text_option

FLOW, HEAD_SPACE = "flow", "head_space"

GAS_CONSTANT = 8.314462618
"""[J/(mol K)]."""

STANDARD_TEMPERATURE, STANDARD_PRESSURE = 273.15, 101325.0
"""At which flow meters state a flow, unless told otherwise [K, Pa]."""

OPTIONS = (
    "gases", "channels", "reference", "sensitivities", "fragments", "plateaus", "mode", "flow",
    "flow_uncertainty", "flow_temperature", "flow_pressure", "volume", "volume_uncertainty",
    "cell_temperature", "cell_pressure", "sample_volume", "delay", "mixing_time", "mixing_uncertainty",
    "rest_before", "rest_after", "quiet_discharge", "settling", "tail", "bin", "mass_uncertainty",
    "active_mass",
)  # fmt: skip
"""Names of the options of a measurement."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """How a record is turned into amounts.

    Parameters
    ----------
    gases, channels
        Names and m/z that are used.
    reference
        m/z of the carrier that currents are divided by; None for currents as they are.
    sensitivities
        Gas -> signal per mole fraction and its standard uncertainty; empty when not known.
    fragments
        Measured fragments, gas -> m/z -> (value, uncertainty).
    plateaus
        Stretches of known mixtures, when the record is a calibration.
    mode
        :data:`FLOW` or :data:`HEAD_SPACE`.
    flow
        Of the carrier at ``flow_temperature`` and ``flow_pressure`` [mL/min]; None takes the column.
    flow_uncertainty, volume_uncertainty, mass_uncertainty
        Relative standard uncertainties [1].
    volume
        Of the head space [mL].
    cell_temperature, cell_pressure
        Of the head space [K, Pa].
    sample_volume
        Replaced by fresh carrier at every reading [mL].
    delay, mixing_time, mixing_uncertainty
        From the electrode to the spectrometer, time constant of the mixing volume, and the standard
        uncertainty of their sum [s].
    rest_before, rest_after
        At the ends of the record, when no cycler tells [s].
    quiet_discharge
        Take discharges for free of gas, an assumption that makes the background better known.
    settling, tail
        Left out of the background at its beginning, and after cycling [s].
    bin
        Width over which readings are averaged [s].
    active_mass
        [g]; None when not known.
    """

    gases: tuple[str, ...] = ("O2", "CO2")
    channels: tuple[int, ...] = (32, 44)
    reference: int | None = None
    sensitivities: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    fragments: Mapping[str, Mapping[int, tuple[float, float]]] = field(default_factory=dict)
    plateaus: tuple[Plateau, ...] = ()
    mode: str = FLOW
    flow: float | None = None
    flow_uncertainty: float = 0.01
    flow_temperature: float = STANDARD_TEMPERATURE
    flow_pressure: float = STANDARD_PRESSURE
    volume: float | None = None
    volume_uncertainty: float = 0.03
    cell_temperature: float = 298.15
    cell_pressure: float = STANDARD_PRESSURE
    sample_volume: float = 0.0
    delay: float = 0.0
    mixing_time: float = 0.0
    mixing_uncertainty: float = 0.0
    rest_before: float = 4.0 * HOUR
    rest_after: float = 12.0 * HOUR
    quiet_discharge: bool = False
    settling: float = 0.5 * HOUR
    tail: float = HOUR
    bin: float = 300.0
    mass_uncertainty: float = 0.01
    active_mass: float | None = None

    def molar_flow(self, flow: float) -> float:
        """Return a flow [mL/min] as amount of substance [umol/h].

        Examples
        --------
        >>> round(Request().molar_flow(1.0), 1)
        2676.9
        """
        cubic_metres_per_hour = flow * 60.0 * 1e-6
        return 1e6 * self.flow_pressure * cubic_metres_per_hour / (GAS_CONSTANT * self.flow_temperature)

    @property
    def head_space_amount(self) -> float:
        """Gas in the head space [umol].

        Raises
        ------
        OutOfRange
            No volume is given.
        """
        if self.volume is None:
            raise OutOfRange("the head-space mode needs the option volume [mL]. Expected a number. Give it.")
        return self.cell_pressure * self.volume / (GAS_CONSTANT * self.cell_temperature)


def request_from_options(options: Mapping[str, Any]) -> Request:
    """Return the request that a study file or the command line describes.

    Times are in hours (``rest_before``, ``rest_after``, ``settling``, ``tail``), minutes (``bin``) or seconds
    (``delay``, ``mixing_time``, ``mixing_uncertainty``); the fields of :class:`Request` say the other units.

    Parameters
    ----------
    options
        Options by name, out of :data:`OPTIONS`. ``sensitivities`` is a table gas -> number or
        ``[number, uncertainty]``; ``plateaus`` a list of tables with ``begin``, ``end`` [s], ``fractions``
        and ``uncertainty``.

    Raises
    ------
    UnknownName
        An option or a gas does not exist.
    OutOfRange
        A value makes no sense.
    """
    refuse_unknown(options, OPTIONS, technique="gas_evolution")
    plain = Request()
    sensitivities = _pairs(options.get("sensitivities", {}), "sensitivities")
    plateaus = _plateaus(options.get("plateaus", ()))
    of_plateaus = list(dict.fromkeys(gas for one in plateaus for gas in one.fractions))
    gases = tuple(options.get("gases", tuple(sensitivities) or of_plateaus or plain.gases))
    peaks = tuple(dict.fromkeys(base_peak(gas) for gas in gases))
    scales = {"rest_before": HOUR, "rest_after": HOUR, "settling": HOUR, "tail": HOUR, "bin": 60.0}
    scales |= {"delay": 1.0, "mixing_time": 1.0, "mixing_uncertainty": 1.0}
    times = {
        name: scale * number_option(options, name, getattr(plain, name) / scale, high=1e6)
        for name, scale in scales.items()
    }
    shares = {
        name: number_option(options, name, getattr(plain, name), high=1.0)
        for name in ("flow_uncertainty", "volume_uncertainty", "mass_uncertainty")
    }
    conditions = {
        name: number_option(options, name, getattr(plain, name), low=1.0, high=1e7)
        for name in ("flow_temperature", "flow_pressure", "cell_temperature", "cell_pressure")
    }
    if times["bin"] < 1.0:
        raise OutOfRange("the option bin is shorter than a second. Expected minutes, such as 10.")
    return Request(
        gases=gases,
        channels=_masses(options.get("channels", peaks)),
        reference=None if options.get("reference") is None else _masses([options["reference"]])[0],
        sensitivities=sensitivities,
        fragments=_fragments(options.get("fragments", {})),
        plateaus=plateaus,
        mode=text_option(options, "mode", FLOW, among=(FLOW, HEAD_SPACE)),
        quiet_discharge=switch_option(options, "quiet_discharge", False),
        flow=_positive(options, "flow"),
        volume=_positive(options, "volume"),
        sample_volume=number_option(options, "sample_volume", 0.0, high=1e6),
        active_mass=_positive(options, "active_mass"),
        **times,
        **shares,
        **conditions,
    )


def _positive(options: Mapping[str, Any], name: str) -> float | None:
    if options.get(name) is None:
        return None
    return number_option(options, name, low=1e-9, high=1e6)


def _masses(value: Any) -> tuple[int, ...]:  # noqa: ANN401 - of a study file
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise OutOfRange(f"channels is {value!r}. Expected a list of m/z such as [32, 44].")
    if not value or any(isinstance(one, bool) or not isinstance(one, int) or one < 1 for one in value):
        raise OutOfRange(f"{list(value)!r} are no m/z. Expected whole numbers such as [32, 44].")
    return tuple(value)


def _pairs(table: Any, name: str) -> dict[str, tuple[float, float]]:  # noqa: ANN401 - of a study file
    """Return numbers with standard uncertainties; a bare number gets none."""
    if not isinstance(table, Mapping):
        raise OutOfRange(f"{name} is {table!r}. Expected a table such as {{ O2 = [1.2e-8, 2e-10] }}.")
    found = {}
    for key, value in table.items():
        pair = value if isinstance(value, list | tuple) else [value, 0.0]
        fine = len(pair) == 2 and all(isinstance(one, int | float) and math.isfinite(one) for one in pair)
        if not fine or min(pair) < 0.0:
            raise OutOfRange(f"{name} of {key} is {value!r}. Expected a number and its uncertainty.")
        found[str(key)] = (float(pair[0]), float(pair[1]))
    return found


def _fragments(table: Any) -> dict[str, dict[int, tuple[float, float]]]:  # noqa: ANN401 - of a study file
    found = {}
    for gas, own in table.items() if isinstance(table, Mapping) else ():
        pairs = _pairs(own, f"fragments of {gas}")
        if gas not in FRAGMENTS or any(not mass.isdecimal() for mass in pairs):
            raise OutOfRange(
                f"fragments of {gas}: expected a known gas and m/z, such as CO2 = {{ 28 = 0.1 }}."
            )
        found[gas] = {int(mass): pair for mass, pair in pairs.items()}
    return found


def _plateaus(rows: Any) -> tuple[Plateau, ...]:  # noqa: ANN401 - of a study file
    found = []
    for row in rows:
        if not isinstance(row, Mapping) or not {"begin", "end"} <= set(row):
            raise OutOfRange(f"a plateau is {row!r}. Expected a table with begin, end [s] and fractions.")
        fractions = {gas: pair[0] for gas, pair in _pairs(row.get("fractions", {}), "fractions").items()}
        doubt = number_option(row, "uncertainty", 0.0, high=0.5)
        begin, end = (number_option(row, name, high=1e9) for name in ("begin", "end"))
        if not begin < end or sum(fractions.values()) > 1.0:
            raise OutOfRange(f"a plateau is {row!r}. Expected begin before end, and fractions up to 1.")
        found.append(Plateau(begin, end, fractions, doubt))
    return tuple(found)
