"""Protocols: steps as data, as words, and run on an electrode."""

import lazy_loader

# Here and not lazily, since these functions bear the names of their modules; none of them is slow to import.
from lmct.protocol.charge import charge, discharge
from lmct.protocol.galvanostatic import galvanostatic
from lmct.protocol.gas_evolution import gas_evolution
from lmct.protocol.gitt import gitt
from lmct.protocol.heating import heating
from lmct.protocol.named import PROTOCOLS, named_protocol
from lmct.protocol.open_circuit_relaxation import open_circuit_relaxation
from lmct.protocol.rate_series import rate_series
from lmct.protocol.reactivation import reactivation, retriggering, second_cycle_relaxation
from lmct.protocol.rest import rest
from lmct.protocol.state_of_charge_series import state_of_charge_series
from lmct.protocol.step import Step
from lmct.protocol.titration import Portion, temperature_series, time_series, titration
from lmct.protocol.voltammetry import sweep, voltammetry
from lmct.protocol.window_opening import window_opening

__getattr__, __dir__, _lazy = lazy_loader.attach(
    __name__,
    submod_attrs={
        "plain_words": ["parse_steps"],
        "run": ["Run", "StepSummary"],
        "simulation": ["run_protocol", "simulate"],
    },
)

__all__ = [
    "PROTOCOLS",
    "Portion",
    "Run",
    "Step",
    "StepSummary",
    "charge",
    "discharge",
    "galvanostatic",
    "gas_evolution",
    "gitt",
    "heating",
    "named_protocol",
    "open_circuit_relaxation",
    "parse_steps",
    "rate_series",
    "reactivation",
    "rest",
    "retriggering",
    "run_protocol",
    "second_cycle_relaxation",
    "simulate",
    "state_of_charge_series",
    "sweep",
    "temperature_series",
    "time_series",
    "titration",
    "voltammetry",
    "window_opening",
]
