"""Joint fits and combinations of references against spectra whose truth comes from other code."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import voigt_profile as scipy_voigt

from lmct.electrode.state import ElectrodeState
from lmct.instrument import photoemission
from lmct.quantity.errors import LmctError, NotConverged, OutOfRange, UnknownName
from lmct.technique.photoemission.analyse import GROUP_ANALYSES, analyse_record, figures
from lmct.technique.photoemission.analyser_plan import AnalyserPlan, SpeciesShares
from lmct.technique.photoemission.charge_balance import ChargeModel, charge_balance
from lmct.technique.photoemission.joint_fit import fit_series
from lmct.technique.photoemission.line_model import Line, parameter_map
from lmct.technique.photoemission.nickel_series import fit_nickel
from lmct.technique.photoemission.oxygen_model import OxygenModel
from lmct.technique.photoemission.oxygen_series import fit_oxygen
from lmct.technique.photoemission.series_data import SpectrumData
from lmct.technique.photoemission.shift_start import shifts_by_overlay
from lmct.technique.photoemission.simulate import shares_of_state, simulate_sample, write_sample

OXYGEN = np.array([0.130, 0.155, 0.197, 0.237, 0.277, 0.299])
NICKEL = np.array([0.30, 0.35, 0.434, 0.514, 0.594, 0.638])
LINES = ((529.5, 1.1), (530.5, 1.4), (531.9, 1.6))


def step_below(energy, signal, strength, floor):
    area = np.concatenate([[0.0], np.cumsum(0.5 * np.diff(energy) * (signal[1:] + signal[:-1]))])
    return signal + strength * area + floor


def oxygen_spectrum(share, shift, counts, seed):
    energy = np.arange(525.0, 538.01, 0.1)
    areas = (1.0 - share, share, 0.12)
    signal = sum(
        area * scipy_voigt(energy - place - shift, width / 2.3548, 0.125)
        for area, (place, width) in zip(areas, LINES, strict=True)
    )
    expected = step_below(energy, signal, 0.02, 0.02)
    drawn = np.random.default_rng(seed).poisson(expected / expected.max() * counts).astype(float)
    return SpectrumData(f"s{seed}", energy, drawn, np.sqrt(np.maximum(drawn, 1.0)))


def oxygen_series(counts, seed=0):
    shifts = np.concatenate([[0.0], np.random.default_rng(seed).normal(0.0, 0.15, 5)])
    return [
        oxygen_spectrum(share, shift, counts, 100 * seed + place)
        for place, (share, shift) in enumerate(zip(OXYGEN, shifts, strict=True))
    ]


def test_joint_fit_finds_the_truth_and_says_how_well():
    inside, errors, changes = [], [], []
    for seed in range(12):
        result = fit_oxygen(oxygen_series(1e5, seed), OxygenModel(), systematics=False)
        spread = np.sqrt(np.diag(result.statistical))
        errors.append(result.fractions - OXYGEN)
        inside.append(np.abs(errors[-1]) < 2.0 * spread)
        gradient = np.diff(np.eye(6), axis=0)
        change = np.sqrt(np.diag(gradient @ result.statistical @ gradient.T))
        changes.append((np.diff(errors[-1])) / change)
        assert np.all(change < 0.6 * spread[1:])
    assert np.abs(np.mean(errors, axis=0)).max() < 0.006
    assert np.mean(inside) > 0.8
    assert 0.7 < np.std(changes) < 1.4


@pytest.mark.slow
@pytest.mark.parametrize("counts", [1e5, 1e4])
def test_coverage_of_the_joint_fit(counts):
    inside, apart = [], []
    for seed in range(200):
        result = fit_oxygen(oxygen_series(counts, seed), OxygenModel(), systematics=False)
        error = result.fractions - OXYGEN
        inside.append(np.abs(error) < np.sqrt(np.diag(result.statistical)))
        gradient = np.diff(np.eye(6), axis=0)
        apart.append(np.abs(np.diff(error)) < np.sqrt(np.diag(gradient @ result.statistical @ gradient.T)))
    assert 0.60 <= np.mean(inside) <= 0.76
    assert 0.60 <= np.mean(apart) <= 0.76


def test_wrong_separation_is_flagged_with_its_size():
    result = fit_oxygen(oxygen_series(1e5, 3), OxygenModel(separation=0.9, separation_range=0.0))
    error = result.fractions - OXYGEN
    assert np.all(error > 0.01)
    assert np.all(np.abs(error + result.systematic["separation"]) < 0.03)
    assert any("separation" in said for said in result.messages)
    best = result.profile_separation[np.argmin(result.profile_chi_square)]
    assert best == pytest.approx(1.0, abs=0.11)
    difference, spread = result.difference(0, 5)
    assert difference == pytest.approx(OXYGEN[5] - OXYGEN[0], abs=3.0 * spread)


def test_right_held_separation_is_not_flagged():
    result = fit_oxygen(oxygen_series(1e4, 4), OxygenModel(separation_range=0.0))
    assert not any("separation" in said for said in result.messages)
    assert np.all(np.abs(result.systematic["separation"]) > 0.0)


def test_jacobian_is_that_of_the_projected_misfit():
    from lmct.technique.photoemission.oxygen_model import oxygen_lines
    from lmct.technique.photoemission.projected_problem import ProjectedProblem

    problem = ProjectedProblem(oxygen_series(1e5)[:2], oxygen_lines(OxygenModel()), "shirley")
    values = problem.start() + 0.01
    ours = problem.residual(values) @ problem.jacobian(values)
    for place in range(len(values)):
        step = 1e-5 * np.eye(len(values))[place]
        costs = [0.5 * np.sum(problem.residual(values + sign * step) ** 2) for sign in (1, -1)]
        assert ours[place] == pytest.approx((costs[0] - costs[1]) / 2e-5, rel=1e-3, abs=1e-1)


def test_shared_and_anchored_parameters():
    lines = (
        Line(name="a", position=529.5, lorentzian_range=(0.3, 0.3)),
        Line(name="b", position=1.0, position_range=0.0, anchor="a", widths_of="a"),
    )
    plan = parameter_map(lines)
    assert plan.names == ("a position", "a gaussian")
    np.testing.assert_allclose(
        plan.shapes(np.array([530.0, 1.2])), [[530.0, 1.2, 0.3, 0], [531.0, 1.2, 0.3, 0]]
    )
    with pytest.raises(UnknownName, match="before"):
        parameter_map((Line(name="b", position=1.0, anchor="a"),))
    with pytest.raises(OutOfRange, match="two lines"):
        parameter_map((lines[0], lines[0]))


def test_asymmetric_line_is_found():
    from lmct.technique.photoemission.line_shape import doniach_profile

    energy = np.arange(66.0, 80.0, 0.1)
    shape = doniach_profile(energy=energy, position=71.0, gaussian=0.6, lorentzian=0.4, asymmetry=0.12)
    counts = np.random.default_rng(1).poisson(2e5 * shape + 100.0).astype(float)
    data = SpectrumData("metal", energy, counts, np.sqrt(np.maximum(counts, 1.0)))
    line = Line(name="m", position=71.2, asymmetry=0.05, asymmetry_range=(0.001, 0.4))
    fit = fit_series([data], [line], background="linear")
    for name, truth in (("position", 71.0), ("gaussian", 0.6), ("lorentzian", 0.4), ("asymmetry", 0.12)):
        value, spread = fit.value(f"m {name}")
        assert abs(value - truth) < 4.0 * spread + 1e-3


def test_overlay_finds_shifts():
    shifts = shifts_by_overlay([oxygen_spectrum(0.2, one, 1e5, 5) for one in (0.0, 1.5, -2.0)])
    np.testing.assert_allclose(shifts, [0.0, 1.5, -2.0], atol=0.11)


# --- Ni 2p

TWO = ((854.6, 1.6, 1.0), (856.3, 2.4, 0.9), (861.3, 4.5, 1.0), (872.2, 2.2, 0.5), (873.9, 3.0, 0.4))
FOUR = ((855.7, 1.7, 1.0), (857.4, 2.6, 0.65), (862.3, 4.5, 0.55), (873.3, 2.4, 0.5), (875.0, 3.2, 0.3))


def nickel_spectrum(share, counts, generator, shift=0.0, other=FOUR):
    energy = np.arange(845.0, 890.01, 0.1)

    def shape(lines):
        signal = sum(a * scipy_voigt(energy - p - shift, w / 2.3548, 0.25) for p, w, a in lines)
        return signal / np.trapezoid(signal, energy)

    expected = step_below(energy, share * shape(TWO) + (1.0 - share) * shape(other), 0.012, 0.02)
    drawn = generator.poisson(expected / expected.max() * counts).astype(float)
    return SpectrumData(f"share {share}", energy, drawn, np.sqrt(np.maximum(drawn, 1.0)))


def combination(counts, seed, shift=0.15, other=FOUR):
    generator = np.random.default_rng(seed)
    references = [nickel_spectrum(share, 4.0 * counts, generator, other=FOUR) for share in (1.0, 0.0)]
    return fit_nickel([nickel_spectrum(0.6, counts, generator, shift, other)], *references)


@pytest.mark.parametrize(("counts", "shift", "draws"), [(1e5, 0.15, 15), (1e4, 0.0, 25)])
def test_nickel_fraction_is_not_biased(counts, shift, draws):
    found = [combination(counts, seed, shift) for seed in range(draws)]
    errors = np.array([one.fractions[0] - 0.6 for one in found])
    spread = np.mean([np.sqrt(one.statistical[0, 0]) for one in found])
    assert abs(errors.mean()) < 0.005
    assert 0.6 * spread < errors.std() < 1.5 * spread
    assert np.mean([one.fits[0].shift for one in found]) == pytest.approx(shift, abs=0.01)


@pytest.mark.slow
@pytest.mark.parametrize(("counts", "shift"), [(1e5, 0.15), (1e4, 0.0), (1e4, 0.15)])
def test_coverage_of_nickel_fractions(counts, shift):
    found = [combination(counts, seed, shift) for seed in range(200)]
    errors = np.array([one.fractions[0] - 0.6 for one in found])
    spread = np.array([np.sqrt(one.statistical[0, 0]) for one in found])
    assert abs(errors.mean()) < 0.005
    assert 0.60 <= np.mean(np.abs(errors) < spread) <= 0.76


def test_reference_of_another_host_gives_a_systematic_error():
    moved = tuple((p + 0.35 * (p < 860), w * 1.15, a) for p, w, a in FOUR)
    result = combination(1e5, 7, other=moved)
    error = abs(result.fractions[0] - 0.6)
    assert result.fits[0].reduced_chi_square > 2.0
    assert result.mismatch[0] > 2.0 * np.sqrt(result.statistical[0, 0])
    assert error < 3.0 * np.sqrt(result.covariance[0, 0])
    assert "do not fit" in result.messages[0]


@pytest.mark.parametrize("offset", [0.1, -0.1])
def test_references_of_another_energy_scale_are_found_and_covered(offset):
    held, free = [], []
    for seed in range(12):
        generator = np.random.default_rng(seed)
        reduced, oxidised = (nickel_spectrum(share, 4e5, generator) for share in (1.0, 0.0))
        oxidised = replace(oxidised, energy=oxidised.energy + offset)
        spectrum = nickel_spectrum(0.6, 1e5, generator, 0.15)
        held.append(fit_nickel([spectrum], reduced, oxidised, energy_uncertainty=0.0))
        free.append(fit_nickel([spectrum], reduced, oxidised))
    wrong, right = (np.array([one.fractions[0] for one in many]) - 0.6 for many in (held, free))
    assert abs(wrong.mean()) > 0.01
    assert abs(right.mean()) < 0.005
    assert np.mean(np.abs(right) < [2.0 * np.sqrt(one.covariance[0, 0]) for one in free]) > 0.8
    for one in free:
        fit = one.fits[0]
        assert abs(fit.offset + offset) < 4.0 * fit.offset_uncertainty
        assert any("disagree" in said for said in one.messages)


def test_a_weak_prior_is_paid_for_by_a_systematic_error():
    """Nearly the same references, few counts: what the spectra cannot tell of the offset stays an error."""
    near = tuple((place + 1.0, width, area) for place, width, area in TWO)
    found = []
    for prior in (0.0, 0.03):
        generator = np.random.default_rng(4)
        references = [nickel_spectrum(share, 1e4, generator, other=near) for share in (1.0, 0.0)]
        spectrum = nickel_spectrum(0.6, 1e4, generator, other=near)
        found.append(fit_nickel([spectrum], *references, energy_uncertainty=prior).fits[0])
    assert found[0].energy_effect == 0.0
    assert found[1].energy_effect > 0.008
    assert np.hypot(found[1].statistical, found[1].energy_effect) > 1.4 * found[0].statistical


def test_reference_noise_is_common_to_a_series():
    generator = np.random.default_rng(1)
    references = [nickel_spectrum(share, 1e4, generator) for share in (1.0, 0.0)]
    series = [nickel_spectrum(share, 1e6, generator) for share in (0.5, 0.55)]
    covariance = fit_nickel(series, *references).statistical
    assert covariance[0, 1] > 0.7 * np.sqrt(covariance[0, 0] * covariance[1, 1])


def test_charging_is_told_or_refused():
    charged = oxygen_spectrum(0.2, 3.0, 1e5, 7)
    found = fit_oxygen([charged], OxygenModel(), systematics=False)
    assert "has its maximum at 532.6 eV, +3.1 eV from where lattice O2-" in found.messages[0]
    calibrated = fit_oxygen([charged], OxygenModel(position=532.5), systematics=False)
    assert not calibrated.messages
    assert calibrated.fractions[0] == pytest.approx(0.2, abs=0.1)
    far = [oxygen_spectrum(0.2, shift, 1e5, seed) for shift, seed in ((0.0, 7), (6.5, 8))]
    assert (
        "the lines do not describe the spectra"
        in fit_oxygen(far, OxygenModel(), systematics=False).messages[-1]
    )


def test_lines_without_area_are_refused():
    found = fit_oxygen([oxygen_spectrum(0.2, 0.0, 1e5, 7)], OxygenModel(), systematics=False).fit
    empty = replace(found, areas=np.zeros_like(found.areas))
    with pytest.raises(NotConverged, match="the lines lattice, oxidised have no area in s7"):
        empty.shares(["oxidised"], ["lattice", "oxidised"])


def test_spectra_that_do_not_overlap_are_refused():
    generator = np.random.default_rng(1)
    reference = nickel_spectrum(1.0, 1e5, generator)
    far = SpectrumData("far", reference.energy - 300.0, reference.intensity, reference.uncertainty)
    with pytest.raises(LmctError, match=r"points between|overlap|ran to"):
        fit_nickel([far], reference, nickel_spectrum(0.0, 1e5, generator))


# --- charge balance, simulated campaign, contract


def test_charge_balance_of_equal_charges():
    model = ChargeModel(nickel=0.5)
    oxygen = np.array([0.10, 0.15, 0.20])
    noise = 1e-6 * np.eye(3)
    right = charge_balance(
        nickel_fractions=0.3 + 2.0 * (oxygen - 0.1), nickel_covariance=noise,
        oxygen_fractions=oxygen, oxygen_covariance=noise, model=model,
    )  # fmt: skip
    np.testing.assert_allclose(right.electrons, right.holes, atol=1e-12)
    assert right.probability == pytest.approx(1.0)
    assert right.holes_per_oxygen == pytest.approx(1.0, abs=1e-3)
    wrong = charge_balance(
        nickel_fractions=0.3 + 3.0 * (oxygen - 0.1), nickel_covariance=noise,
        oxygen_fractions=oxygen, oxygen_covariance=noise, model=model,
    )  # fmt: skip
    assert wrong.probability < 1e-6
    assert wrong.holes_per_oxygen == pytest.approx(1.5, abs=0.05)


def test_shares_of_an_electrode_conserve_charge():
    model = ChargeModel(nickel=0.25)
    before = shares_of_state(ElectrodeState(metal_holes=0.4, oxygen_holes=0.2, voltage=4.0), model)
    after = shares_of_state(ElectrodeState(metal_holes=0.1, oxygen_holes=0.5, voltage=3.8), model)
    electrons = model.nickel * 2.0 * (after.nickel_2 - before.nickel_2)
    holes = model.oxygen * (after.oxidised_oxygen - before.oxidised_oxygen)
    assert electrons == pytest.approx(holes) == pytest.approx(0.3)
    with pytest.raises(OutOfRange, match="carry"):
        shares_of_state(ElectrodeState(metal_holes=0.9, oxygen_holes=0.2, voltage=4.0), model)


def campaign(folder, *, counts=1e5):
    """Write a heating series and its references, and read them back as measurements."""
    generator = np.random.default_rng(11)
    plan = AnalyserPlan(peak_counts=counts)
    calibrated = replace(plan, charging=0.0)
    times = (0.0, 90.0, 600.0, 3600.0, 14400.0, 86400.0)
    found = []
    for time, nickel, oxygen in zip(times, NICKEL, OXYGEN, strict=True):
        shares = SpeciesShares(nickel_2=nickel, oxidised_oxygen=oxygen)
        sample = simulate_sample(f"heated {time:g} s", shares, plan, generator)
        (file,) = write_sample(sample, folder)
        found.append((sample.name, file, {"hold_time": time, "hold_temperature": 393.15}))
    for name, share in (("pristine", 1.0), ("li-rich nmc", 0.0)):
        shares = SpeciesShares(nickel_2=share, oxidised_oxygen=0.0)
        sample = simulate_sample(name, shares, calibrated, generator, counts_factor=4.0)
        found.append((name, write_sample(sample, folder)[0], {}))
    return [
        analyse_record(
            photoemission.read(file), name=name, sample="lto", active_mass=None, condition=condition,
            options={"formula": "Li1.17Ti0.58Ni0.25O2"},
        )
        for name, file, condition in found
    ]  # fmt: skip


def test_campaign_through_the_contract(tmp_path):
    measurements = campaign(tmp_path)
    assert {one.quantity for one in measurements[0].findings} == {"probe_depth"}
    assert [sheet.name for sheet in figures(measurements)] == ["measured_ni_2p", "measured_o_1s"]
    references = {"reduced_reference": "pristine", "oxidised_reference": "li-rich nmc"}
    nickel = GROUP_ANALYSES["nickel_series"](measurements, references)
    shares = [one.value for one in nickel.findings if one.quantity == "nickel_2_fraction"]
    assert all(
        abs(one.value - true) < 4.0 * one.uncertainty for one, true in zip(shares, NICKEL, strict=True)
    )
    oxygen = GROUP_ANALYSES["oxygen_series"](measurements[:6], {})
    shares = [one.value for one in oxygen.findings if one.quantity == "oxidised_oxygen_fraction"]
    assert all(
        abs(one.value - true) < 2.0 * one.uncertainty for one, true in zip(shares, OXYGEN, strict=True)
    )
    charge = GROUP_ANALYSES["charge_consistency"](measurements, {**references, "nickel": 0.5})
    chance = next(one for one in charge.findings if one.quantity == "charge_balance_probability")
    assert chance.value.value > 0.01
    for sheet in (*nickel.figures, *oxygen.figures, *charge.figures):
        sheet.draw()
    with pytest.raises(UnknownName, match="pristine"):
        GROUP_ANALYSES["nickel_series"](measurements, {**references, "reduced_reference": "pristin"})
    with pytest.raises(UnknownName, match="separation"):
        GROUP_ANALYSES["oxygen_series"](measurements, {"separatoin": 1.0})


def test_ses_text_of_a_simulated_sample(tmp_path):
    shares = SpeciesShares(nickel_2=0.5, oxidised_oxygen=0.2)
    sample = simulate_sample("a", shares, AnalyserPlan(), np.random.default_rng(1))
    for file, region in zip(write_sample(sample, tmp_path, ses=True), ("Ni 2p", "O 1s"), strict=True):
        back = photoemission.read(file).region(region)
        np.testing.assert_array_equal(back.intensity, sample.spectra[region].intensity)
