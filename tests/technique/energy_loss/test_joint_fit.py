"""Truth: edges from tables of photoabsorption that the package does not use, or from its shells."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum
from lmct.quantity.assessment import Assessment
from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.quantity.value import Value
from lmct.technique.energy_loss.cross_section import (
    SHELLS,
    Shell,
    continuum_of_shell,
    loss_from_photoabsorption,
    shells_of,
)
from lmct.technique.energy_loss.inelastic import (
    assumed_kernel,
    inelastic_kernel,
    inverse_kernel,
    spread_by,
)
from lmct.technique.energy_loss.joint_fit import fit_edges
from lmct.technique.energy_loss.joint_model import JointSettings
from lmct.technique.energy_loss.joint_solution import solve_edges
from lmct.technique.energy_loss.simulate import (
    EnergyLossSample,
    Microscope,
    simulate_core_loss,
    simulate_low_loss,
)
from lmct.technique.energy_loss.simulate_edges import edges_of_state

STEP = 0.5
ENERGY = np.arange(425.0, 1000.0, STEP)
AMOUNTS = {"Ti": 0.58, "O": 2.0, "Ni": 0.25}
LINES = {
    "Ti": ((459.5, 3.0), (465.0, 2.5)),
    "O": ((533.0, 1.0), (542.0, 2.0)),
    "Ni": ((853.9, 1.6), (871.2, 0.6)),
}
TAKEN = JointSettings(rise=1.5)


def edges(amounts=AMOUNTS):
    """Continua of the shells and Gaussian lines inside the free fine structure."""
    total = np.zeros(len(ENERGY))
    for element, amount in amounts.items():
        shell = SHELLS[element]
        one = continuum_of_shell(shell, ENERGY, width=1.5)
        for place, area in LINES[element]:
            one = one + 0.3 * area * norm.pdf(ENERGY, place, 1.2)
        total += amount * one
    return STEP * total


def counted(random, counts, kernel=None):
    signal = edges() if kernel is None else spread_by(kernel, edges())
    whole = 3.0 * STEP * 0.1 * (ENERGY / 425.0) ** -3.2 + signal
    whole *= counts / whole[0]
    return EnergyLossSpectrum(energy=ENERGY, counts=random.poisson(whole).astype(float))


SPREAD = assumed_kernel(0.6, dispersion=STEP, channels=len(ENERGY))


@pytest.mark.parametrize("kernel", [None, SPREAD], ids=["thin", "thick"])
def test_amounts_come_back_with_honest_uncertainties(kernel):
    random = np.random.default_rng(5)
    truth = AMOUNTS["Ni"] / AMOUNTS["Ti"], AMOUNTS["O"] / AMOUNTS["Ti"]
    found = [
        solve_edges(
            counted(random, 1e5, kernel), shells_of(["Ti", "O", "Ni"]), TAKEN, kernel=kernel, noise_factor=1.0
        )
        for _ in range(40)
    ]
    for pair, true in ((("Ni", "Ti"), truth[0]), (("O", "Ti"), truth[1])):
        ratios = [one.ratio(*pair) for one in found]
        pulls = np.array([(one.value - true) / one.uncertainty for one in ratios])
        assert abs(pulls.mean()) < 0.5
        assert 0.75 < pulls.std() < 1.3
    assert np.mean([one.reduced_chi_square for one in found]) == pytest.approx(1.0, abs=0.05)


def test_white_lines_are_those_put_in():
    fit = fit_edges(
        counted(np.random.default_rng(6), 1e6, SPREAD),
        shells_of(["Ti", "O", "Ni"]),
        settings=TAKEN,
        kernel=SPREAD,
    )
    first, second, ratio = fit.white_lines("Ni")
    assert ratio.value == pytest.approx(1.6 / 0.6, abs=2.5 * ratio.uncertainty)
    assert ratio.uncertainty < 0.6
    assert first.value / first.uncertainty > 20.0 > 0.0 < second.value
    assert fit.assessment is Assessment.GOOD
    with pytest.raises(OutOfRange, match="no two white lines"):
        fit.white_lines("O")


def test_other_tables_lie_within_the_stated_systematic_error():
    """Continua from Elam's tables of photoabsorption, in front of the shell extrapolated as a power."""
    xraydb = pytest.importorskip("xraydb", reason="needs the extra absorption")
    total = np.zeros(len(ENERGY))
    for element, edge in (("Ti", 453.8), ("O", 543.1), ("Ni", 852.7)):
        shell = SHELLS[element]
        far = np.linspace(shell.onsets[-1] + 25.0, shell.onsets[-1] + 95.0, 30)
        before = np.linspace(0.85 * edge, 0.98 * edge, 30)
        mass = xraydb.atomic_mass(element) / 602214.076
        power = np.polyfit(np.log(before), np.log(mass * xraydb.mu_elam(element, before, kind="photo")), 1)
        own = mass * xraydb.mu_elam(element, far, kind="photo") - np.exp(np.polyval(power, np.log(far)))
        law = np.polyfit(np.log(far), np.log(own), 1)
        absorbed = np.exp(np.polyval(law, np.log(ENERGY)))
        one = loss_from_photoabsorption(energy=ENERGY, photoabsorption=absorbed)
        total += AMOUNTS[element] * one * np.heaviside(ENERGY - shell.onsets[0], 0.5)
    whole = 1e6 * (3.0 * 0.1 * (ENERGY / 425.0) ** -3.2 + total)
    spectrum = EnergyLossSpectrum(energy=ENERGY, counts=np.random.default_rng(7).poisson(whole).astype(float))
    fit = fit_edges(spectrum, shells_of(["Ti", "O", "Ni"]), kernel=np.eye(1, len(ENERGY))[0])
    for first, second in (("Ni", "Ti"), ("O", "Ti")):
        found = fit.ratio(first, second)
        true = AMOUNTS[first] / AMOUNTS[second]
        assert abs(found.ratio.value - true) < 2.0 * found.total.uncertainty
        assert found.cross_section > 3.0 * found.ratio.uncertainty


@pytest.mark.parametrize("thickness", [0.3, 0.8])
def test_a_standard_removes_the_cross_section(thickness):
    """Model edges of another continuum than the fit has; the standard has another composition."""

    def measured(nickel, seed):
        state = edges_of_state(nickel=nickel, titanium=0.58, oxygen=2.0, metal_holes=0.1, oxygen_holes=0.0)
        named = {
            replace(edge, height=5.3 if edge.name == "ti_4" else 1.1, decay=3.6): weight
            for edge, weight in state.items()
        }
        sample = EnergyLossSample(named, thickness=thickness, background=10.0)
        taken = Microscope(channels=1200, dispersion=0.5, resolution=1.0)
        core = simulate_core_loss(sample, taken, first=420.0, counts=1e6, seed=seed)
        low = simulate_low_loss(sample, taken, counts=1e7, seed=seed + 1)
        kernel = inelastic_kernel(low, dispersion=0.5, channels=1200)
        return fit_edges(core, shells_of(["Ti", "O", "Ni"]), kernel=kernel).ratio("Ni", "Ti")

    standard = measured(0.25, 10)
    found = measured(0.35, 20).calibrated(standard, Value(0.25 / 0.58, 0.004))
    assert found.total.uncertainty < 0.4 * standard.total.uncertainty
    assert found.total.value == pytest.approx(0.35 / 0.58, abs=2.5 * found.total.uncertainty)


def test_without_a_low_loss_the_thickness_is_found_and_counted():
    spectrum = counted(np.random.default_rng(8), 1e6, SPREAD)
    fit = fit_edges(spectrum, shells_of(["Ti", "O", "Ni"]), settings=TAKEN)
    assert fit.thickness == pytest.approx(0.6)
    names = set(fit.ratio("O", "Ti").variants)
    assert {"thickness, thinner", "thickness, thicker"} <= names


def test_edges_that_are_not_there_are_refused():
    random = np.random.default_rng(9)
    spectrum = counted(random, 1e5)
    none = np.eye(1, len(ENERGY))[0]
    fit = fit_edges(spectrum, shells_of(["Ti", "O", "Co", "Ni"]), settings=TAKEN, kernel=none)
    with pytest.raises(OutOfRange, match="continuum of Co"):
        fit.ratio("Co", "Ti")
    with pytest.raises(OutOfRange, match="no edge of Cu"):
        fit.best.atoms("Cu")
    with pytest.raises(OutOfRange, match="do not fit into"):
        fit_edges(spectrum, shells_of(["C"]), settings=TAKEN)
    with pytest.raises(UnknownName, match="Did you mean"):
        shells_of(["Nii"])


def test_an_edge_that_is_cut_off_is_left_out():
    spectrum = counted(np.random.default_rng(3), 1e5)
    short = ENERGY < 870.0
    cut = replace(spectrum, energy=ENERGY[short], counts=spectrum.counts[short])
    fit = fit_edges(cut, shells_of(["Ti", "O", "Ni"]), settings=TAKEN, kernel=np.eye(1, short.sum())[0])
    assert fit.elements == ("Ti", "O")
    assert fit.ratio("O", "Ti").ratio.value == pytest.approx(2.0 / 0.58, rel=0.05)


def test_cross_sections_follow_tables_and_optics():
    """Doubling every angle and energy: only the logarithm changes; no angle, no electron."""
    energy = np.array([500.0, 1000.0])
    small, large = (
        loss_from_photoabsorption(energy=energy, photoabsorption=np.ones(2), angle=angle)
        for angle in (5.0, 10.0)
    )
    assert np.all(large > small)
    assert small[0] / small[1] > 2.0
    with pytest.raises(OutOfRange, match="above 0"):
        loss_from_photoabsorption(energy=energy, photoabsorption=np.ones(2), angle=0.0)
    assert all(sum(shell.shares) == pytest.approx(1.0) for shell in SHELLS.values())


@pytest.mark.parametrize("element", ["Ti", "O", "Ni", "Mn", "Co"])
def test_strengths_are_those_of_the_table(element):
    xraydb = pytest.importorskip("xraydb", reason="needs the extra absorption")
    shell: Shell = SHELLS[element]
    far = np.array([shell.edge * 1.08])
    mass = xraydb.atomic_mass(element) / 602214.076
    before = np.linspace(0.8 * shell.edge, 0.97 * shell.edge, 30)
    power = np.polyfit(np.log(before), np.log(xraydb.mu_chantler(element, before)), 1)
    own = mass * (xraydb.mu_chantler(element, far) - np.exp(np.polyval(power, np.log(far))))
    assert shell.strength * 1.08**-shell.decay == pytest.approx(float(own[0]), rel=0.04)


def test_kernels():
    rows = np.random.default_rng(4).random((3, 200))
    kernel = assumed_kernel(0.7, dispersion=0.5, channels=200)
    np.testing.assert_allclose(spread_by(inverse_kernel(kernel), spread_by(kernel, rows)), rows, atol=1e-9)
    sample = EnergyLossSample({}, thickness=0.6)
    low = simulate_low_loss(sample, Microscope(dispersion=0.5), counts=1e7, seed=1)
    found = inelastic_kernel(low, dispersion=0.5, channels=1500)
    assert np.log(found.sum()) == pytest.approx(0.6, abs=0.03)
    finer = inelastic_kernel(low, dispersion=0.31, channels=2500)
    assert finer.sum() == pytest.approx(found.sum(), rel=0.01)
    short = replace(low, energy=low.energy[:150], counts=low.counts[:150])
    with pytest.raises(OutOfRange, match="Measure a longer low loss"):
        inelastic_kernel(short, dispersion=0.5, channels=100)
