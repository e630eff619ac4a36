import json

import pytest

from lmct.cli import main
from lmct.protocol import Portion
from lmct.study import campaign

ZERO_CELSIUS = 273.15


def run_demo(capsys, *words):
    with pytest.raises(SystemExit) as stop:
        main(["demo", *map(str, words), "--json"])
    return stop.value.code, json.loads(capsys.readouterr().out)


@pytest.fixture
def small_campaign(monkeypatch):
    """Make the demo a campaign of a few cells."""
    portions = (
        Portion(),
        *(Portion(hold_temperature=120 + ZERO_CELSIUS, hold_time=t) for t in (90.0, 3600.0, 14400.0)),
    )
    plan = campaign.CampaignPlan(portions=portions, cells=(3, 3))
    whole = campaign.write_campaign
    monkeypatch.setattr(campaign, "write_campaign", lambda directory, seed: whole(directory, seed, plan=plan))


def test_demo_recovers_the_truth(small_campaign, capsys, tmp_path):
    folder = tmp_path / "demo"
    code, document = run_demo(capsys, folder, "--seed", 3, "--processes", 1, "--no-account")
    assert code == 0
    assert set(document) == {"report", "pages", "study", "comparison"}
    assert document["pages"] == [document["report"]]
    assert document["study"] == str(folder / "study.toml")
    assert "Found against the truth" in (folder / "results" / "report.html").read_text()
    rows = {(row["quantity"], row["sample"]): row for row in document["comparison"]}
    assert all(row["value"] is not None for row in rows.values())
    assert sum(row["inside_95"] for row in rows.values()) >= 0.6 * len(rows)
    potential = rows["equilibrium_potential", ""]
    assert potential["unit"] == "V"
    assert abs(potential["sigmas"]) < 5
    assert potential["uncertainty"] < 0.1


def test_another_seed_gives_another_campaign(small_campaign, capsys, tmp_path):
    folder = tmp_path / "demo"
    first, second = (
        run_demo(capsys, folder, "--seed", seed, "--processes", 1, "--no-account")[1] for seed in (1, 2)
    )
    values = [[row["value"] for row in document["comparison"]] for document in (first, second)]
    truths = [[row["truth"] for row in document["comparison"]] for document in (first, second)]
    assert truths[0] == truths[1]
    assert values[0] != values[1]


@pytest.mark.slow
def test_the_account_closes_the_ledger_and_fits_the_electrode(small_campaign, capsys, tmp_path):
    code, document = run_demo(capsys, tmp_path / "demo", "--seed", 3, "--processes", 1)
    assert code == 0
    assert [page.rsplit("/", 1)[1] for page in document["pages"]] == [
        "report.html",
        "ledger.html",
        "fit.html",
    ]
    rows = {(row["quantity"], row["sample"]): row for row in document["comparison"]}
    energy = rows["reorganization_energy", campaign.NAME]
    assert abs(energy["sigmas"]) < 4.0
    assert energy["uncertainty"] < 0.2
    share = rows["lmct_dissipation_share", campaign.NAME]
    assert abs(share["sigmas"]) < 4.0


@pytest.mark.slow
def test_the_whole_demo_finds_its_truth(capsys, tmp_path):
    code, document = run_demo(capsys, tmp_path / "demo")
    assert code == 0
    rows = document["comparison"]
    assert all(row["value"] is not None for row in rows)
    assert sum(row["inside_95"] for row in rows) >= 0.9 * len(rows)
    assert sum(row["inside_68"] for row in rows) >= 0.5 * len(rows)
