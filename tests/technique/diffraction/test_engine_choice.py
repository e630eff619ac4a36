from __future__ import annotations

import gemmi
import numpy as np
import pytest

from lmct.instrument.diffraction.pattern import DiffractionPattern
from lmct.material.crystal.library import load
from lmct.quantity.assessment import Assessment
from lmct.quantity.errors import DataError, MissingColumn, OutOfRange, UnknownName
from lmct.technique.diffraction.diffractometer import laboratory_copper
from lmct.technique.diffraction.diffractometer_file import diffractometer_text
from lmct.technique.diffraction.engine_choice import (
    WholePowderEngine,
    crystal_named,
    engine_for,
    fast_settings,
    rietveld_settings,
)
from lmct.technique.diffraction.request import request_from_options
from lmct.technique.diffraction.rietveld.refine import RietveldEngine
from lmct.technique.diffraction.rietveld.settings import INSTRUMENT, SAMPLE
from lmct.technique.diffraction.rock_salt.fit import RockSaltEngine
from tests.technique.diffraction.voigt_pattern import COPPER, Truth, noisy

GRID = np.linspace(30.0, 100.0, 1751)
PATTERN = DiffractionPattern(GRID, np.full(len(GRID), 100.0), wavelengths=COPPER)


def chosen(in_sequence=False, pattern=PATTERN, **options):
    return engine_for(request_from_options(options), pattern, in_sequence=in_sequence)


@pytest.mark.parametrize(
    ("options", "alone", "in_sequence"),
    [
        ({}, RietveldEngine, RockSaltEngine),
        ({"method": "fast"}, RockSaltEngine, RockSaltEngine),
        ({"method": "rietveld"}, RietveldEngine, RietveldEngine),
        ({"structure": "nio"}, RietveldEngine, RockSaltEngine),
        ({"structure": "linio2"}, RietveldEngine, RietveldEngine),
        ({"phases": "nio"}, RietveldEngine, RietveldEngine),
        ({"texture": [1, 1, 1]}, RietveldEngine, RietveldEngine),
        ({"windows": "beryllium"}, RietveldEngine, RockSaltEngine),
        ({"offset": "zero"}, RietveldEngine, RietveldEngine),
        ({"offset": "zero", "geometry": "capillary"}, RietveldEngine, RockSaltEngine),
        ({"offset": "none"}, RietveldEngine, RockSaltEngine),
        ({"method": "le-bail"}, WholePowderEngine, WholePowderEngine),
        ({"method": "pawley"}, WholePowderEngine, WholePowderEngine),
    ],
)
def test_engine_of_a_request(options, alone, in_sequence):
    assert type(chosen(**options)) is alone
    assert type(chosen(in_sequence=True, **options)) is in_sequence


@pytest.mark.parametrize(
    "options",
    [
        {"structure": "linio2"},
        {"phases": "nio"},
        {"texture": [0, 0, 1]},
        {"offset": "zero"},
        {"offset": "displacement", "geometry": "capillary"},
    ],
)
def test_fast_path_refuses_what_it_cannot(options):
    with pytest.raises(OutOfRange, match="--method rietveld"):
        chosen(method="fast", **options)


def test_structure_is_a_name_or_a_cif_file(tmp_path):
    small = gemmi.SmallStructure()
    small.cell = gemmi.UnitCell(4.2, 4.2, 4.2, 90, 90, 90)
    small.spacegroup = gemmi.SpaceGroup("F m -3 m")
    sites = []
    for label, element, place in (("Mg1", "Mg", 0.0), ("O1", "O", 0.5)):
        sites.append(f"{label} {element} {place} {place} {place} 1.0")
    text = (
        "data_periclase\n_cell_length_a 4.2\n_cell_length_b 4.2\n_cell_length_c 4.2\n_cell_angle_alpha 90\n"
        "_cell_angle_beta 90\n_cell_angle_gamma 90\n_space_group_name_H-M_alt 'F m -3 m'\nloop_\n"
        "_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n"
        "_atom_site_fract_z\n_atom_site_occupancy\n" + "\n".join(sites) + "\n"
    )
    (tmp_path / "MgO.CIF").write_text(text)
    crystal = crystal_named(str(tmp_path / "MgO.CIF"))
    assert crystal.cell[0] == 4.2
    assert crystal.is_cubic
    assert crystal_named("nio").space_group == "F m -3 m"
    with pytest.raises(UnknownName, match="li-ti-ni-o"):
        crystal_named("li-ti-mi-o")
    with pytest.raises(DataError):
        crystal_named(str(tmp_path / "absent.cif"))


def test_what_is_asked_for_reaches_the_fast_path():
    request = request_from_options(
        {
            "two_theta_range": [35.0, 90.0],
            "excluded": [[50.0, 52.0]],
            "humps": [[38.0, 4.0]],
            "windows": ["beryllium"],
            "background_terms": 6,
            "offset": "none",
            "migration": True,
        }
    )
    settings = fast_settings(request)
    assert settings.excluded == ((50.0, 52.0), (0.0, 35.0), (90.0, 180.0))
    assert settings.humps == request.humps
    assert [one.crystal.name for one in settings.foreign] == [load("beryllium").name]
    assert settings.background_terms == 6
    assert not settings.refine_offset
    assert settings.migration is not None
    plain = fast_settings(request_from_options({}))
    assert plain.refine_offset
    assert plain.migration is None
    assert plain.excluded == ()


@pytest.mark.parametrize("method", ["fast", pytest.param("rietveld", marks=pytest.mark.slow)])
def test_the_range_is_what_is_fitted_by_both_engines(method):
    pattern = noisy(Truth(), GRID, 1)
    engine = chosen(method=method, two_theta_range=[35.0, 90.0], excluded=[[50.0, 52.0]], pattern=pattern)
    angles = engine.refine(pattern).two_theta
    assert angles.min() == pytest.approx(35.0, abs=0.05)
    assert angles.max() == pytest.approx(90.0, abs=0.05)
    assert not np.any((angles > 50.01) & (angles < 51.99))


@pytest.mark.parametrize(
    ("offset", "displacement", "zero"),
    [("", None, None), ("displacement", True, False), ("zero", False, True), ("none", False, False)],
)
def test_offset_of_a_rietveld_refinement(offset, displacement, zero):
    settings = rietveld_settings(request_from_options({"offset": offset}), None, laboratory_copper())
    assert (settings.displacement, settings.zero) == (displacement, zero)


@pytest.mark.parametrize("method", ["fast", pytest.param("rietveld", marks=pytest.mark.slow)])
def test_lithium_goes_into_either_engine(method):
    # Lithium per formula unit with two oxygens fills 4a, of which there is one for each oxygen.
    pattern = noisy(Truth(), GRID, 1)
    few, many = (
        chosen(method=method, lithium=amount, pattern=pattern).refine(pattern).values["b_iso(4a)"].value
        for amount in (0.3, 1.16)
    )
    # The same counts with less lithium ask for other displacement parameters.
    assert abs(few - many) > 0.01


def test_a_calibrated_instrument_leaves_the_widths_of_the_sample(tmp_path):
    file = tmp_path / "ours.toml"
    file.write_text(diffractometer_text(laboratory_copper()) + "cell_systematic = 2e-5\n")
    calibrated = chosen(instrument=str(file))
    assert calibrated.settings.widths == SAMPLE
    assert chosen().settings.widths == INSTRUMENT
    pattern = noisy(Truth(), GRID, 1)
    fast = chosen(method="fast", instrument=str(file), pattern=pattern).refine(pattern)
    assert fast.systematic["a"] == pytest.approx(2e-5 * fast.values["a"].value)


def test_missing_wavelength_is_refused_by_every_engine():
    bare = DiffractionPattern(GRID, np.full(len(GRID), 100.0))
    for method in ("auto", "fast", "rietveld", "le-bail"):
        with pytest.raises(MissingColumn, match="wavelength"):
            chosen(method=method, pattern=bare)


def test_wavelengths_of_the_user_scale_the_cell():
    pattern = noisy(Truth(), GRID, 1)
    usual = chosen(method="fast", pattern=pattern).refine(pattern).values["a"].value
    longer = [1.001 * one for one in COPPER]
    found = chosen(method="fast", wavelengths=longer, pattern=pattern).refine(pattern).values["a"].value
    assert found / usual == pytest.approx(1.001, abs=2e-6)


@pytest.mark.parametrize("method", [pytest.param("le-bail", marks=pytest.mark.slow), "pawley"])
def test_whole_powder_fits_find_the_cell_without_atoms(method):
    truth = Truth(a=4.1302, displacement=0.0)
    pattern = noisy(truth, GRID, 2)
    engine = chosen(method=method, space_group="F m -3 m", cell=[4.134], pattern=pattern)
    result = engine.refine(pattern)
    assert engine.name == f"rietx {method}"
    if result.assessment is Assessment.GOOD:
        assert abs(result.values["a"].value - truth.a) < 4.0 * result.values["a"].uncertainty
    assert not [name for name in result.values if name.startswith(("b_iso", "occupancy"))]
    with pytest.raises(OutOfRange, match="without a cell"):
        chosen(method=method, space_group="F m -3 m", pattern=pattern).refine(pattern)


def test_whole_powder_fit_of_a_known_structure_starts_at_its_neighbour(monkeypatch):
    from lmct.technique.diffraction.rietveld import whole_powder

    asked = []

    def kept(pattern, *, space_group, cell, diffractometer, settings):
        asked.append((space_group, tuple(cell)))

    monkeypatch.setattr(whole_powder, "le_bail", kept)
    engine = chosen(method="le-bail")
    engine.refine(PATTERN)
    engine.refine(PATTERN, {"a": 4.111})
    engine = chosen(method="le-bail", structure="linio2")
    engine.refine(PATTERN, {"a": 2.9, "c": 14.3})
    salt, layered = load("li-ti-ni-o"), load("linio2")
    assert asked[0] == (salt.space_group, salt.cell)
    assert asked[1] == (salt.space_group, (4.111, 4.111, 4.111, 90.0, 90.0, 90.0))
    assert asked[2] == (layered.space_group, layered.cell)


@pytest.mark.parametrize("method", ["rietveld", "fast"])
def test_a_given_cell_is_where_the_first_phase_starts(method):
    engine = chosen(method=method, cell=4.3)
    crystal = engine.crystals[0] if method == "rietveld" else engine.crystal
    assert crystal.cell == (4.3, 4.3, 4.3, 90.0, 90.0, 90.0)
    layered = chosen(structure="linio2", cell=[2.9, 2.9, 14.3, 90, 90, 120])
    assert layered.crystals[0].cell[2] == 14.3


@pytest.mark.parametrize("cell", [2.9, [2.9, 3.0, 14.3, 90, 90, 120]])
def test_a_cell_of_another_system_is_refused(cell):
    with pytest.raises(OutOfRange, match="R -3 m"):
        chosen(structure="linio2", cell=cell)


@pytest.mark.parametrize(("method", "far"), [("rietveld", 4.144), ("fast", 4.144)])
def test_a_cell_too_far_for_the_search_is_found_from_a_given_start(method, far):
    pattern = noisy(Truth(a=4.40), GRID, 5)
    near = chosen(method=method, pattern=pattern, cell=4.41).refine(pattern)
    assert near.assessment is Assessment.GOOD
    assert abs(near.values["a"].value - 4.40) < 4.0 * near.values["a"].uncertainty
    start = chosen(method=method, pattern=pattern, cell=far).refine(pattern)
    assert start.assessment is not Assessment.GOOD
