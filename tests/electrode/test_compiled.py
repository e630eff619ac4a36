from __future__ import annotations

from lmct.electrode.compiled import STAMP, compiled, drop_stale_code, source_digest


def test_code_of_other_source_is_dropped_and_code_of_this_source_kept(tmp_path):
    old, index = tmp_path / "integrate.nbc", tmp_path / "integrate.nbi"
    for path in (old, index):
        path.write_bytes(b"machine code")
    drop_stale_code(tmp_path, "first")
    assert not old.exists()
    assert not index.exists()
    assert (tmp_path / STAMP).read_text() == "first"
    old.write_bytes(b"machine code")
    drop_stale_code.cache_clear()
    drop_stale_code(tmp_path, "first")
    assert old.exists()
    drop_stale_code(tmp_path, "second")
    assert not old.exists()


def test_a_folder_that_cannot_be_written_is_left_alone(tmp_path):
    (tmp_path / "file").write_text("")
    drop_stale_code(tmp_path / "file" / "below", "digest")
    assert (tmp_path / "file").read_text() == ""


def test_the_digest_is_that_of_the_source():
    assert len(source_digest()) == 64
    assert source_digest() == source_digest()


def test_compiled_code_divides_like_numpy():
    @compiled
    def inverse(number: float) -> float:
        return 1.0 / number

    assert inverse(0.0) == float("inf")
