from __future__ import annotations

import gzip
import os
import random
import resource
import time
import zipfile

import pytest

from lmct.instrument.cycler import identify, read
from lmct.quantity.errors import DamagedFile, DataError, LmctError, OutOfRange, UnknownFormat

from .conftest import mpt_text
from .test_biologic_mpt import ROWS

BDF = "test_time_second,voltage_volt,current_ampere\n"


def noise(size, seed=1):
    return random.Random(seed).randbytes(size)


def test_missing_file(tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        read(tmp_path / "none.mpt")


def test_empty_file(write):
    with pytest.raises(DamagedFile, match="is empty"):
        read(write("a.mpr", b""))


def test_directory(tmp_path):
    with pytest.raises(DataError, match="is a directory"):
        read(tmp_path)


def test_loop_of_links(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(DataError, match="loop of symbolic links"):
        read(tmp_path / "a")


def test_pipe_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="not a regular file"):
        read(tmp_path / "pipe")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_no_permission(write):
    path = write("a.csv", BDF)
    path.chmod(0)
    with pytest.raises(DataError, match="permission denied"):
        read(path)


def test_permission_error_of_the_system_is_one_plain_error(write, monkeypatch):
    from pathlib import Path

    path = write("a.csv", BDF)

    def refuse(self, *arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DataError, match="permission denied"):
        read(path)


@pytest.mark.parametrize("seed", range(5))
def test_binary_noise(write, seed):
    with pytest.raises(UnknownFormat, match="binary data"):
        read(write("a.mpt", noise(5000, seed)))


@pytest.mark.parametrize(
    "magic",
    [
        b"BIO-LOGIC MODULAR FILE\x1a",
        b"NEWARE",
        b"\x00\x01\x00\x00Standard Jet DB\x00",
        b"PAR1",
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
        b"EC-Lab ASCII FILE\n",
    ],
)
def test_noise_behind_a_known_beginning(write, magic):
    with pytest.raises(LmctError):
        read(write("a.dat", magic + noise(3000)))


def test_sparse_file_of_two_gigabytes_is_refused_quickly(tmp_path):
    for name, head in [
        ("zeros.mpr", b""),
        ("head.mpt", b"EC-Lab ASCII FILE\nNb header lines : 3\n"),
        ("n.nda", b"NEWARE"),
    ]:
        path = tmp_path / name
        with path.open("wb") as stream:
            stream.write(head)
            stream.truncate(2 * 2**30)
        before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
        with pytest.raises(DamagedFile, match="mostly a hole"):
            read(path)
        assert time.perf_counter() - start < 1.0
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_text_with_nul_bytes_names_the_line(write):
    padding = "\n".join(f"{row},3.0,1.0" for row in range(9000))
    with pytest.raises(DamagedFile, match="line 9002 holds NUL"):
        read(write("a.csv", (BDF + padding).encode() + b"\n" + b"\0" * 4096))


def test_zip_bomb_by_its_directory(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * (300 * 2**20))
    with pytest.raises(OutOfRange, match="unpacks to"):
        read(path)


def test_gzip_bomb_is_stopped_while_unpacking(tmp_path):
    path = tmp_path / "bomb.res.gz"
    with gzip.open(path, "wb") as stream:
        for _ in range(200):
            stream.write(b"0" * 2**20)
    with pytest.raises(OutOfRange, match="unpacks to"):
        read(path)


def test_zip_of_several_files(tmp_path):
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", BDF)
        archive.writestr("b.csv", BDF)
    with pytest.raises(UnknownFormat, match="holds 2 files"):
        read(path)


def test_zip_in_a_zip(tmp_path):
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.csv", BDF)
    path = tmp_path / "outer.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "inner.zip")
    with pytest.raises(UnknownFormat, match="archive in an archive"):
        read(path)


def test_member_name_that_climbs_out_stays_inside(tmp_path, bdf_text):
    path = tmp_path / "climb.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil.csv", bdf_text())
    assert read(path).rows == 121
    assert not list(tmp_path.parent.glob("evil*"))


def test_zip_and_gzip_of_one_file_are_transparent(tmp_path, bdf_text, write):
    plain = write("a.csv", bdf_text())
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(plain, "folder/a.csv")
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    found = [read(path) for path in (plain, tmp_path / "a.zip", tmp_path / "a.csv.gz")]
    assert [one.rows for one in found] == [121] * 3
    assert [one.source_file for one in found] == ["a.csv", "a.zip", "a.csv.gz"]
    assert len({one.source_sha256 for one in found}) == 3


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_truncated_archives(tmp_path, bdf_text, share):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", bdf_text())
    zipped = path.read_bytes()
    path.write_bytes(zipped[: int(share * len(zipped))])
    with pytest.raises(DamagedFile, match="cut-off"):
        read(path)
    packed = gzip.compress(bdf_text().encode())
    (tmp_path / "a.gz").write_bytes(packed[: int(share * len(packed))])
    with pytest.raises(DamagedFile, match="cut-off"):
        read(tmp_path / "a.gz")


def test_content_wins_over_the_extension(write):
    for name in ("a.mpr", "a.ndax", "a.xlsx", "a"):
        assert identify(write(name, mpt_text(ROWS))) == "biologic-mpt"


def test_wrong_decimal_mark_is_told(write):
    text = "test_time_second,voltage_volt,current_ampere\n0,0,3,1,0,5\n1,0,3,1,0,5\n"
    with pytest.raises(DamagedFile, match=r"line 2 has more cells than the header"):
        read(write("a.csv", text))


def test_header_only(write):
    with pytest.raises(DamagedFile, match="ends after its header"):
        read(write("a.csv", BDF))


def test_one_row_is_readable_with_a_warning(write):
    found = read(write("a.csv", BDF + "0,3.1,0.5\n"))
    assert found.rows == 1
    assert any("single row" in sentence for sentence in found.warnings)


def test_text_of_no_brand_is_quoted_and_the_column_map_named(write):
    with pytest.raises(UnknownFormat, match=r"begins with 'Hello'.*columns = "):
        read(write("a.csv", "Hello\nworld\n"))


def test_sha256_is_that_of_the_bytes(write, bdf_text):
    import hashlib

    path = write("a.csv", bdf_text())
    assert read(path).source_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_missing_mdbtools_is_one_plain_line(write, monkeypatch):
    monkeypatch.setenv("PATH", "")
    path = write("a.res", b"\x00\x01\x00\x00Standard Jet DB\x00" + bytes(2000))
    with pytest.raises(DataError, match=r"mdb-export.*Debian package mdbtools") as caught:
        read(path)
    assert "\n" not in str(caught.value)


def test_no_error_message_is_longer_than_a_paragraph(write, tmp_path):
    for content in (noise(100), b"x", mpt_text(["1\t2"]).encode(), b"BIO-LOGIC MODULAR FILE"):
        with pytest.raises(LmctError) as caught:
            read(write("a", content))
        assert len(str(caught.value)) < 600


JET = b"\x00\x01\x00\x00Standard Jet DB\x00" + bytes(range(1, 200)) * 10


@pytest.fixture
def fake_export(tmp_path, monkeypatch):
    """Put a shell script in the place of mdb-export."""

    def make(script):
        folder = tmp_path / "bin"
        folder.mkdir()
        (folder / "mdb-export").write_text("#!/bin/sh\n" + script)
        (folder / "mdb-export").chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    return make


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exec sleep 60", "ended with -9"),
        ("exec yes", "ended with -9"),
        ("exec yes 'page 7 is beyond EOF' >&2", "page 7 is beyond EOF"),
        ("echo Test_Time,Voltage; echo 'page 3 is beyond EOF' >&2", "page 3 is beyond EOF"),
        ("exit 3", "ended with 3"),
    ],
)
def test_export_command_without_end_or_with_complaint(write, fake_export, monkeypatch, script, reason):
    from lmct.instrument.cycler import arbin_access

    monkeypatch.setattr(arbin_access, "LEAST_SECONDS", 0.5)
    fake_export(script)
    start = time.perf_counter()
    with pytest.raises(DamagedFile, match=reason):
        read(write("a.res", JET))
    assert time.perf_counter() - start < 5
