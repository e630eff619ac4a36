"""results/findings.sqlite: every finding of a study with its source, failures, messages and runs."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from lmct.quantity import Finding
from lmct.quantity.errors import DamagedFile, DataError
from lmct.study.atomic import replacing
from lmct.study.result import StudyResult

STORE = "findings.sqlite"

SCHEMA = """
CREATE TABLE findings (
    quantity TEXT NOT NULL, value REAL, uncertainty REAL, unit TEXT, degrees_of_freedom REAL, sample TEXT,
    technique TEXT, condition TEXT, source_file TEXT, source_sha256 TEXT, note TEXT,
    measurement TEXT, analysis TEXT
);
CREATE INDEX findings_by_quantity ON findings (quantity, sample);
CREATE TABLE measurements (
    name TEXT PRIMARY KEY, sample TEXT, technique TEXT, condition TEXT, source_file TEXT, source_sha256 TEXT,
    format TEXT, reader TEXT, active_mass TEXT, key TEXT
);
CREATE TABLE failures (place TEXT, file TEXT, kind TEXT, message TEXT);
CREATE TABLE messages (source TEXT, text TEXT);
CREATE TABLE runs (
    started TEXT, finished TEXT, command TEXT, computed INTEGER, reused INTEGER, failed INTEGER,
    study_sha256 TEXT, versions TEXT
);
"""

_FINDING = (
    "quantity",
    "value",
    "uncertainty",
    "unit",
    "degrees_of_freedom",
    "sample",
    "technique",
    "condition",
    "source_file",
    "source_sha256",
    "note",
)


def write_store(result: StudyResult) -> Path:
    """Write the store of a study; the runs of the earlier store are kept.

    Parameters
    ----------
    result
        What a run gave.

    Returns
    -------
    :
        The file, which is the old or the new version whatever happens meanwhile.
    """
    path = result.study.results / STORE
    earlier = _earlier_runs(path)
    with replacing(path) as part:
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(part)) as database:
            database.executescript(SCHEMA)
            _insert(database, "findings", _finding_rows(result))
            _insert(database, "measurements", _measurement_rows(result))
            _insert(database, "failures", ((f.place, f.file, f.kind, f.message) for f in result.failures))
            _insert(database, "messages", ((m.source, m.text) for m in result.messages))
            _insert(database, "runs", [*earlier, _run_row(result)])
            database.commit()
    return path


def read_findings(location: Path) -> tuple[Finding, ...]:
    """Read the findings of a study.

    Parameters
    ----------
    location
        The study folder, its study file, its results folder, or the store itself.

    Returns
    -------
    :
        Findings in the order of the study: those of the analyses first.

    Raises
    ------
    DataError
        There is no store: the study has not been run.
    DamagedFile
        The store is no such database.
    """
    path = _store_path(location)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            rows = database.execute(f"SELECT {', '.join(_FINDING)} FROM findings ORDER BY rowid").fetchall()
    except sqlite3.DatabaseError as error:
        raise DamagedFile(
            f"{path} cannot be read: {error}. Run the study again: lmct study {location}"
        ) from error
    return tuple(Finding.from_json(dict(zip(_FINDING, row, strict=True))) for row in rows)


def _store_path(location: Path) -> Path:
    folder = location if location.is_dir() else location.parent
    for path in (location, folder / "results" / STORE, folder / STORE):
        if path.name == STORE and path.is_file():
            return path
    raise DataError(f"there are no findings in {location}. Run the study first: lmct study {location}")


def _insert(database: sqlite3.Connection, table: str, rows: Iterable[Sequence[Any]]) -> None:
    for row in rows:
        marks = ", ".join("?" * len(row))
        database.execute(f"INSERT INTO {table} VALUES ({marks})", tuple(row))


def _finding_rows(result: StudyResult) -> Iterator[tuple[Any, ...]]:
    for analysis in result.analyses:
        for finding in analysis.findings:
            yield *_columns(finding), "", analysis.name
    for measurement in result.measurements:
        for finding in measurement.findings:
            yield *_columns(finding), measurement.name, ""


def _columns(finding: Finding) -> list[Any]:
    row = finding.to_json()
    return [row[name] for name in _FINDING]


def _measurement_rows(result: StudyResult) -> Iterator[tuple[str, ...]]:
    for m in result.measurements:
        about = (m.provenance.get(name, "") for name in ("format", "reader", "active_mass"))
        condition = json.dumps(dict(m.condition))
        yield m.name, m.sample, m.technique, condition, m.source_file, m.source_sha256, *about, m.key


def _run_row(result: StudyResult) -> tuple[Any, ...]:
    run = result.run
    counts = (run.computed, run.reused, run.failed)
    return (
        run.started,
        run.finished,
        run.command,
        *counts,
        result.study.sha256,
        json.dumps(dict(run.versions)),
    )


def _earlier_runs(path: Path) -> list[tuple[Any, ...]]:
    if not path.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            return database.execute("SELECT * FROM runs ORDER BY rowid").fetchall()
    except (
        sqlite3.DatabaseError
    ):  # a damaged store is replaced; its runs are lost, its findings are made again
        return []
