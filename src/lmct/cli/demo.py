"""``lmct demo``: a virtual campaign, analysed blind and compared with its truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lmct.cli.executor_option import ExecutorWords, Processes, chosen_executor
from lmct.cli.output import FAILED, FINE, AsJson, say, write_json, write_table
from lmct.cli.progress import command_line, progress_bar
from lmct.quantity.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from lmct.evidence import Comparison
    from lmct.quantity import Finding
    from lmct.study import StudyResult
    from lmct.study.run import Progress

NAME = "demo"

DEFAULT_FOLDER = Path("lmct-demo")


def run(
    directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="Folder of the demo.")] = DEFAULT_FOLDER,
    seed: Annotated[int, typer.Option(min=0, help="Seed of noise and cell-to-cell scatter.")] = 1,
    executor: ExecutorWords = None,
    processes: Processes = None,
    account: Annotated[
        bool, typer.Option("--account/--no-account", help="Close the ledger and fit the electrode too.")
    ] = True,
    json: AsJson = False,
) -> int:
    """Simulate a campaign, analyse it blind, compare with the truth."""
    from lmct.evidence import compare, read_truths
    from lmct.report import write_report
    from lmct.study import run_study
    from lmct.study.campaign import TRUTH, write_campaign

    _check(directory)
    say(f"simulating a titration campaign (seed {seed}) in {directory} ...")
    write_campaign(directory, seed)
    say("analysing its files blind ...")
    with chosen_executor(executor, processes) as workers, progress_bar() as progress:
        result = run_study(directory, executor=workers, progress=progress, command=command_line())
        comparison = compare(_found(result), read_truths(directory / TRUTH))
        report = write_report(result, comparison)
        pages = [report]
        if not json:
            _show(comparison)
        if account:
            say("closing the ledger and fitting the electrode to all of it ...")
            fitted, more = _account(result, directory, seed, workers, progress)
            pages += more
            comparison = (*comparison, *fitted)
            if not json:
                _show(fitted)
    if json:
        rows = [row.to_json() for row in comparison]
        texts = [str(page) for page in pages]
        write_json({"report": texts[0], "pages": texts, "study": str(result.study.path), "comparison": rows})
    else:
        for page in pages:
            typer.echo(f"report: {page}")
    return FINE if result.succeeded else FAILED


def _account(
    result: StudyResult, directory: Path, seed: int, workers: Executor | None, progress: Progress | None
) -> tuple[tuple[Comparison, ...], list[Path]]:
    """Close the ledger and fit the electrode; return what was found beside its truth, and the pages."""
    from lmct.evidence import compare, read_truths
    from lmct.report.fit_page import write_fit_report
    from lmct.report.ledger_page import write_ledger_report
    from lmct.study.campaign import TRUTH_OF_FIT
    from lmct.study.fit_run import fit_study
    from lmct.study.ledger_run import ledger_of_study

    ledger = ledger_of_study(directory)
    say(ledger.ledger.verdict)
    fitted = fit_study(result, seed=seed, effort="quick", executor=workers, progress=progress)
    for message in fitted.messages:
        say(f"note: {message}")
    pages = [write_ledger_report(ledger), write_fit_report(fitted)]
    return compare(fitted.findings, read_truths(directory / TRUTH_OF_FIT)), pages


def _check(directory: Path) -> None:
    """Refuse to write into somebody's study."""
    from lmct.study.campaign import TRUTH

    if directory.is_dir() and any(directory.iterdir()) and not (directory / TRUTH).is_file():
        raise DataError(
            f"{directory} holds files that are no demo. Expected a new, an empty or an earlier demo folder."
            " Name another folder."
        )


def _found(result: StudyResult) -> tuple[Finding, ...]:
    """Return the conclusions, and the mean over cells of every quantity that no analysis concluded on."""
    from lmct.evidence import pool_by_sample

    concluded = {(finding.quantity, finding.sample) for finding in result.conclusions}
    single = [finding for measurement in result.measurements for finding in measurement.findings]
    open_ones = [finding for finding in single if (finding.quantity, finding.sample) not in concluded]
    return (*result.conclusions, *pool_by_sample(open_ones))


def _show(comparison: Sequence[Comparison]) -> None:
    from lmct.report.table import comparison_cells

    columns = ("quantity", "sample", "truth", "found", "deviation [σ]")
    write_table(columns, [comparison_cells(row) for row in comparison])
    inside = sum(row.inside_68 for row in comparison), sum(row.inside_95 for row in comparison)
    intervals = f"{inside[0]} inside the 68 % interval, {inside[1]} inside the 95 % interval"
    typer.echo(f"of {len(comparison)} truths {intervals}")
