"""Damaged, hostile and foreign files: a clear refusal, never a wrong pattern, never a crash."""

from __future__ import annotations

import gzip
import io
import random
import resource
import time
import zipfile
from dataclasses import replace

import pytest

from lmct.instrument.diffraction import identify, read, read_pattern, read_scans
from lmct.quantity.errors import DamagedFile, DataError, LmctError, OutOfRange, UnitMismatch, UnknownFormat

from .layouts import LAYOUTS, brml_scan, raw3, raw4, raw_bytes, xrdml, zipped


@pytest.mark.parametrize("read_it", [identify, read, read_pattern, read_scans])
def test_empty_file(write, read_it):
    with pytest.raises(DamagedFile, match="is empty"):
        read_it(write("a.xy", b""))


def test_missing_file(tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        read(tmp_path / "none.xy")


@pytest.mark.parametrize("seed", range(5))
def test_binary_noise(write, seed):
    with pytest.raises(UnknownFormat, match="binary data"):
        read(write("a.raw", b"\0" + random.Random(seed).randbytes(5000)))


def test_numbers_in_no_order_and_on_no_grid_are_no_pattern(write):
    numbers = random.Random(3)
    rows = (f"{numbers.uniform(10, 90):.4f} {numbers.randrange(500)}" for _ in range(300))
    with pytest.raises(UnknownFormat):
        read(write("a.xy", "\n".join(rows).encode()))


def test_sparse_file(tmp_path):
    path = tmp_path / "a.raw"
    with path.open("wb") as out:
        out.write(b"RAW1.01\0")
        out.truncate(2**30)
    with pytest.raises(DamagedFile, match="mostly a hole"):
        read(path)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
@pytest.mark.parametrize("name", ["brml", "rasx", "xrdml", "ras", "raw1", "raw3", "raw4", "gsas_standard",
                                  "gsas_fxye", "fullprof_free"])  # fmt: skip
def test_a_cut_file_is_refused(truth, write, name, share):
    raw = raw_bytes(name, truth)
    with pytest.raises(LmctError):
        read(write("a", raw[: int(share * len(raw))]))


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_cut_file_never_gives_other_points(truth, write, name):
    """What is read from a cut file is the beginning of the truth; the last number may be cut itself."""
    raw = raw_bytes(name, truth)
    for share in (0.3, 0.8, 0.999):
        try:
            scans = read_scans(write("a", raw[: int(share * len(raw))]))
        except LmctError:
            continue
        for found in scans:
            count = len(found.two_theta) - 1
            assert found.two_theta[:count] == pytest.approx(truth.two_theta[:count], abs=1e-5)
            assert found.intensity[:count] == pytest.approx(truth.counts[:count], abs=1e-3)


def test_a_cut_row_is_named(truth, write):
    raw = raw_bytes("tabs", truth).decode().rstrip()
    found = read_pattern(write("a.xye", raw[: raw.rindex("\t")]))
    assert "is cut off" in found.warnings[0]
    assert len(found.two_theta) == 2000


@pytest.mark.parametrize("name", LAYOUTS)
def test_altered_bytes_never_crash(truth, write, name):
    short = replace(truth, two_theta=truth.two_theta[:200], counts=truth.counts[:200])
    raw, choose = raw_bytes(name, short), random.Random(4)
    for _ in range(40):
        altered = bytearray(raw)
        for _ in range(8):
            altered[choose.randrange(choose.choice([min(len(raw), 600), len(raw)]))] = choose.randrange(256)
        try:
            found = read_scans(write("a", bytes(altered)))
        except LmctError:
            continue
        assert all((pattern.two_theta[1:] > pattern.two_theta[:-1]).all() for pattern in found)


def bomb(member):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(member, "w") as out:
        for _ in range(300):
            out.write(b" " * 2**20)
    return raw.getvalue()


@pytest.mark.parametrize("member", ["Experiment0/RawData0.xml", "Data0/Profile0.txt", "a.xy"])
def test_zip_bomb(write, member):
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    path = write("a.zip", bomb(member))
    making = time.process_time() - start
    with pytest.raises(OutOfRange, match="unpacks to"):
        read(path)
    assert time.process_time() - start - making < 2.0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_gzip_bomb_of_xrdml(truth, write):
    content = xrdml(truth).replace("<dataPoints>", "<dataPoints>" + " " * 200_000_000).encode()
    with pytest.raises(OutOfRange, match="unpacks to"):
        read(write("a.xrdml.gz", gzip.compress(content)))


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entity_bomb_in_xrdml(truth, write, encoding):
    text = xrdml(truth).replace("\n", "\n" + ENTITIES + "\n", 1)
    with pytest.raises(OutOfRange, match="document type or entities"):
        read(write("a.xrdml", text.encode(encoding)))


def test_entity_bomb_in_brml(truth, write):
    text = brml_scan(truth).replace("?>", "?>" + ENTITIES, 1)
    with pytest.raises(OutOfRange, match="document type or entities"):
        read(write("a.brml", zipped({"Experiment0/RawData0.xml": text})))


def test_an_archive_of_several_patterns_says_to_unpack_it(truth, write):
    raw = raw_bytes("bare", truth)
    with pytest.raises(UnknownFormat, match="holds 2 files"):
        read(write("a.zip", zipped({"1.xy": raw, "2.xy": raw})))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("INS   BANK      1\nINS   HTYPE   PXCR\n", "GSAS instrument parameter"),
        ("     VERSION    6\n      DESCR   a\n    HSTRY  1 EXPEDT  Win32\n", "GSAS experiment"),
        ("data_LaB6\n_cell_length_a 4.1569\n", "CIF without a powder pattern"),
        ("scan_number,start_time\n1,2025-07-02 19:05:59\n", "log of a sequence"),
        ("time/s\tEwe/V\n" + "\n".join(f"{i}\t3.{i}" for i in range(50)), "begins with 'time/s"),
        (
            "#E_kin, counts\n" + "\n".join(f"{84 + i / 25} {900 + i}" for i in range(50)),
            "photoelectron spectrum",
        ),
        ("#FORMAT : EMSA/MAS\n#XUNITS : eV\n" + "\n".join(f"{i}, {i % 7}" for i in range(50)), "EMSA format"),
        ("MIT License\n\nCopyright\n", "begins with 'MIT License'"),
    ],
)
def test_foreign_text_is_refused_as_what_it_is(write, text, kind):
    with pytest.raises(UnknownFormat, match=kind):
        read(write("a.xy", text))


@pytest.mark.parametrize("axis", ["Omega", "Phi"])
def test_a_scan_of_another_axis_is_refused(truth, write, axis):
    with pytest.raises(UnitMismatch, match=axis):
        read(write("a.xrdml", xrdml(truth, axis=axis)))


def test_a_rocking_curve_is_refused_in_every_bruker_layout(truth, write):
    content = {"Experiment0/RawData0.xml": brml_scan(truth, axis="Phi")}
    for raw in (raw3(truth, kind=3), raw4(truth, kind=b"Rocking Curve"), zipped(content)):
        with pytest.raises(UnitMismatch, match="Expected a scan of 2theta"):
            read(write("a", raw))


def test_frames_of_a_detector_are_refused(truth, write):
    content = {"Experiment0/RawData0.xml": brml_scan(truth, length=1280)}
    with pytest.raises(DamagedFile, match="one counter"):
        read(write("a.brml", zipped(content)))


def test_an_unfinished_scan_is_named(truth, write):
    assert "was not finished" in read_pattern(write("a.xrdml", xrdml(truth, status="Aborted"))).warnings[0]


def test_counts_behind_the_attenuator_of_xrdml_are_multiplied(truth, write):
    factors = " ".join("10" if angle > 43.0 else "1" for angle in truth.two_theta)
    found = read_pattern(write("a.xrdml", xrdml(truth, factors=factors)))
    high = truth.two_theta > 43.0
    assert found.intensity[high] == pytest.approx(10 * truth.counts[high])
    assert found.uncertainty[high] == pytest.approx(10 * truth.esd[high])
    assert found.uncertainty[~high] == pytest.approx(truth.esd[~high])


@pytest.mark.parametrize("kind", ["SLOG", "TIME_MAP", "COND"])
def test_times_of_flight_are_refused(truth, write, kind):
    text = raw_bytes("gsas_fxye", truth).decode().replace(" CONS ", f" {kind} ")
    with pytest.raises(UnitMismatch, match="Expected 2theta in constant steps"):
        read(write("a.gsa", text))


def test_the_second_raw_version_is_named(write):
    with pytest.raises(UnknownFormat, match="RAW file of version 2"):
        read(write("a.raw", b"RAW2" + bytes(500)))


def test_numbers_that_no_detector_gives_are_refused(truth, write):
    raw = raw_bytes("raw3", truth)
    with pytest.raises(DamagedFile, match="hold no number"):
        read(write("a.raw", raw[:-400] + b"\xff\xff\x7f\x7f" * 50 + b"\x01\x00\xa0\x7f" * 50))


def test_a_bank_without_start_is_refused(truth, write):
    text = raw_bytes("gsas_standard", truth).decode().replace("CONST 2000.00 2.00", "CONST x 2.00")
    with pytest.raises(DamagedFile, match="does not give start and step"):
        read(write("a.gsa", text))


def test_a_scan_that_is_not_there(truth, write):
    with pytest.raises(OutOfRange, match="has no scan 1"):
        read_pattern(write("a.xy", raw_bytes("bare", truth)), scan=1)


def test_several_ranges_of_raw_are_several_scans(truth, write):
    assert [pattern.scan for pattern in read_scans(write("a.raw", raw3(truth, ranges=3)))] == [0, 1, 2]


def test_values_a_point_of_raw4_may_be_any_number_of_bytes(truth, write):
    for point_bytes in (4, 12):
        found = read_pattern(write("a.raw", raw4(truth, point_bytes=point_bytes)))
        assert (found.intensity == truth.counts).all()
