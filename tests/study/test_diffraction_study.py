"""A study of simulated diffraction: folders, companions, checkpoints, option files, and the truth found."""

from __future__ import annotations

import json
import re
import shutil

import numpy as np
import pytest

from lmct import material as materials
from lmct.electrode.lattice import Lattice
from lmct.electrode.model import Electrode
from lmct.electrode.parameter_file import load as load_parameters
from lmct.evidence import compare
from lmct.instrument import cycler
from lmct.instrument.diffraction import read_pattern, read_sequence
from lmct.protocol.charged_lattice import lattice_of_electrode
from lmct.protocol.galvanostatic import galvanostatic
from lmct.protocol.plain_words import parse_steps
from lmct.protocol.simulation import run_protocol
from lmct.quantity.errors import OutOfRange
from lmct.report.reproduction.lattice_curve import lattice_curve, lattice_loop
from lmct.study import read_findings, run_study
from lmct.study.campaign import CampaignPlan, write_campaign
from lmct.study.campaign_operando import AT_REST, CELL, REST, operando_text, write_operando_part
from lmct.study.virtual_operando import START, OperandoPlan, simulated_sequence, write_operando
from lmct.technique.diffraction.sequence import chain
from tests.cli.xrd_files import write_columns, write_good, write_ramp
from tests.study.conftest import fix_code

PLAN = OperandoPlan(scans=16, angle_step=0.05, first_angle=34.0, last_angle=90.0, peak_counts=8000.0)
LAW = Lattice(origin=4.156)


@pytest.fixture(scope="module")
def electrode():
    return Electrode(load_parameters("li-ti-ni-o"))


@pytest.fixture(scope="module")
def member():
    return materials.load("li-ti-ni-o", 0.4)


@pytest.fixture(scope="module")
def charge(electrode):
    return run_protocol(electrode, parse_steps("Charge at 200 mA/g until 4.8 V"))


@pytest.fixture(scope="module")
def operando(tmp_path_factory, electrode, member):
    """Return folder, truths and result of a study of one cycle and a rest."""
    folder = tmp_path_factory.mktemp("operando")
    truths = write_operando_part(folder, electrode, member, PLAN, seed=3)
    (folder / "study.toml").write_text('[study]\nname = "Operando"\n' + operando_text("li-ti-ni-o", 0.4))
    with pytest.MonkeyPatch.context() as patch:
        fix_code(patch.setattr)
        return folder, truths, run_study(folder)


def test_the_study_runs_and_finds_every_truth(operando):
    _, truths, result = operando
    assert result.succeeded, [failure.message for failure in result.failures]
    rows = compare(read_findings(result.study.folder), truths)
    named = {(truth.quantity, truth.sample, truth.condition) for truth in truths}
    assert named == {
        ("lattice_parameter", CELL, "end of cycle 1, charge"),
        ("structural_loop_area", CELL, ""),
        ("structural_gap_max", CELL, ""),
        ("lattice_parameter", REST, "first scan"),
        ("lattice_parameter", REST, "last scan"),
    }
    for row in rows:
        assert np.isfinite(row.value), row
    for row in rows:
        if row.quantity == "lattice_parameter":
            assert abs(row.sigmas) < 4.0, row


def test_the_loop_is_that_of_the_electrode_over_the_range_that_is_stated(operando, electrode):
    # Few scans see less than the whole range of charge: the note of the finding says which.
    folder, truths, _ = operando
    (area,) = [one for one in read_findings(folder) if one.quantity == "structural_loop_area"]
    low, high = map(float, re.search(r"Range ([\d.]+) to ([\d.]+)\.", area.note).groups())
    run = run_protocol(electrode, galvanostatic(cycles=1))
    law = lattice_of_electrode(electrode)
    loop = lattice_loop(lattice_curve(run, 0, law), lattice_curve(run, 1, law), points=4000)
    inside = (loop.lithium >= low) & (loop.lithium <= high)
    expected = np.trapezoid(loop.gap[inside], loop.lithium[inside])
    assert abs(area.value.value - expected) < 4.0 * area.value.uncertainty
    (whole,) = [truth.truth for truth in truths if truth.quantity == "structural_loop_area"]
    assert whole == pytest.approx(np.trapezoid(loop.gap, loop.lithium), rel=0.02)
    (largest,) = [truth.truth for truth in truths if truth.quantity == "structural_gap_max"]
    assert largest == pytest.approx(loop.gap.max(), rel=0.02)


def test_the_cell_stands_beside_its_patterns(operando):
    """The analysis gets the cycler file of the same sample, that of no other."""
    _, _, result = operando
    by_kind = {one.name: one for one in result.analyses}
    (name,) = [name for name in by_kind if "operando" in name]
    files = {finding.source_file for finding in by_kind[name].findings}
    assert any("operando.xrdml" in file and "operando_cell.mpt" in file for file in files)
    assert not any("at_rest" in file for file in files)


def test_truth_of_the_campaign_is_that_of_a_direct_calculation(operando, electrode):
    _, truths, _ = operando
    found = {(truth.quantity, truth.sample, truth.condition): truth.truth for truth in truths}
    assert found["lattice_parameter", CELL, "end of cycle 1, charge"] == pytest.approx(4.111, abs=1e-3)
    rest = run_protocol(electrode, parse_steps(AT_REST)).segments[1]
    law = Lattice(origin=4.0).through(rest.start, 4.111)  # charged to 4.8 V at 20 mA/g, as the law says
    first, last = law.of_states(rest.at(np.array([300.0, rest.duration - 300.0])))
    assert found["lattice_parameter", REST, "first scan"] == pytest.approx(first, abs=2e-5)
    assert found["lattice_parameter", REST, "last scan"] == pytest.approx(last, abs=2e-5)
    assert 0.0 < found["structural_gap_max", CELL, ""] < 4.156 - 4.111
    assert 0.0 < found["structural_loop_area", CELL, ""] < found["structural_gap_max", CELL, ""]


def test_nothing_unfinished_is_left_and_a_second_run_computes_nothing(operando, monkeypatch):
    folder, _, first = operando
    fix_code(monkeypatch.setattr)
    assert not list(folder.rglob("*.unfinished"))
    again = run_study(folder)
    assert (again.run.computed, again.run.reused) == (0, len(first.measurements))
    assert again.measurements == first.measurements


def test_a_campaign_with_patterns_names_them_in_its_study(tmp_path, monkeypatch):
    fix_code(monkeypatch.setattr)
    plan = CampaignPlan(portions=(), cells=(1, 1), operando=OperandoPlan(scans=4, angle_step=0.2))
    truths = write_campaign(tmp_path, 2, plan=plan)
    text = (tmp_path / "study.toml").read_text()
    assert 'kind = "operando"' in text
    assert {CELL, REST} <= {truth.sample for truth in truths}
    stored = json.loads((tmp_path / "truth.json").read_text())
    assert [row["condition"] for row in stored] == [truth.condition for truth in truths]
    assert len(read_sequence(tmp_path / "xrd" / "operando.xrdml")) == 4
    assert len(read_sequence(tmp_path / "xrd" / "at_rest.xrdml")) == 2
    without = CampaignPlan(portions=(), cells=(1, 1))
    write_campaign(tmp_path / "without", 2, plan=without)
    assert "diffraction" not in (tmp_path / "without" / "study.toml").read_text()
    assert not (tmp_path / "without" / "xrd").exists()


def study_of(folder, *files, options="", extra=""):
    listed = json.dumps([str(file) for file in files])
    (folder / "study.toml").write_text(
        '[study]\nname = "X"\n[[sample]]\nname = "powder"\n[[measurement]]\nsample = "powder"\n'
        f'technique = "diffraction"\nfiles = {listed}\noptions = {{ {options} }}\n{extra}'
    )
    return folder


@pytest.fixture
def scans(tmp_path, monkeypatch):
    """A study folder with a folder of three patterns."""
    fix_code(monkeypatch.setattr)
    write_ramp(tmp_path / "scans", (4.1437, 4.137, 4.13))
    return tmp_path


def test_a_folder_is_one_measurement(scans):
    result = run_study(study_of(scans, "scans"))
    assert result.succeeded
    (measurement,) = result.measurements
    assert measurement.name == "scans"
    assert measurement.source_file == "scans"
    conditions = {one.condition: one.value for one in measurement.findings}
    assert abs(conditions["smallest cell"].value - 4.13) < 4.0 * conditions["smallest cell"].uncertainty
    assert {one.source_file for one in measurement.findings} == {"scans"}
    assert len({one.source_sha256 for one in measurement.findings}) == 1


def test_any_changed_scan_makes_the_folder_new_and_a_hidden_file_does_not(scans):
    run_study(study_of(scans, "scans"))
    (scans / "scans" / ".DS_Store").write_text("noise")
    assert run_study(scans).run.reused == 1
    write_good(scans / "scans" / "scan_2.xye", cell=4.12, seed=9)
    result = run_study(scans)
    assert (result.run.computed, result.run.reused) == (1, 0)


def test_a_pattern_of_files_is_one_measurement_each(scans):
    result = run_study(study_of(scans, "scans/*.xye", options='method = "fast"'))
    assert [one.name for one in result.measurements] == ["scan_0", "scan_1", "scan_2"]
    for one, cell in zip(result.measurements, (4.1437, 4.137, 4.13), strict=True):
        (length,) = [found.value for found in one.findings if found.quantity == "lattice_parameter"]
        assert abs(length.value - cell) < 4.0 * length.uncertainty


def test_a_folder_of_another_technique_is_refused(scans):
    study_of(scans, "scans")
    text = (scans / "study.toml").read_text().replace('"diffraction"', '"electrochemistry"')
    (scans / "study.toml").write_text(text.replace("options = {  }", ""))
    result = run_study(scans)
    (failure,) = [one for one in result.failures if one.file]
    assert failure.kind == "DataError"
    assert "is a folder" in failure.message


class Interrupted(BaseException):
    pass


def test_an_interrupted_study_goes_on_in_the_middle_of_a_sequence(scans, monkeypatch):
    refine, done = chain._Chain._refine, []

    def until(limit):
        def counted(self, *arguments):
            if len(done) == limit:
                raise Interrupted
            done.append(1)
            return refine(self, *arguments)

        monkeypatch.setattr(chain._Chain, "_refine", counted)

    until(4)
    with pytest.raises(Interrupted):
        run_study(study_of(scans, "scans"))
    assert list((scans / "results" / "measurements").glob("*.unfinished"))
    until(100)
    result = run_study(scans)
    assert result.succeeded
    assert len(done) == 6  # three scans in two directions, none twice
    assert not list(scans.rglob("*.unfinished"))


CIF = """data_salt
_cell_length_a {a}
_cell_length_b {a}
_cell_length_c {a}
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_name_H-M_alt 'F m -3 m'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
Li1 Li1+ 0 0 0 0.583
Ti1 Ti4+ 0 0 0 0.2916
Ni1 Ni2+ 0 0 0 0.125
O1 O2- 0.5 0.5 0.5 1
"""


def test_a_structure_file_is_part_of_the_key(scans):
    (scans / "salt.cif").write_text(CIF.format(a=4.15))
    study_of(scans, "scans/scan_0.xye", options='method = "fast", structure = "salt.cif"')
    first = run_study(scans)
    assert first.succeeded, [one.message for one in first.failures]
    (length,) = [one.value for one in first.measurements[0].findings if one.quantity == "lattice_parameter"]
    assert abs(length.value - 4.1437) < 4.0 * length.uncertainty
    assert run_study(scans).run.reused == 1
    (scans / "salt.cif").write_text(CIF.format(a=4.14))
    assert run_study(scans).run.computed == 1
    (scans / "salt.cif").unlink()
    (failure,) = [one for one in run_study(scans).failures if "salt.cif" in one.message]
    assert "options of measurement 1" in failure.message


def test_a_copy_of_the_study_elsewhere_keeps_its_results(scans, tmp_path_factory):
    (scans / "salt.cif").write_text(CIF.format(a=4.15))
    study_of(scans, "scans/scan_0.xye", options='method = "fast", structure = "salt.cif"')
    first = run_study(scans)
    copy = tmp_path_factory.mktemp("elsewhere") / "copy"
    shutil.copytree(scans, copy)
    moved = run_study(copy)
    assert moved.succeeded
    assert moved.measurements[0].findings[0].value == first.measurements[0].findings[0].value


def test_bad_patterns_fail_alone_and_are_never_taken_for_good(scans):
    good = read_pattern(scans / "scans" / "scan_0.xye")
    bad = scans / "bad"
    bad.mkdir()
    write_columns(
        bad / "nan.xye", good.two_theta, np.where(np.arange(len(good.intensity)) % 4, good.intensity, np.nan)
    )
    write_columns(bad / "nowave.xye", good.two_theta, good.intensity, good.uncertainty, head="")
    (bad / "cut.brml").write_bytes(b"PK\x03\x04 cut off")
    counts = np.random.default_rng(1).poisson(np.full(len(good.two_theta), 300.0)).astype(float)
    write_columns(bad / "flat.xye", good.two_theta, counts, np.sqrt(counts))
    result = run_study(study_of(scans, "scans/scan_0.xye", "bad/*", options='method = "fast"'))
    kinds = {failure.file: failure.kind for failure in result.failures}
    assert kinds == {
        "bad/nan.xye": "DamagedFile",
        "bad/nowave.xye": "MissingColumn",
        "bad/cut.brml": "DamagedFile",
    }
    found = {one.source_file: one for one in result.measurements}
    assert set(found) == {"scans/scan_0.xye", "bad/flat.xye"}
    assert found["bad/flat.xye"].findings == ()
    assert "too few data" in " ".join(found["bad/flat.xye"].warnings)


def test_patterns_of_a_run_last_as_long_as_the_run(charge, member):
    sequence = simulated_sequence(charge, member, LAW, PLAN)
    truth = sequence.truth
    duration = sum(segment.duration for segment in charge.segments)
    assert truth.start[0] == 0.0
    counting = truth.end[0] - truth.start[0]
    assert duration - 0.25 * counting < truth.end[-1] <= duration
    assert np.all(truth.start[1:] >= truth.end[:-1])
    assert truth.displacement[[0, -1]] == pytest.approx([0.05, 0.07])
    crowded = simulated_sequence(charge, member, LAW, OperandoPlan(scans=200, counting_time=3600.0))
    gaps = crowded.truth.start[1:] - crowded.truth.end[:-1]
    assert np.all(gaps > 0.0)
    assert len(sequence[0].two_theta) == 1121
    assert sequence[0].start_time == START


def test_windows_seeds_and_migration_reach_the_patterns(charge, member):
    def first(**more):
        plan = OperandoPlan(scans=1, angle_step=0.1, **more)
        return simulated_sequence(charge, member, LAW, plan)[0].intensity

    plain = first()
    np.testing.assert_array_equal(first(seed=1), plain)
    assert np.any(first(seed=2) != plain)
    angles = 30.0 + 0.1 * np.arange(701)
    window = first(window="beryllium") - plain
    line = np.abs(angles - 50.99) < 0.25  # Be 101, where the rock salt has none
    assert window[line].sum() > 5.0 * np.sqrt(2.0 * plain[line].sum())
    moved = first(migrated=0.2) - plain
    assert np.abs(moved).max() > 6.0 * np.sqrt(plain.max())


@pytest.mark.parametrize(
    "change", [{"scans": 0}, {"last_angle": 20.0}, {"angle_step": 0.0}, {"angle_step": -0.02}]
)
def test_impossible_plans_are_refused(charge, member, change):
    with pytest.raises(OutOfRange, match="Expected at least one pattern, and rising angles"):
        simulated_sequence(charge, member, LAW, OperandoPlan(**change))


@pytest.mark.parametrize("name", ["seq", "seq.xrdml"])
def test_a_written_run_holds_patterns_truth_and_cell(charge, member, tmp_path, name):
    plan = OperandoPlan(scans=2, angle_step=0.2)
    files = write_operando(charge, member, LAW, plan, tmp_path / name, active_mass=5e-3)
    assert [file.name for file in files] == [name, "seq_truth.csv", "seq_cell.mpt"]
    sequence, record = read_sequence(files[0]), cycler.read(files[2])
    expected = simulated_sequence(charge, member, LAW, plan)
    for one, other in zip(sequence, expected, strict=True):
        np.testing.assert_array_equal(one.intensity, other.intensity)
        assert one.start_time.replace(tzinfo=None) == other.start_time.replace(
            microsecond=one.start_time.microsecond
        )
    passed = np.trapezoid(record.current, record.time) / 3.6 / 5e-3  # mAh/g
    assert passed == pytest.approx(charge.steps[0].capacity_mah_g, rel=2e-3)


def test_a_run_of_two_cycles_is_drawn_once_for_each_direction(electrode, member):
    run = run_protocol(electrode, galvanostatic(cycles=1))
    cells = simulated_sequence(run, member, LAW, PLAN).truth.lattice_parameter
    turn = int(np.argmin(cells))
    assert 0 < turn < len(cells) - 1
    assert np.all(np.diff(cells[: turn + 1]) < 0.0)
    assert cells[-1] > cells[turn] + 0.01
