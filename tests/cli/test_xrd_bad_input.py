"""Bad patterns through ``lmct xrd``: a clear refusal or a flagged result, never a confident wrong number."""

from __future__ import annotations

import gzip
import io
import json
import math
import zipfile

import numpy as np
import pytest

from lmct.cli import main
from lmct.instrument.diffraction import write_xrdml
from tests.cli.xrd_files import CELL, flat, pattern, write_columns, write_good, write_ramp

ENGINES = ("fast", "rietveld")
SLOW = pytest.mark.slow


@pytest.fixture
def refine(capsys, tmp_path):
    """Return a function that refines a file and gives exit code and document."""

    def run(path, *words):
        with pytest.raises(SystemExit) as stop:
            main(["xrd", "refine", str(path), *map(str, words), "--json"])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return stop.value.code, json.loads(out)

    return run


def columns(**changes):
    """Angles, counts and uncertainties of a good pattern, some replaced."""
    good = pattern()
    found = {"angle": good.two_theta, "counts": good.intensity, "esd": good.uncertainty} | changes
    return [np.array(found[name], dtype=float) for name in ("angle", "counts", "esd")]


def changed(values, places, to):
    found = np.array(values, dtype=float)
    found[places] = to
    return found


def assert_not_confidently_wrong(code, document):
    """A cell that is called good must be the true one within its total error, which must not be large."""
    if code == 2:
        assert set(document) == {"error", "kind"}
        return
    assert (code == 0) == (document["assessment"] == "good")
    if code == 0:
        cell = document["cell"]["a"]
        assert abs(cell["value"] - CELL) < 3.5 * math.hypot(cell["uncertainty"], cell["systematic"])
        assert math.hypot(cell["uncertainty"], cell["systematic"]) < 3e-3
    else:
        assert document["flags"]
        assert document["message"]


FEW, MANY = slice(350, 1100, 250), slice(0, None, 5)


@pytest.mark.parametrize(("method", "wrong"), [("rietveld", math.nan), ("fast", math.inf)])
def test_rare_numbers_that_are_none_are_left_out_with_a_warning(refine, tmp_path, method, wrong):
    counts = changed(pattern().intensity, FEW, wrong)
    code, document = refine(write_columns(tmp_path / "a.xye", *columns(counts=counts)), "--method", method)
    assert_not_confidently_wrong(code, document)
    assert "3 of 1400 points hold no number" in " ".join(document["warnings"])


def test_many_numbers_that_are_none_are_refused(refine, tmp_path):
    counts = changed(pattern().intensity, MANY, math.nan)
    code, document = refine(write_columns(tmp_path / "a.xye", *columns(counts=counts)))
    assert (code, document["kind"]) == (2, "DamagedFile")
    assert "280 of 1400 points hold no number" in document["error"]


@pytest.mark.parametrize(
    ("method", "places", "weight", "words"),
    [
        ("fast", FEW, 0.0, "uncertainty of zero were left out"),
        pytest.param("rietveld", FEW, 0.0, "uncertainty of zero were left out", marks=SLOW),
        pytest.param("rietveld", MANY, 0.0, "values are not positive", marks=SLOW),
        ("fast", FEW, -5.0, "values are not positive"),
        pytest.param("rietveld", slice(None), -5.0, "values are not positive", marks=SLOW),
        ("fast", slice(None), 0.0, "values are not positive"),
    ],
)
def test_weights_that_cannot_be_are_dropped_with_the_reason(refine, tmp_path, method, places, weight, words):
    path = write_columns(tmp_path / "a.xye", *columns(esd=changed(pattern().uncertainty, places, weight)))
    code, document = refine(path, "--method", method)
    assert_not_confidently_wrong(code, document)
    assert words in " ".join(document["warnings"])


@pytest.mark.parametrize("method", ENGINES)
def test_a_second_intensity_is_no_weight(refine, tmp_path, method):
    path = write_columns(tmp_path / "a.xye", *columns(esd=np.roll(pattern().intensity, 70)))
    code, document = refine(path, "--method", method)
    assert_not_confidently_wrong(code, document)
    assert "third column is no standard uncertainty" in document["warnings"][0]


def test_falling_angles_give_what_rising_ones_give(refine, tmp_path):
    rising = refine(write_columns(tmp_path / "up.xye", *columns()), "--method", "fast")[1]
    falling = write_columns(tmp_path / "down.xye", *(column[::-1] for column in columns()))
    code, document = refine(falling, "--method", "fast")
    assert code == 0
    assert document["cell"]["a"]["value"] == pytest.approx(rising["cell"]["a"]["value"], abs=1e-9)
    assert document["warnings"] == rising["warnings"]


def test_angles_in_no_order_are_sorted_and_it_is_said(refine, tmp_path):
    rising = refine(write_columns(tmp_path / "up.xye", *columns()), "--method", "fast")[1]
    order = np.random.default_rng(2).permutation(len(pattern().two_theta))
    mixed = write_columns(tmp_path / "a.xye", *(column[order] for column in columns()))
    code, document = refine(mixed, "--method", "fast")
    assert code == 0
    assert document["cell"]["a"]["value"] == pytest.approx(rising["cell"]["a"]["value"], abs=1e-9)
    assert "out of order: sorted by angle" in document["warnings"][0]


def test_angles_with_two_counts_are_refused_with_their_rows(refine, tmp_path):
    twice = [np.append(column, column) for column in columns()]
    twice[1][1400:] += 5.0
    code, document = refine(write_columns(tmp_path / "a.xye", *twice))
    assert (code, document["kind"]) == (2, "DamagedFile")
    assert "in row 1 and" in document["error"]
    assert "in row 1401 of the data" in document["error"]


@pytest.mark.parametrize("method", ["fast", pytest.param("rietveld", marks=SLOW)])
def test_the_direct_beam_is_named_and_never_good(refine, tmp_path, method):
    counts = pattern().intensity.copy()
    counts[:30] = np.round(2e6 * np.exp(-np.arange(30) / 6.0))
    path = write_columns(tmp_path / "a.xye", *columns(counts=counts, esd=np.sqrt(np.maximum(counts, 1.0))))
    code, document = refine(path, "--method", method)
    assert code == 1
    assert "direct beam" in " ".join(document["warnings"])
    code, document = refine(path, "--method", method, "--range", "36.5-90")
    assert_not_confidently_wrong(code, document)
    assert (document["cell"] == {}) == ("not converged" in document["flags"])


@pytest.mark.parametrize("method", ["fast", pytest.param("rietveld", marks=SLOW)])
def test_a_spike_is_named_and_never_good(refine, tmp_path, method):
    counts = changed(pattern().intensity, 1000, 1e7)
    path = write_columns(tmp_path / "a.xye", *columns(counts=counts, esd=np.sqrt(np.maximum(counts, 1.0))))
    code, document = refine(path, "--method", method)
    assert code == 1
    assert "74 degrees" in " ".join(document["warnings"])


@pytest.mark.parametrize("method", ENGINES)
def test_a_background_alone_has_no_cell(refine, tmp_path, method):
    counts = flat()
    path = write_columns(tmp_path / "a.xye", *columns(counts=counts, esd=np.sqrt(counts)))
    code, document = refine(path, "--method", method)
    assert code == 1
    assert document["cell"] == {}
    assert "no peaks" in document["flags"]
    assert document["assessment"] == "too few data"


@pytest.mark.parametrize("method", ["fast", pytest.param("rietveld", marks=SLOW)])
@pytest.mark.parametrize("phase", ["silicon", "nio"])
def test_a_wrong_phase_is_never_good(refine, tmp_path, method, phase):
    code, document = refine(write_good(tmp_path / "a.xye"), "--method", method, "--structure", phase)
    assert code == 1
    assert document["assessment"] != "good"
    assert document["flags"]


@pytest.mark.parametrize(
    ("method", "words"),
    [
        pytest.param("rietveld", "1.78897,1.79285", marks=SLOW),
        ("fast", "1.78897,1.79285"),
        ("fast", "0.70930,0.71359"),
    ],
)
def test_a_wrong_tube_is_never_good(refine, tmp_path, method, words):
    path = write_columns(tmp_path / "a.xye", *columns(), head="")
    code, document = refine(path, "--method", method, "--wavelength", words)
    assert code == 1
    assert document["flags"]


@pytest.mark.parametrize("method", ["fast", pytest.param("rietveld", marks=SLOW)])
@pytest.mark.parametrize("sharp", [False, pytest.param(True, marks=SLOW)])
def test_one_wavelength_for_a_doublet_is_within_the_total_error_or_not_good(refine, tmp_path, method, sharp):
    # Broad lines hide the doublet: then only the systematic error can cover what is wrong.
    good = pattern(size=300.0, strain=2e-4) if sharp else pattern()
    path = write_columns(tmp_path / "a.xye", good.two_theta, good.intensity, good.uncertainty, head="")
    code, document = refine(path, "--method", method, "--wavelength", "1.54056")
    assert_not_confidently_wrong(code, document)
    assert code == 1 or not sharp


def test_a_missing_wavelength_is_refused_with_the_way_to_give_it(refine, tmp_path):
    path = write_columns(tmp_path / "a.xye", *columns(), head="")
    code, document = refine(path)
    assert (code, document["kind"]) == (2, "MissingColumn")
    assert "--wavelength 1.54056,1.54439" in document["error"]
    code, document = refine(path, "--method", "fast", "--wavelength", "1.54056,1.54439")
    assert code == 0
    assert_not_confidently_wrong(code, document)


def bomb(member, count=80):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(member, "w") as out:
        for _ in range(count):
            out.write(b" " * 2**20)
    return raw.getvalue()


@pytest.mark.parametrize(
    ("name", "member"), [("a.brml", "Experiment0/RawData0.xml"), ("a.rasx", "Data0/Profile0.txt")]
)
def test_a_zip_bomb_is_refused(refine, tmp_path, name, member):
    (tmp_path / name).write_bytes(bomb(member))
    code, document = refine(tmp_path / name)
    assert (code, document["kind"]) == (2, "OutOfRange")
    assert "unpacks to" in document["error"]


def test_a_gzip_bomb_is_refused(refine, tmp_path):
    write_xrdml([pattern()], tmp_path / "a.xrdml")
    text = (tmp_path / "a.xrdml").read_text()
    swollen = text.replace("</xrdMeasurements>", " " * 80_000_000 + "</xrdMeasurements>")
    assert len(swollen) > len(text)
    (tmp_path / "a.xrdml.gz").write_bytes(gzip.compress(swollen.encode()))
    code, document = refine(tmp_path / "a.xrdml.gz")
    assert (code, document["kind"]) == (2, "OutOfRange")


@pytest.mark.parametrize("name", ["a.brml", "a.rasx", "a.xrdml.gz", "a.xrdml"])
def test_half_a_file_is_refused(refine, tmp_path, name):
    write_xrdml([pattern()], tmp_path / "whole.xrdml")
    raw = (tmp_path / "whole.xrdml").read_bytes()
    if name.endswith(".gz"):
        raw = gzip.compress(raw)
    elif not name.endswith(".xrdml"):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            member = "Experiment0/RawData0.xml" if name.endswith("brml") else "Data0/Profile0.txt"
            archive.writestr(member, raw)
        raw = packed.getvalue()
    (tmp_path / name).write_bytes(raw[: len(raw) // 2])
    code, document = refine(tmp_path / name)
    assert (code, document["kind"]) == (2, "DamagedFile")
    assert name in document["error"]


def test_an_error_is_one_line(capsys, tmp_path):
    path = write_columns(tmp_path / "a.xye", *columns(), head="")
    with pytest.raises(SystemExit) as stop:
        main(["xrd", "refine", str(path)])
    out, err = capsys.readouterr()
    assert (stop.value.code, out) == (2, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1


def test_bad_scans_of_a_sequence_are_flagged_and_the_others_are_right(capsys, tmp_path):
    cells = np.linspace(4.1437, 4.12, 8)
    angles = pattern().two_theta

    def cut(path, good):
        path.write_bytes(b"PK\x03\x04 cut off")

    def background(path, good):
        counts = flat()
        write_columns(path, angles, counts, np.sqrt(counts), head=_head(good))

    def other_phase(path, good):
        write_columns(path, angles, *_another_crystal(), head=_head(good))

    def beam(path, good):
        counts = good.intensity.copy()
        counts[:40] = np.round(2e6 * np.exp(-np.arange(40) / 6.0))
        write_columns(path, angles, counts, np.sqrt(np.maximum(counts, 1.0)), head=_head(good))

    spoil = {1: cut, 3: background, 5: other_phase, 6: beam}
    folder = write_ramp(tmp_path / "scans", cells, spoil=spoil)
    with pytest.raises(SystemExit) as stop:
        main(["xrd", "sequence", str(folder), "--json"])
    document = json.loads(capsys.readouterr().out)
    assert stop.value.code == 0
    assert "scan_1.xye" in " ".join(document["messages"])
    scans = {scan["file"].rsplit("_", 1)[1]: scan for scan in document["scans"]}
    assert set(scans) == {f"{place}.xye" for place in (0, 2, 3, 4, 5, 6, 7)}
    for place in (0, 2, 4, 7):
        scan = scans[f"{place}.xye"]
        assert scan["flags"] == []
        assert abs(scan["a"]["value"] - cells[place]) < 4.0 * scan["a"]["uncertainty"]
    for place in (3, 5, 6):
        assert scans[f"{place}.xye"]["flags"]
        assert scans[f"{place}.xye"]["message"]
    assert scans["3.xye"]["a"] is None
    named = " ".join(finding["note"] for finding in document["findings"])
    assert not {"scan_3", "scan_5"} & {word.strip("().").split(".")[0] for word in named.split()}


def _head(good):
    start = f"# Start time = {good.start_time.isoformat()}\n# End time = {good.end_time.isoformat()}\n"
    return "# Wavelength1 (A) = 1.54056\n# Wavelength2 (A) = 1.54439\n# Line ratio = 0.5\n" + start


def _another_crystal():
    """Counts of copper metal, whose lines a rock salt cannot have, by Bragg's law."""
    angles = pattern().two_theta
    mean = np.full(len(angles), 300.0)
    for root in np.sqrt([3.0, 4.0, 8.0, 11.0, 12.0]):
        sine = 1.54056 * root / (2.0 * 3.615)
        if sine < 1.0:
            centre = 2.0 * np.degrees(np.arcsin(sine))
            mean += 3000.0 / (1.0 + ((angles - centre) / 0.15) ** 2)
    counts = np.random.default_rng(9).poisson(mean).astype(float)
    return counts, np.sqrt(counts)
