"""Species by name, for example Ni3+/4+: which metal, which valence, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lmct.evidence.ledger.account import Account
from lmct.evidence.ledger.context import LedgerContext
from lmct.evidence.ledger.conversion.contract import noted_parts, shared_fit
from lmct.evidence.ledger.equation import Effect, Equation, Parameter, Term
from lmct.evidence.ledger.state import StateKey
from lmct.quantity.finding import Finding

SPECIES = re.compile(r"([A-Z][a-z]?) ?(\d)\+?(?:/(\d))?\+")
FILE_NAME = re.compile(r"(?:^|, )([a-z]{1,2})_(\d)(\d)?(?=$|,)")
"""The same where names are those of files: ``ni_2``, ``ni_34``."""

REFERENCE_VALENCE = 0.1
"""How well the valence of an oxidised reference is known [1]: an assumption; covalence moves it."""


@dataclass(frozen=True, slots=True)
class Species:
    """A metal at a valence.

    Parameters
    ----------
    metal
        Symbol.
    valence, uncertainty
        Its charge and how well it is known: between two, the mean and half their distance over root three.
    """

    metal: str
    valence: float
    uncertainty: float


def species_of(name: str) -> Species | None:
    """Return the species that a name means, None when it means none.

    Parameters
    ----------
    name
        For example ``"Ni4+"`` or ``"Ni3+/4+"``, or ``"ni_4"`` and ``"ni_34"``.

    Examples
    --------
    >>> species_of("Ni3+/4+").valence, round(species_of("Ni3+/4+").uncertainty, 2)
    (3.5, 0.31)
    >>> species_of("ni_4, charged, at rest").valence
    4.0
    >>> species_of("reference A") is None
    True
    """
    found = SPECIES.search(name) or FILE_NAME.search(name)
    if found is None:
        return None
    low, high = float(found[2]), float(found[3] or found[2])
    spread = abs(high - low) / 12.0**0.5
    return Species(found[1].capitalize(), 0.5 * (low + high), (spread**2 + REFERENCE_VALENCE**2) ** 0.5)


def equations_of_fractions(
    technique: str,
    fractions: Mapping[StateKey, Sequence[Finding]],
    context: LedgerContext,
    depth: Parameter | None = None,
) -> Iterator[Equation]:
    """Yield the holes on a metal from the fractions of its species.

    Fractions of one spectrum add up to one, so those of the pristine valence say nothing new when there is
    another.

    Parameters
    ----------
    technique
        Whose fractions.
    fractions
        Of each state; their conditions name the species.
    context
        Of the material.
    depth
        Relative error shared by all of them because not the whole particle is seen.

    Yields
    ------
    :
        One equation for each species above the pristine valence.
    """
    for state, findings in fractions.items():
        oxidised = [one for one in findings if _holes(one, context) > 0.0]
        for group in _by_spectrum(oxidised):
            yield _oxidised(technique, state, group, context, depth)


def _by_spectrum(findings: Sequence[Finding]) -> list[list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for one in findings:
        groups.setdefault(one.source_file, []).append(one)
    return list(groups.values())


def _holes(finding: Finding, context: LedgerContext) -> float:
    """Return the holes on the metal if all of it were of the species [1/f.u.]."""
    species = species_of(finding.condition)
    metal = None if species is None else context.metals.get(species.metal)
    return 0.0 if species is None or metal is None else metal.amount * (species.valence - metal.pristine)


def _oxidised(
    technique: str,
    state: StateKey,
    findings: Sequence[Finding],
    context: LedgerContext,
    depth: Parameter | None,
) -> Equation:
    parts = [_holes(one, context) * one.value.value for one in findings]
    value, own, effects = sum(parts), 0.0, []
    for finding, part in zip(findings, parts, strict=True):
        species = species_of(finding.condition)
        if species is None:
            continue
        holes, metal = _holes(finding, context), context.metals[species.metal]
        counted, shared = noted_parts(finding)
        own += (holes * counted) ** 2
        valence = Parameter(
            f"{technique}: valence of {species.metal}{species.valence:g}+",
            technique,
            species.uncertainty,
            "charges",
            "assumption: 0.1, and between two valences their mean",
        )
        # a share of the holes and not of what was measured, which could be scaled away
        share = part / value if value > 0.0 else 1.0 / len(findings)
        relative = share * species.uncertainty / (species.valence - metal.pristine)
        effects.append(Effect(valence, terms=(Term(state, Account.METAL, -relative),)))
        if shared:
            effects.append(shared_fit(technique, f"{species.metal}{species.valence:g}+", holes * shared))
    term = Term(state, Account.METAL, 1.0)
    if depth is not None:
        effects.append(Effect(depth, terms=(Term(state, Account.METAL, depth.size),)))
    return Equation(
        technique=technique,
        value=value,
        uncertainty=own**0.5,
        terms=(term,),
        effects=tuple(effects),
        finding=findings[0],
        words="holes on the metal, by species",
    )
