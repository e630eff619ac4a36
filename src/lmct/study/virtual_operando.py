"""Virtual operando diffraction: a run of the electrode as a diffractometer and a cycler would record it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np

from lmct.electrode.lattice import Lattice
from lmct.instrument.cycler import write_mpt
from lmct.material.crystal.library import load as load_phase
from lmct.material.material import Material
from lmct.protocol.run import Run
from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.diffractometer import REFLECTION, Diffractometer, laboratory_copper
from lmct.technique.diffraction.simulation.files import beside, write_sequence
from lmct.technique.diffraction.simulation.measurement import Measurement
from lmct.technique.diffraction.simulation.sample import Alignment, Background, Hump, Phase
from lmct.technique.diffraction.simulation.sequence import SimulatedSequence
from lmct.technique.electrochemistry.simulate import record_from_run

START = datetime(2026, 1, 5, 8, 0, 0)
"""Clock at the beginning of a run, unless another is given."""

ROOM = 1.1
"""The last pattern begins so many counting times before the end that the cycler records all of it [1]."""

DOMAIN_SIZE, MICROSTRAIN = 20.0, 1e-3
"""Of the electrode's crystals [nm, 1]: assumptions, of the order that ball-milled rock salts have."""


@dataclass(frozen=True, kw_only=True)
class OperandoPlan:
    """How a run is measured.

    Parameters
    ----------
    diffractometer
        The instrument.
    first_angle, last_angle, angle_step
        Of every pattern [deg].
    scans
        Patterns, evenly over the run.
    counting_time
        Of one pattern [s]; cut to what fits between two.
    peak_counts
        Of the highest point of the first pattern, without background.
    window
        Phase of the window in the beam, for example ``"beryllium"``; empty is none.
    displacement, drift
        Of the sample at first, and what is added until the end [mm]; a flat sample in reflection only.
    migrated
        Share of the titanium on tetrahedral sites [1].
    seed
        Of the counting noise.
    """

    diffractometer: Diffractometer = field(default_factory=laboratory_copper)
    first_angle: float = 30.0
    last_angle: float = 100.0
    angle_step: float = 0.02
    scans: int = 60
    counting_time: float = 600.0
    peak_counts: float = 5000.0
    window: str = ""
    displacement: float = 0.05
    drift: float = 0.02
    migrated: float = 0.0
    seed: int = 1


def simulated_sequence(
    run: Run, material: Material, lattice: Lattice, plan: OperandoPlan, *, clock: datetime | None = START
) -> SimulatedSequence:
    """Return the patterns of a run, made when they are asked for.

    Parameters
    ----------
    run
        What the electrode did.
    material
        The member of the family, a disordered rock salt.
    lattice
        How the lattice parameter follows the state.
    plan
        How it is measured.
    clock
        Time of day at the start of the run.

    Returns
    -------
    :
        The sequence with its truth.

    Raises
    ------
    OutOfRange
        The plan has no scans or no angles, or no line lies in its range.
    """
    duration = sum(segment.duration for segment in run.segments)
    if plan.scans < 1 or not plan.last_angle > plan.first_angle + plan.angle_step > plan.first_angle:
        raise OutOfRange(
            f"{plan.scans} patterns from {plan.first_angle:g} to {plan.last_angle:g} deg in steps of"
            f" {plan.angle_step:g} are planned. Expected at least one pattern, and rising angles."
        )
    flat = plan.diffractometer.geometry == REFLECTION
    spacing = duration / plan.scans
    counting = min(plan.counting_time, 0.95 * spacing)
    points = round((plan.last_angle - plan.first_angle) / plan.angle_step)
    measurement = Measurement(
        diffractometer=plan.diffractometer,
        two_theta=plan.first_angle + plan.angle_step * np.arange(points + 1),
        counting_time=counting,
        sample=Phase(crystal=load_phase("li-ti-ni-o"), size=DOMAIN_SIZE, microstrain=MICROSTRAIN),
        around=_around(plan),
        background=_background(plan),
        alignment=Alignment(displacement=plan.displacement if flat else 0.0),
        drift=plan.drift if flat else 0.0,
        peak_counts=plan.peak_counts,
        migrated=plan.migrated,
    )
    return SimulatedSequence(
        run,
        starts=np.linspace(0.0, duration - ROOM * counting, plan.scans),
        material=material,
        lattice=lattice,
        measurement=measurement,
        clock=clock,
        seed=plan.seed,
    )


def write_operando(
    run: Run,
    material: Material,
    lattice: Lattice,
    plan: OperandoPlan,
    place: Path,
    *,
    active_mass: float = 7e-3,
    clock: datetime = START,
) -> tuple[Path, ...]:
    """Write the patterns of a run, the log of their truth and the record of the cycler.

    Parameters
    ----------
    run, material, lattice, plan
        As in :func:`simulated_sequence`.
    place
        A folder of .xye files, or a file that ends in ``.xrdml``.
    active_mass
        Of the recorded cell [g].
    clock
        Time of day at the start of the run.

    Returns
    -------
    :
        The patterns, the truth (``<place>_truth.csv``) and the cell (``<place>_cell.mpt``), all side by side.
    """
    write_sequence(simulated_sequence(run, material, lattice, plan, clock=clock), place)
    cell = beside(place, "cell.mpt")
    write_mpt(record_from_run(run, active_mass=active_mass, start_time=clock), cell)
    return place, beside(place, "truth.csv"), cell


def _around(plan: OperandoPlan) -> tuple[Phase, ...]:
    if not plan.window:
        return ()
    return (Phase(crystal=load_phase(plan.window), share=0.5, size=200.0),)


def _background(plan: OperandoPlan) -> Background:
    """Return a falling background with the hump of glass, electrolyte and carbon."""
    level = 0.1 * plan.peak_counts
    middle = plan.first_angle + 0.12 * (plan.last_angle - plan.first_angle)
    hump = Hump(centre=middle, width=0.2 * (plan.last_angle - plan.first_angle), height=0.5 * level)
    return Background(coefficients=(level, -0.4 * level, 0.1 * level), humps=(hump,))
