from dataclasses import replace

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from lmct.instrument.energy_loss import write_msa
from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.technique.energy_loss.analyse import analyse_record, composition, figures, species
from lmct.technique.energy_loss.simulate import (
    EnergyLossSample,
    Microscope,
    simulate_core_loss,
    simulate_low_loss,
)
from lmct.technique.energy_loss.simulate_edges import edges_of_state


def measured(record, name="a", **options):
    return analyse_record(record, name=name, sample="s", active_mass=None, condition={}, options=options)


def core(holes, seed, counts=5e7, oxygen=0.1, **taken):
    edges = edges_of_state(nickel=0.2, titanium=0.4, oxygen=2.0, metal_holes=holes, oxygen_holes=oxygen)
    sample = EnergyLossSample(edges, thickness=0.4, background=3.0)
    return simulate_core_loss(sample, Microscope(**taken), first=430.0, counts=counts, seed=seed)


def low(seed, thickness=0.4, **taken):
    return simulate_low_loss(
        EnergyLossSample({}, thickness=thickness), Microscope(**taken), counts=2e6, seed=seed
    )


def values(measurement):
    return {(one.quantity, one.condition): one.value for one in measurement.findings}


def test_good_axis_gives_ratios():
    found = values(measured(core(0.0, 1)))
    assert ("white_line_ratio", "Ni L3/L2") in found
    assert found["white_line_ratio", "Ni L3/L2"].value > 1.5
    assert abs(found["energy_axis_error", "Ni line"].value) < 2.0


def test_oxygen_holes_raise_the_pre_edge():
    few, many = (
        values(measured(core(0.1, 2, oxygen=holes)))["pre_edge_area_ratio", "O K"].value
        for holes in (0.0, 0.4)
    )
    assert many > few + 0.02


def test_wrong_axis_gives_no_ratio_unless_repaired():
    wrong = core(0.0, 3, axis_offset=-17.0)
    refused = measured(wrong)
    assert not any(one.quantity == "white_line_ratio" for one in refused.findings)
    assert "energy axis is wrong" in refused.warnings[-1]
    assert refused.dataset.attrs["energy_axis"] == "miscalibrated"
    repaired = values(measured(wrong, energy_scale="repair"))
    right = values(measured(core(0.0, 3)))
    key = ("white_line_ratio", "Ni L3/L2")
    assert repaired[key].value == pytest.approx(right[key].value, rel=0.02)


def test_low_loss_gives_thickness(sample):
    low = measured(simulate_low_loss(sample, Microscope(), counts=1e6, seed=1))
    found = values(low)
    assert found["thickness_over_mean_free_path", ""].value == pytest.approx(0.5, abs=0.01)
    assert figures([low]) == ()


def test_species_of_a_simulated_charge():
    """Half of the nickel is Ni3+; the references are other simulated measurements."""
    all_of_it = [
        measured(core(0.0, 4), "pristine"),
        measured(core(0.2, 5), "oxidised"),
        measured(core(0.1, 6), "half"),
    ]
    result = species(all_of_it, {"element": "Ni", "references": {"ni_2": "pristine", "ni_3": "oxidised"}})
    assert result.messages == ()
    shares = {one.condition: one.value for one in result.findings}
    share = shares["Ni ni_2, half"]
    assert share.value == pytest.approx(0.5, abs=3 * share.uncertainty)
    assert share.uncertainty < 0.03
    figure = result.figures[0].draw()
    assert len(figure.axes[0].lines) == 3
    (sheet,) = figures(all_of_it)
    assert len(sheet.draw().axes) == 3
    with pytest.raises(UnknownName, match="Did you mean 'pristine'"):
        species(all_of_it, {"references": {"ni_2": "pristin", "ni_3": "oxidised"}})
    with pytest.raises(OutOfRange, match="two or more species"):
        species(all_of_it, {"references": {"ni_2": "pristine"}})


@pytest.mark.slow
@pytest.mark.parametrize(("thick", "thin"), [(0.4, 0.4), (0.8, 0.1)])
def test_a_low_loss_takes_the_bias_of_thick_samples_away(thick, thin):
    """Samples and references of the same and of different thickness."""

    def taken(holes, seed, thickness, name):
        edges = edges_of_state(nickel=0.2, titanium=0.4, oxygen=2.0, metal_holes=holes, oxygen_holes=0.1)
        sample = EnergyLossSample(edges, thickness=thickness, background=3.0)
        record = simulate_core_loss(sample, Microscope(), first=430.0, counts=5e7, seed=seed)
        options = {"options": {}, "active_mass": None, "condition": {}}
        return (
            analyse_record(record, name=name, sample=name, **options),
            analyse_record(low(seed + 100, thickness), name=f"{name}, low", sample=name, **options),
        )

    with_low, without = [], []
    for seed in range(6):
        sets = [
            taken(0.0, 10 * seed + 1, thin, "pristine"),
            taken(0.2, 10 * seed + 2, thin, "oxidised"),
            taken(0.1, 10 * seed + 3, thick, "half"),
        ]
        options = {"references": {"ni_2": "pristine", "ni_3": "oxidised"}}
        for kept, found in (
            ([one for both in sets for one in both], with_low),
            ([one[0] for one in sets], without),
        ):
            (first, _) = species(kept, options).findings
            found.append(first.value)
    shares = np.array([one.value for one in with_low])
    noise = np.mean([one.uncertainty for one in with_low])
    assert abs(shares.mean() - 0.5) < max(0.003, 2.0 * shares.std() / np.sqrt(len(shares)))
    assert noise < 0.6 * np.mean([one.uncertainty for one in without])
    assert abs(np.mean([one.value for one in without]) - 0.5) < 2.0 * np.mean(
        [one.uncertainty for one in without]
    )


def test_two_low_losses_of_one_sample_are_refused():
    one = measured(core(0.0, 31), "pristine")
    lows = [measured(low(seed), f"low {seed}") for seed in (1, 2)]
    with pytest.raises(OutOfRange, match="Expected one"):
        species([one, *lows, measured(core(0.2, 32), "b")], {"references": {"ni_2": "pristine", "ni_3": "b"}})


def physical(nickel, seed, thickness=0.4):
    """Model edges of about physical heights, with the low loss of the same sample."""
    state = edges_of_state(nickel=nickel, titanium=0.58, oxygen=2.0, metal_holes=0.1, oxygen_holes=0.0)
    named = {
        replace(edge, height=5.3 if edge.name == "ti_4" else 1.1, decay=3.6): weight
        for edge, weight in state.items()
    }
    sample = EnergyLossSample(named, thickness=thickness, background=10.0)
    taken = Microscope(channels=1200, dispersion=0.5, resolution=1.0)
    record = simulate_core_loss(sample, taken, first=420.0, counts=1e6, seed=seed)
    return record, simulate_low_loss(sample, taken, counts=1e7, seed=seed + 1)


def test_composition_of_a_study_with_a_standard():
    everything = []
    for name, nickel, seed in (("pristine", 0.25, 1), ("other", 0.35, 5)):
        record, spread = physical(nickel, seed)
        for label, one in ((name, record), (f"{name}, low", spread)):
            options = {"active_mass": None, "condition": {}, "options": {}}
            everything.append(analyse_record(one, name=label, sample=name, **options))
    options = {"elements": ["Ti", "O", "Ni"]}
    bare = composition(everything, options)
    standard = {"measurement": "pristine", "amounts": {"Ti": 0.58, "Ni": 0.25}, "uncertainty": 0.01}
    calibrated = composition(everything, {**options, "standard": standard})
    first, second = (
        {(one.quantity, one.condition): one for one in result.findings}[("element_ratio", "Ni/Ti, other")]
        for result in (bare, calibrated)
    )
    assert second.value.uncertainty < 0.5 * first.value.uncertainty
    assert second.value.value == pytest.approx(0.35 / 0.58, abs=2.5 * second.value.uncertainty)
    assert abs(first.value.value - 0.35 / 0.58) < 2.0 * first.value.uncertainty
    assert "plural scattering from the low loss" in first.note
    assert len(bare.figures) == 2
    assert len(bare.figures[0].draw().axes[0].lines) == 6
    with pytest.raises(UnknownName, match="Did you mean 'pristine'"):
        composition(everything, {**options, "standard": {**standard, "measurement": "pristin"}})
    with pytest.raises(OutOfRange, match="Expected a measurement with its amounts"):
        composition(everything, {**options, "standard": "pristine"})


def test_species_refuses_a_wrong_axis():
    wrong = measured(core(0.0, 7, axis_offset=-17.0), "wrong")
    right = measured(core(0.2, 8), "right")
    with pytest.raises(OutOfRange, match="miscalibrated energy axis"):
        species([wrong, right], {"references": {"ni_2": "wrong", "ni_3": "right"}})


def test_options_are_checked():
    with pytest.raises(UnknownName, match="Did you mean 'elements'"):
        measured(core(0.0, 9), element=["Ni"])
    with pytest.raises(OutOfRange, match="Expected a list of symbols"):
        measured(core(0.0, 9), elements="Ni")


def test_the_edges_conserve_atoms_and_holes():
    found = edges_of_state(nickel=0.2, titanium=0.4, oxygen=2.0, metal_holes=0.25, oxygen_holes=0.1)
    weights = {edge.name: weight for edge, weight in found.items()}
    assert weights["ni_2"] + weights["ni_3"] + weights["ni_4"] == pytest.approx(0.2)
    assert weights["ni_3"] + 2 * weights["ni_4"] == pytest.approx(0.25)


def test_command(tmp_path):
    from lmct.cli.eels import app

    group = typer.main.get_command(app)
    write_msa(core(0.0, 10), tmp_path / "right.msa")
    write_msa(core(0.0, 10, axis_offset=-17.0), tmp_path / "wrong.msa")
    runner = CliRunner()
    right = runner.invoke(app, ["quantify", str(tmp_path / "right.msa"), "--json"])
    wrong = runner.invoke(app, ["quantify", str(tmp_path / "wrong.msa")])
    assert "white_line_ratio" in right.output
    assert "white_line_ratio" not in wrong.output
    assert "energy axis is wrong" in wrong.output.replace("\n", " ")
    assert "quantify" in group.commands
    assert np.isfinite(len(right.output))
