"""Fit, comparison and plan of a small virtual study, from files to pages."""

import json
from dataclasses import replace

import numpy as np
import pytest

from lmct.cli import main
from lmct.evidence.observed.curves import Curves
from lmct.evidence.plan.candidate import CandidateGrid
from lmct.evidence.plan.target import MECHANISMS
from lmct.protocol.titration import Portion
from lmct.quantity.errors import DataError, OutOfRange, UnknownName
from lmct.report.compare_page import write_compare_report
from lmct.report.fit_page import lead_of_fit, write_fit_report
from lmct.report.plan_page import write_plan_report
from lmct.study import run_study
from lmct.study.campaign import CampaignPlan, write_campaign
from lmct.study.compare_run import compare_in_study
from lmct.study.fit_problem import fit_entry, likelihood_of_study, mechanism_of_study
from lmct.study.fit_run import fit_study
from lmct.study.plan_run import plan_for_study

HEATED = tuple(Portion(hold_temperature=413.15, hold_time=time) for time in (90.0, 14400.0))
FIT = """
[fit]
unknowns = ["metal_potential", "oxygen_potential", "attempt_frequency"]
"""
TRUTH = {"metal_potential": 3.5371, "oxygen_potential": 3.4634, "attempt_frequency": 1.2379e7}


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """Return a study of a few cells that was run."""
    folder = tmp_path_factory.mktemp("study")
    write_campaign(folder, 4, plan=CampaignPlan(portions=(Portion(), *HEATED), cells=(2, 2)))
    with (folder / "study.toml").open("a") as file:
        file.write(FIT)
    return run_study(folder)


@pytest.fixture(scope="module")
def fitted(measured):
    return fit_study(measured, effort="quick")


def test_a_fit_finds_what_was_put_in(fitted):
    for name, truth in TRUTH.items():
        low, high = fitted.posterior.interval(name, 0.999)
        assert low < truth < high
    assert fitted.posterior.value("attempt_frequency").uncertainty < 0.3 * TRUTH["attempt_frequency"]


def test_a_fit_is_written_as_numbers_samples_and_a_page(fitted):
    document = json.loads((fitted.folder / "fit.json").read_text())
    assert document["mechanism"] == "metal-potential"
    assert document["measured_values"] == fitted.likelihood.campaign.points == 22
    assert {finding["quantity"] for finding in document["findings"]} > set(TRUTH)
    samples = (fitted.folder / "samples.csv").read_text().splitlines()
    assert samples[0].startswith("metal_potential,oxygen_potential,attempt_frequency")
    assert len(samples) == 2 + len(fitted.posterior.samples)
    page = write_fit_report(fitted).read_text()
    assert "LMCT half life" in page
    assert lead_of_fit(fitted)[:15] in page
    doubtful = replace(fitted.posterior, messages=("not to be trusted: particles hardly moved",))
    said = lead_of_fit(replace(fitted, posterior=doubtful))
    assert said.startswith("No result yet: the samples are not to be trusted")
    assert "data:image/svg+xml" in page


def _not_again(*arguments, **settings):
    raise AssertionError("what the errors are taken at is searched again")


def test_a_fit_goes_on_from_its_checkpoint(measured, fitted, monkeypatch):
    monkeypatch.setattr("lmct.study.fit_errors.maximum_of", _not_again)
    again = fit_study(measured, effort="quick")
    assert (again.posterior.samples == fitted.posterior.samples).all()
    assert len(list(fitted.folder.glob("checkpoint-*.npz"))) == 1


def test_errors_relative_to_capacities_are_those_of_the_most_probable_values(measured, fitted):
    (kept,) = fitted.folder.glob("most-probable-*.json")
    shown = fitted.likelihood.predictions(json.loads(kept.read_text()))
    before = likelihood_of_study(measured)[0].campaign.observations
    for one, then, values in zip(fitted.likelihood.campaign.observations, before, shown, strict=True):
        if one.relative:
            share = then.loadings["mass"] / then.values
            assert one.loadings["mass"] == pytest.approx(share * values)
            assert one.loadings["mass"] != pytest.approx(then.loadings["mass"], rel=1e-6)


@pytest.mark.parametrize("kind", ["voltage", "differential_capacity"])
def test_whole_curves_are_compared_when_the_study_asks_for_them(measured, kind):
    entry = replace(fit_entry(measured.study), curves=Curves(kind=kind, points=20))
    asked = replace(measured, study=replace(measured.study, fit=entry))
    likelihood, messages = likelihood_of_study(asked)
    observables = {one.observable for one in likelihood.campaign.observations}
    assert not any("plateau" in one for one in observables)
    assert len([one for one in likelihood.campaign.observations if len(one.values) == 20]) == 10
    assert messages == ()
    residuals = likelihood.whitened_residuals(TRUTH)
    assert np.mean(residuals**2) < 1.5
    assert max(likelihood.outlier_probabilities(TRUTH).values()) < 0.1
    wrong = likelihood.whitened_residuals({**TRUTH, "oxygen_potential": TRUTH["oxygen_potential"] + 0.02})
    assert np.sum(wrong**2) > np.sum(residuals**2) + 9.0


def test_a_plan_ranks_candidates(measured, fitted):
    grid = CandidateGrid(techniques=("titration",), temperatures=(413.15,), hold_times=(600.0, 86400.0))
    found = plan_for_study(measured, target="attempt_frequency", grid=grid, effort="quick")
    assert len(found.plan.ratings) == 4
    assert json.loads((found.folder / "plan.json").read_text())["target"] == "attempt_frequency"
    assert "Candidates" in write_plan_report(found).read_text()


def test_a_plan_for_mechanisms_needs_two_of_them(measured):
    with pytest.raises(OutOfRange, match="two or more"):
        plan_for_study(measured, target=MECHANISMS)
    with pytest.raises(OutOfRange, match="at most one"):
        plan_for_study(measured, mechanisms=("marcus", "no-lmct"))


def test_mechanisms_are_compared_on_the_same_data(measured):
    found = compare_in_study(measured, mechanisms=("metal-potential", "constant-barrier"), effort="quick")
    assert found.comparison.ranked[0].name == "metal-potential"
    document = json.loads((found.folder / "compare.json").read_text())
    assert set(document["probabilities"]) == {"metal-potential", "constant-barrier"}
    assert found.comparison.verdict in write_compare_report(found).read_text().replace("&#39;", "'")


def test_names_that_do_not_exist_are_told(measured):
    with pytest.raises(UnknownName, match="no-lmct"):
        mechanism_of_study(measured.study, "no lmct")
    assert fit_entry(measured.study).unknowns == tuple(TRUTH)
    assert likelihood_of_study(measured, "marcus")[0].mechanism.name == "marcus"


def test_a_study_of_files_without_history_says_what_is_missing(tmp_path, capsys):
    write_campaign(tmp_path, 4, plan=CampaignPlan(portions=(Portion(),), cells=(1, 1)))
    text = (tmp_path / "study.toml").read_text()
    (tmp_path / "study.toml").write_text(text + '\n[fit]\nleave_out = ["*"]\n')
    with pytest.raises(DataError, match="nothing that was measured"):
        fit_study(run_study(tmp_path))


def test_the_command_fits_and_says_what_stays_open(measured, fitted, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["fit", str(measured.study.folder), "--effort", "quick", "--executor", "serial", "--json"])
    assert stop.value.code == 0
    document = json.loads(capsys.readouterr().out)
    assert document["report"].endswith("fit.html")
    assert document["best"]["metal_potential"] == fitted.posterior.best["metal_potential"]


@pytest.mark.parametrize("command", ["fit", "compare", "plan"])
def test_an_effort_that_does_not_exist_is_refused(measured, command, capsys):
    with pytest.raises(SystemExit) as stop:
        main([command, str(measured.study.folder), "--effort", "hard", "--executor", "serial"])
    assert stop.value.code == 2
    assert "thorough" in capsys.readouterr().err
