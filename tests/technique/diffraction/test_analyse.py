from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from lmct.instrument import diffraction as reader
from lmct.instrument.diffraction import write_xye
from lmct.instrument.diffraction.pattern import DiffractionPattern
from lmct.quantity.errors import DamagedFile, UnknownName
from lmct.technique.diffraction import analyse
from lmct.technique.diffraction.pattern_dataset import pattern_of_dataset
from lmct.technique.diffraction.request import request_from_options
from lmct.technique.diffraction.sequence.dataset import KIND, sequence_of_dataset
from tests.technique.diffraction.sequence_of_voigt_patterns import BEGIN, MadeSequence
from tests.technique.diffraction.voigt_pattern import COPPER, Truth, noisy

GRID = np.linspace(30.0, 100.0, 1401)
CELLS = (4.144, 4.13, 4.12)


def analysed(record, checkpoint=None, **options):
    return analyse.analyse_record(
        record,
        name="m",
        sample="s",
        active_mass=0.007,
        condition={"rest_time": 60.0},
        options=options,
        checkpoint=checkpoint,
    )


def made(unreadable=()):
    return MadeSequence([Truth(a=cell) for cell in CELLS], grid=GRID, unreadable=unreadable)


def test_the_contract_of_a_technique():
    assert analyse.NAME == "diffraction"
    assert analyse.READER is reader
    assert analyse.READS_FOLDERS
    assert analyse.COMPANIONS == ("electrochemistry",)
    assert set(analyse.GROUP_ANALYSES) == {"operando", "lattice_relaxation"}


def test_a_pattern_becomes_a_measurement():
    pattern = noisy(Truth(), GRID, 5)
    measurement = analysed(pattern, method="fast")
    assert (measurement.name, measurement.sample, measurement.technique) == ("m", "s", "diffraction")
    assert measurement.condition == {"rest_time": 60.0}
    refined = pattern_of_dataset(measurement.dataset)
    np.testing.assert_array_equal(refined.observed, pattern.intensity)
    (length,) = [one for one in measurement.findings if one.quantity == "lattice_parameter"]
    assert length.sample == "s"
    assert length.value == refined.values["a"]
    assert abs(length.value.value - 4.144) < 4.0 * length.value.uncertainty


def test_warnings_of_the_file_and_of_the_fit_are_both_kept():
    pattern = noisy(Truth(), GRID, 5)
    counts = pattern.intensity.copy()
    counts[700] = 1e6
    spoilt = DiffractionPattern(GRID, counts, wavelengths=COPPER, warnings=("read with care.",))
    measurement = analysed(spoilt, method="fast")
    assert measurement.warnings[0] == "read with care."
    assert "spike" in measurement.warnings[1] or "65.0" in measurement.warnings[1]


def test_a_sequence_becomes_a_measurement_and_a_checkpoint(tmp_path):
    path = tmp_path / "run.unfinished"
    measurement = analysed(made(), checkpoint=path)
    assert measurement.dataset.attrs["content"] == KIND
    refined = sequence_of_dataset(measurement.dataset)
    for scan, cell in zip(refined.scans, CELLS, strict=True):
        assert abs(scan.values["a"].value - cell) < 4.0 * scan.values["a"].uncertainty
    assert {one.condition for one in measurement.findings} == {
        "first scan",
        "last scan",
        "smallest cell",
        "largest cell",
    }
    again = made()
    told = []
    analyse.measure_sequence(
        again,
        request_from_options({}),
        checkpoint=path,
        progress=lambda done, total: told.append((done, total)),
    )
    assert again.reads == 1  # that which tells the instrument
    assert told[-1] == (6, 6)


def test_one_direction_only_when_asked_for():
    told = []
    request = request_from_options({"both_directions": False})
    analyse.measure_sequence(made(), request, progress=lambda done, total: told.append(total))
    assert told == [3, 3, 3]


def test_unreadable_scans_are_named_and_the_next_one_tells_the_instrument():
    sequence = made(unreadable=(0,))
    assert analyse.first_readable(sequence).start_time == BEGIN + timedelta(minutes=10)
    measurement = analysed(sequence)
    assert "1 of 3 scans: unreadable" in " ".join(measurement.warnings)
    assert {one.value.value for one in measurement.findings if one.condition == "first scan"} == {
        sequence_of_dataset(measurement.dataset).scans[1].values["a"].value
    }


def test_nothing_readable_is_refused_with_the_first_reason():
    with pytest.raises(DamagedFile, match=r"none of the 3 scans .* scan_0000\.xye is truncated"):
        analysed(made(unreadable=(0, 1, 2)))


def test_unknown_options_are_refused():
    with pytest.raises(UnknownName, match="humps"):
        analysed(noisy(Truth(), GRID, 5), hump=[38.0])


def test_figures_of_files_that_were_read(tmp_path):
    write_xye(noisy(Truth(), GRID, 5), tmp_path / "a.xye")
    measurement = analysed(reader.read(tmp_path / "a.xye"), method="fast")
    assert [sheet.name for sheet in analyse.figures([measurement])] == ["rietveld"]
