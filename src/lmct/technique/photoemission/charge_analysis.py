"""Electrons that nickel gains against holes that oxygen gains, over a heating series."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.contract import AnalysisResult, Measurement
from lmct.technique.option import text_option
from lmct.technique.photoemission.charge_balance import ChargeBalance, charge_balance
from lmct.technique.photoemission.dataset import spectrum_of_region
from lmct.technique.photoemission.figure_ratios import charge_sheet
from lmct.technique.photoemission.request import (
    CHARGE_OPTIONS,
    NICKEL_OPTIONS,
    OXYGEN_OPTIONS,
    charge_model,
    check_names,
)
from lmct.technique.photoemission.series_of_measurements import (
    NICKEL,
    OXYGEN,
    condition_of,
    hold_times,
    nickel_of_series,
    oxygen_of_series,
)

UNBALANCED = 0.01
"""Balances less likely are told of [1]."""


def analyse_charge(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Return electrons gained by nickel, holes gained by oxygen, and whether they agree.

    Parameters
    ----------
    measurements
        Files with both regions, and the references.
    options
        Those of both series and of :class:`ChargeModel`.

    Raises
    ------
    DataError
        A region or reference is missing, or spectra cannot be fitted.
    """
    check_names(options, NICKEL_OPTIONS, OXYGEN_OPTIONS, CHARGE_OPTIONS)
    model = charge_model(options)
    references = {text_option(options, name, "") for name in NICKEL_OPTIONS[:2]}
    both = [
        one
        for one in measurements
        if one.name in references
        or (spectrum_of_region(one, NICKEL) is not None and spectrum_of_region(one, OXYGEN) is not None)
    ]
    series, nickel = nickel_of_series(both, options)
    _, oxygen = oxygen_of_series([one for one in both if one.name not in references], options)
    balance = charge_balance(
        nickel_fractions=nickel.fractions,
        nickel_covariance=nickel.covariance,
        oxygen_fractions=oxygen.fractions,
        oxygen_covariance=oxygen.covariance,
        model=model,
    )
    messages = list(dict.fromkeys((*nickel.messages, *oxygen.messages)))
    if balance.probability < UNBALANCED:
        messages.append(
            f"electrons on nickel and holes on oxygen do not balance (chi square {balance.chi_square:.1f} for"
            f" {balance.degrees_of_freedom}, p = {balance.probability:.1g}): charge left the sample, or an"
            " oxidised oxygen holds another number of holes than assumed."
        )
    return AnalysisResult(
        findings=tuple(_balance_findings(series, balance)),
        figures=(charge_sheet(hold_times(series), balance),),
        messages=tuple(messages),
    )


def _balance_findings(series: Sequence[Measurement], balance: ChargeBalance) -> Iterable[Finding]:
    about = {"sample": series[0].sample, "technique": "photoemission"}
    for place, one in enumerate(series):
        if not place:
            continue
        condition = condition_of(one)
        for quantity, values, spreads in (
            ("electrons_gained_by_nickel", balance.electrons, balance.electrons_uncertainty),
            ("holes_gained_by_oxygen", balance.holes, balance.holes_uncertainty),
        ):
            value = Value(float(values[place]), float(spreads[place]), "1/f.u.")
            yield Finding(quantity=quantity, value=value, condition=condition, **about)
    yield Finding(
        quantity="charge_balance_probability",
        value=Value(float(f"{balance.probability:.3g}"), 0.0),
        note=f"Chi square {balance.chi_square:.2f} for {balance.degrees_of_freedom} degrees of freedom.",
        **about,
    )
    yield Finding(
        quantity="holes_per_oxidised_oxygen",
        value=Value(balance.holes_per_oxygen, balance.holes_per_oxygen_uncertainty),
        note="That would balance electrons and holes best.",
        **about,
    )
