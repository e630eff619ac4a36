"""What conversions must know of the material, and which samples were charged together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lmct.electrode.of_material import metal_holes
from lmct.material import Material
from lmct.material.atomic_mass import molar_mass
from lmct.material.formula import scaled
from lmct.quantity.errors import OutOfRange
from lmct.quantity.value import Value


@dataclass(frozen=True, slots=True)
class Metal:
    """A metal that changes its valence.

    Parameters
    ----------
    amount
        Atoms per formula unit with two oxygens [1/f.u.].
    pristine, highest
        Valences as made, and the highest known.
    """

    amount: float
    pristine: float
    highest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Powder:
    """Samples that got the same charge and lost none of it since.

    Parameters
    ----------
    name
        Any name.
    samples
        Names of the samples; the first of them not heated, when there is one, is what changes refer to.
    charge
        Charge that was set or measured [mAh/g]; None when only the findings know.
    limit
        What its charge went up to, such as ``"4.5 V"`` or ``"200 mAh/g"``; empty when not known.
    heated
        Samples that were heated after the charge.
    """

    name: str
    samples: tuple[str, ...]
    charge: Value | None = None
    limit: str = ""
    heated: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class LedgerContext:
    """What a ledger knows besides the findings.

    Parameters
    ----------
    molar_mass
        Of the formula unit with two oxygens [g/mol].
    capacity
        Of one electron per formula unit [mAh/g].
    metals
        By symbol, spectators left out.
    powders
        Samples that share a charge.
    voltages
        Potential of samples whose open-circuit voltage no finding tells [V], for example the limit of the
        charge of a cell that was discharged at once.
    in_cycling
        Samples that were discharged right after their charge.
    """

    molar_mass: float
    capacity: float
    metals: Mapping[str, Metal]
    powders: tuple[Powder, ...] = ()
    voltages: Mapping[str, float] = field(default_factory=dict)
    in_cycling: frozenset[str] = frozenset()

    @property
    def metal_holes(self) -> float:
        """Most holes that the metals can take [1/f.u.]."""
        return sum(one.amount * (one.highest - one.pristine) for one in self.metals.values())

    def powder_of(self, sample: str) -> Powder | None:
        """Return the powder that a sample belongs to, None when it is alone."""
        return next((one for one in self.powders if sample in one.samples), None)


def context_of_material(material: Material, **known: object) -> LedgerContext:
    """Return the context of a material.

    Parameters
    ----------
    material
        With its redox centres.
    **known
        The other fields of :class:`LedgerContext`.

    Returns
    -------
    :
        The context.

    Raises
    ------
    OutOfRange
        No metal of the material changes its valence.

    Examples
    --------
    >>> from lmct import material
    >>> context = context_of_material(material.load("li-ti-ni-o", x=0.4))
    >>> round(context.capacity, 2), round(context.metal_holes, 4)
    (324.12, 0.5)
    """
    composition = scaled(material.composition, oxygen=2.0)
    metals = {
        one.metal: Metal(composition[one.metal], one.pristine, one.highest)
        for one in material.redox_centres
        if one.highest > one.pristine
    }
    if not metals or metal_holes(material) <= 0.0:
        raise OutOfRange(
            f"no metal of {material.name} changes its valence. Expected one at least. Give a material with"
            " redox centres."
        )
    return LedgerContext(
        molar_mass=molar_mass(composition),
        capacity=material.capacity_per_electron,
        metals=metals,
        **known,  # type: ignore[arg-type]
    )
