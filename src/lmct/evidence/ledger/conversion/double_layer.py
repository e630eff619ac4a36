"""Charge of the double layer: it passes the current collector and oxidises nothing."""

from __future__ import annotations

from lmct.evidence.ledger.context import LedgerContext
from lmct.evidence.ledger.equation import Effect, Parameter
from lmct.quantity.constants import FARADAY

CAPACITANCE, CAPACITANCE_UNCERTAINTY = 20.0, 10.0
"""Of active material and carbon, per gram of active material [F/g]: an assumption."""

PRISTINE_VOLTAGE = 3.0
"""Where a fresh cell starts [V]: an assumption."""

UNKNOWN_VOLTAGE, UNKNOWN_VOLTAGE_UNCERTAINTY = 4.1, 0.25
"""Taken for charged samples whose voltage nobody measured [V]: between relaxed (3.74) and just charged."""

DOUBLE_LAYER = Parameter(
    "electrochemistry: capacitance of the double layer",
    "electrochemistry",
    CAPACITANCE_UNCERTAINTY,
    "F/g",
    "assumption: 20(10) F/g of active material with its carbon",
)


def double_layer_charge(*, voltage_change: float, context: LedgerContext) -> tuple[float, Effect]:
    """Return the charge of the double layer over a change of voltage, and its shared error.

    Parameters
    ----------
    voltage_change
        Upwards positive [V].
    context
        Of the material.

    Returns
    -------
    :
        Charge [1/f.u.], and the effect of the error of the capacitance on it.

    Examples
    --------
    >>> from lmct import material
    >>> from lmct.evidence.ledger.context import context_of_material
    >>> context = context_of_material(material.load("li-ti-ni-o", x=0.4))
    >>> round(double_layer_charge(voltage_change=1.5, context=context)[0], 4)
    0.0257
    """
    charge = CAPACITANCE * context.molar_mass / FARADAY * voltage_change
    return charge, Effect(DOUBLE_LAYER, constant=charge * CAPACITANCE_UNCERTAINTY / CAPACITANCE)
