import csv

import numpy as np
import pytest
import xarray as xr
from matplotlib.figure import Figure

from lmct.quantity import Finding, Value
from lmct.quantity.errors import DamagedFile, DataError, UnknownName
from lmct.study import cache_key, read_findings, techniques
from lmct.study.atomic import remove_unfinished, replacing, write_text
from lmct.study.figure_file import csv_text, distinct_slugs, slug, write_figure
from lmct.study.measurement_file import StoredMeasurements, read_summary, write_measurement
from lmct.study.techniques import group_analysis, load_technique
from lmct.technique.contract import FigureSheet, Measurement


def test_replacing_keeps_the_old_file_on_an_error(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "old\r\n")

    def fail():
        with replacing(path) as part:
            part.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert path.read_bytes() == b"old\r\n"
    assert list(tmp_path.iterdir()) == [path]


def test_unfinished_files_are_removed(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / ".a.nc.123.part").write_text("half")
    (tmp_path / "deep" / "a.part").write_text("not ours")
    remove_unfinished(tmp_path)
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["a.part"]


def test_csv_has_two_header_rows_and_keeps_every_digit(tmp_path):
    columns = {"voltage": ("V", np.array([3.1, np.pi])), "state, of": ("1", np.array([7]))}
    rows = list(csv.reader(csv_text(columns).splitlines()))
    assert rows[:2] == [["voltage", "state, of"], ["V", "1"]]
    assert float(rows[3][0]) == np.pi
    assert rows[3][1] == ""


def test_figure_files_are_complete_and_reproducible(tmp_path):
    def draw():
        figure = Figure(figsize=(2, 1))
        figure.add_subplot().plot([1, 2])
        return figure

    sheet = FigureSheet("a b", "Title", "Caption", draw, {"x": ("V", np.array([1.0]))}, "4a")
    stored = write_figure(sheet, folder=tmp_path, stem="titration", source="Titration")
    assert stored.stem == "titration__a_b"
    assert stored.is_complete(tmp_path)
    assert (tmp_path / "titration__a_b.png").read_bytes()[:4] == b"\x89PNG"
    first = (tmp_path / "titration__a_b.svg").read_bytes()
    write_figure(sheet, folder=tmp_path, stem="titration", source="Titration")
    assert (tmp_path / "titration__a_b.svg").read_bytes() == first
    stored.path(tmp_path, "csv").unlink()
    assert not stored.is_complete(tmp_path)


@pytest.mark.parametrize("text", ["../../etc/passwd", "", "...", "CON/aux", "é", "a" * 300, "x\0y", " . "])
def test_slug_is_a_plain_file_name(text):
    name = slug(text)
    assert name.strip("._") == name
    assert "/" not in name
    assert 0 < len(name) <= 100


def test_different_texts_never_share_a_file():
    names = distinct_slugs(["A b", "a_b", "a/b", "c"])
    assert len({name.casefold() for name in names}) == 4
    assert names[3] == "c"


def measurement(dataset):
    findings = (Finding("a", Value(1.0, float("nan"), "V", 3.0), "s"), Finding("b", Value(float("inf"), 0.1)))
    return Measurement("m", "s", "tiny", {"hold_time": 90.0}, dataset, findings, "raw/a", "ff", ("odd.",))


def test_measurement_survives_its_file(tmp_path):
    dataset = xr.Dataset(
        {"voltage": ("row", np.array([3.0, np.nan]), {"units": "V"}), "label": ("half", ["charge 1"])},
        {"time": ("row", np.array([0.0, 1.0]), {"units": "seconds"})},
        {"note": "é"},
    )
    provenance = {"format": "x"}
    written = write_measurement(measurement(dataset), path=tmp_path / "m.nc", key="k", provenance=provenance)
    read = read_summary(tmp_path / "m.nc")
    assert (read.key, read.name, read.condition, read.warnings) == ("k", "m", {"hold_time": 90.0}, ("odd.",))
    assert str(read.findings[0].value) == str(written.findings[0].value)
    assert read.findings[0].value.degrees_of_freedom == 3.0
    opened = read.load()
    xr.testing.assert_identical(opened.dataset.load(), dataset)
    assert opened.source_file == "raw/a"


def test_stored_measurements_are_a_sequence(tmp_path):
    dataset = xr.Dataset({"voltage": ("row", [1.0])})
    one = write_measurement(measurement(dataset), path=tmp_path / "m.nc", key="k", provenance={})
    stored = StoredMeasurements([one, one, one])
    assert len(stored) == 3
    assert len(stored[1:]) == 2
    assert [m.name for m in stored] == ["m", "m", "m"]
    assert stored[-1].dataset["voltage"].item() == 1.0


@pytest.mark.parametrize("content", [b"", b"noise" * 100, None])
def test_no_summary_of_a_damaged_file(tmp_path, content):
    path = tmp_path / "m.nc"
    if content is not None:
        path.write_bytes(content)
    assert read_summary(path) is None


def test_no_summary_of_a_foreign_netcdf(tmp_path):
    xr.Dataset({"a": 1}).to_netcdf(tmp_path / "m.nc", engine="h5netcdf")
    assert read_summary(tmp_path / "m.nc") is None


def test_techniques_by_name():
    assert load_technique("electrochemistry").NAME == "electrochemistry"
    with pytest.raises(UnknownName, match="Did you mean 'electrochemistry'"):
        load_technique("electrochemisty")
    with pytest.raises(UnknownName, match="analysis of electrochemistry"):
        group_analysis("electrochemistry", "tritation")


def test_key_depends_on_settings_not_on_their_order():
    keys = [
        cache_key.key_from_settings("electrochemistry", s)
        for s in ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 1})
    ]
    assert keys[0] == keys[1] != keys[2]


def test_key_depends_on_code_and_libraries(monkeypatch):
    first = cache_key.code_fingerprint.__wrapped__("electrochemistry")
    assert cache_key.code_fingerprint.__wrapped__("electrochemistry") == first
    monkeypatch.setattr(cache_key, "library_versions", lambda: {"numpy": "0"})
    assert cache_key.code_fingerprint.__wrapped__("electrochemistry") != first


def test_key_depends_on_every_source_file(monkeypatch, tmp_path):
    monkeypatch.setattr(cache_key.lmct, "__file__", str(tmp_path / "__init__.py"))
    monkeypatch.setattr(cache_key, "library_versions", dict)
    monkeypatch.setitem(techniques.TECHNIQUES, "tiny", "tiny")
    (tmp_path / "technique" / "deep").mkdir(parents=True)
    source = tmp_path / "technique" / "deep" / "a.py"
    fingerprints = set()
    for text in ("x = 1", "x = 2"):
        source.write_text(text)
        fingerprints.add(cache_key.code_fingerprint.__wrapped__("tiny"))
    assert len(fingerprints) == 2


def test_findings_of_a_study_that_was_not_run(tmp_path):
    with pytest.raises(DataError, match="Run the study first"):
        read_findings(tmp_path)
    (tmp_path / "results").mkdir()
    (tmp_path / "results/findings.sqlite").write_bytes(b"noise" * 500)
    with pytest.raises(DamagedFile, match="cannot be read"):
        read_findings(tmp_path)


def test_findings_are_found_from_every_place(two_samples):
    from lmct.study import run_study

    run_study(two_samples.path)
    results = two_samples.path / "results"
    for place in (two_samples.path, two_samples.path / "study.toml", results, results / "findings.sqlite"):
        assert [finding.quantity for finding in read_findings(place)] == ["grand_mean"] + ["mean_voltage"] * 3
