"""The lattice parameter: radii of the metal, or the slope against charge that the study itself measured."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from lmct.electrode.lattice import NICKEL_2, NICKEL_4, change_per_hole_from_radii
from lmct.evidence.ledger.account import Account
from lmct.evidence.ledger.conversion.contract import Converted, Setting, unusable
from lmct.evidence.ledger.equation import Effect, Equation, Parameter, Term
from lmct.evidence.ledger.state import StateKey, half_cycle_of
from lmct.quantity.finding import Finding

NAME = "diffraction"

ORIGIN, ORIGIN_WIDTH = 4.16, 0.1
"""Lattice parameter without holes [Å]: unknown, the text of Li 2022 does not give it."""

PER_METAL = change_per_hole_from_radii(reduced=NICKEL_2, oxidised=NICKEL_4, electrons=2)
PER_METAL_RELATIVE = math.sqrt(2.0) * 0.01 / (NICKEL_2 - NICKEL_4)
"""Relative error of that [1]: 0.01 Å for each radius, two decimals in the tables of Shannon 1976."""

PER_OXYGEN, PER_OXYGEN_WIDTH = 0.0, 0.0105
"""Change per hole on oxygen [Å f.u.], an assumption: none within a tenth of the metal's; the text says it
is smaller than the metal's (L170-173), and not how much."""

PER_LITHIUM_WIDTH = 0.0025
"""Change per lithium extracted, beside the holes [Å f.u.]: an assumption, 0(0.0025). While oxygen is oxidised
the lattice hardly changes (L170-173); more would have to be
cancelled by the holes on oxygen."""

SHARE, SHARE_WIDTH = 0.97, 0.02
"""Share of the charge that is on the metal where a slope was measured [1]: an assumption; double layer and
first holes on oxygen take the rest."""

ALIGNMENT = 5e-5
"""Relative error of a lattice parameter between two instruments or mountings [1]."""

PRISTINE_HOLES = 0.01
"""How far the first scan of a fresh cell may be from having no holes on the metal [1/f.u.]."""

PARAMETERS = {
    "origin": Parameter(
        f"{NAME}: lattice parameter without holes", NAME, ORIGIN_WIDTH, "Å", "unknown beforehand", free=True
    ),
    "metal": Parameter(
        f"{NAME}: change per metal hole", NAME, PER_METAL_RELATIVE,
        source="radii of Shannon 1976, doi 10.1107/S0567739476001551, 0.01 Å each; hard spheres",
    ),
    "oxygen": Parameter(
        f"{NAME}: change per oxygen hole", NAME, PER_OXYGEN_WIDTH, "Å f.u.", "assumption (Li 2022 L170-173)"
    ),
    "lithium": Parameter(f"{NAME}: change per lithium", NAME, PER_LITHIUM_WIDTH, "Å f.u.", "assumption"),
}  # fmt: skip

SKIPPED = ("smallest cell", "largest cell")
SCAN = re.compile(r"first scan|last scan")


def convert(findings: Sequence[Finding], setting: Setting) -> Converted:
    """Turn lattice parameters into holes on the metal.

    Parameters
    ----------
    findings
        Of diffraction.
    setting
        Material and samples.

    Returns
    -------
    :
        Equations in Å, with the slopes as shared errors.
    """
    equations: list[Equation] = []
    messages: list[str] = []
    operando = {one.sample for one in findings if half_cycle_of(one.condition) is not None}
    for finding in findings:
        if finding.quantity not in ("lattice_parameter", "lattice_slope_metal"):
            continue
        if said := unusable(finding):
            messages.append(said)
        elif finding.quantity == "lattice_slope_metal":
            equations.append(_slope(finding))
        elif finding.condition not in SKIPPED:
            equations += _lattice(finding, setting, operando=finding.sample in operando)
    return Converted(tuple(equations), tuple(messages))


def _lattice(finding: Finding, setting: Setting, *, operando: bool) -> Iterator[Equation]:
    if operando and SCAN.fullmatch(finding.condition):
        if finding.condition == "first scan":
            yield _pristine(finding)
        return
    half = half_cycle_of(finding.condition)
    if half is None:
        state = StateKey(finding.sample, finding.condition if SCAN.fullmatch(finding.condition) else "")
    elif half[1] == "charge":
        state = setting.charged(finding.sample, half[0])
    else:
        state = StateKey(finding.sample, finding.condition)
    metal = Term(state, Account.METAL, PER_METAL)
    oxygen = Term(state, Account.OXYGEN, PER_OXYGEN)
    lithium = (Account.METAL, Account.OXYGEN, Account.DARK, Account.GAS)
    yield Equation(
        technique=NAME,
        value=finding.value.value,
        uncertainty=finding.value.uncertainty,
        terms=(metal, oxygen),
        constant=ORIGIN,
        effects=(
            Effect(PARAMETERS["origin"], ORIGIN_WIDTH),
            Effect(PARAMETERS["metal"], terms=(Term(state, Account.METAL, PER_METAL * PER_METAL_RELATIVE),)),
            Effect(PARAMETERS["oxygen"], terms=(Term(state, Account.OXYGEN, PER_OXYGEN_WIDTH),)),
            Effect(
                PARAMETERS["lithium"],
                terms=tuple(Term(state, account, PER_LITHIUM_WIDTH) for account in lithium),
            ),
            _alignment(finding),
        ),
        finding=finding,
        words="holes on the metal, by the lattice",
    )


def _pristine(finding: Finding) -> Equation:
    return Equation(
        technique=NAME,
        value=finding.value.value,
        uncertainty=math.hypot(finding.value.uncertainty, PER_METAL * PRISTINE_HOLES),
        constant=ORIGIN,
        effects=(Effect(PARAMETERS["origin"], ORIGIN_WIDTH), _alignment(finding)),
        finding=finding,
        words="the lattice without holes, from the first scan of a fresh cell",
    )


def _slope(finding: Finding) -> Equation:
    """Return what a measured slope against charge says of the calibration."""
    share = Parameter(
        f"{NAME}: slope against charge of {finding.sample}", NAME, SHARE_WIDTH,
        source="assumption: 97(2) % of the charge is on the metal there",
    )  # fmt: skip
    return Equation(
        technique=NAME,
        value=finding.value.value,
        uncertainty=finding.value.uncertainty,
        constant=SHARE * PER_METAL + (1.0 - SHARE) * PER_OXYGEN,
        effects=(
            Effect(PARAMETERS["metal"], SHARE * PER_METAL * PER_METAL_RELATIVE),
            Effect(PARAMETERS["lithium"], PER_LITHIUM_WIDTH),
            Effect(share, SHARE_WIDTH * PER_METAL),
        ),
        finding=finding,
        words="change of the lattice per metal hole, measured against charge",
    )


def _alignment(finding: Finding) -> Effect:
    files = finding.source_file.split("; ")[0] or finding.sample
    size = ALIGNMENT * finding.value.value
    parameter = Parameter(
        f"{NAME}: alignment of {files}", NAME, size, "Å", "50 ppm between instruments or mountings"
    )
    return Effect(parameter, size)
