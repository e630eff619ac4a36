"""Wrong words to the commands that run the electrode: one clear line, exit code 2, nothing written."""

import re

import pytest

from lmct.cli import main

STEPS = "Charge at 20 mA/g until 4.5 V; Discharge at 20 mA/g until 2 V"
VARY = ("--vary", "metal_rate=1e-6,2e-6")


@pytest.fixture
def refused(capsys, tmp_path, monkeypatch):
    """Return a function that runs a command which must be refused, and gives the message."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(SystemExit) as stop:
            main([str(word) for word in words])
        out, err = capsys.readouterr()
        assert (stop.value.code, out) == (2, "")
        assert err.startswith("error: ")
        assert err.count("\n") == 1
        assert sorted(tmp_path.rglob("*")) == before
        return err

    return run


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "'' is no file"),
        (" ; ", "is no file"),
        ("galvanic", "Did you mean 'galvanostatic'"),
        ("gas-evolutoin", "Did you mean 'gas-evolution'"),
        ("nowhere/steps.txt", "is no file"),
        (".", "is no file"),
        ("Dicharge at 20 mA/g until 2 V", "Did you mean 'Discharge'"),
        ("Charge at 20 mA/g", "needs a limit"),
        ("Charge at -20 mA/g until 4.8 V", "the current must be positive"),
        ("Charge at 0 mA/g until 4.8 V", "the current must be positive"),
        ("Charge at nan mA/g until 4.8 V", "'at nan mA/g' is not understood"),
        ("Charge at 1e30 mA/g until 4.8 V", "far outside its usual range"),
        ("Charge at 1e-30 mA/g until 4.8 V", "within ten years"),
        ("Charge at 20 mA/g until 9 V", "between 0 and 6 V"),
        ("Charge at 20 mA/g until 2 V", "already passed"),
        ("Discharge at 20 mA/g until 5 V", "already passed"),
        ("Charge at 20 mA/g until 1e9 mAh/g", "no lithium is left to move"),
        ("Charge at 20 mA/g until 0 mAh/g", "stop_capacity must be positive"),
        ("Charge at 20 mA/g for -1 h", "duration must be positive"),
        ("Rest for 1e300 h", "at most a thousand years"),
        ("Heat at 1e9 K for 1 h", "between 100 and 2000 K"),
        ("Hold at 4.8 V for 1 h", "Charge or discharge until 4.8 V first"),
        ("Sweep at 0 mV/s until 4 V", "sweep_rate must be positive"),
        ("Sweep at 1e9 V/s until 4 V", "far outside its usual range"),
    ],
)
def test_steps(refused, words, message):
    assert message in refused("simulate", words)
    assert message in refused("hysteresis", words)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("galvanic", "Did you mean 'galvanostatic'"),
        ("Charge at 20 mA/g", "needs a limit"),
        ("Charge at 20 mA/g until 2 V", "every parameter set failed: step 1: .* already passed"),
        ("Rest for 1e300 h", "every parameter set failed: step 1: .* a thousand years"),
    ],
)
def test_steps_of_a_sweep(refused, words, message):
    assert re.search(message, refused("sweep", words, *VARY))


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("", "is no assignment"),
        ("=1", "is no assignment"),
        ("metal_rate=", "is no number"),
        ("metal_rate=1,5", "is no number"),
        ("metal_rate=nan", "must be a finite number"),
        ("metal_rate=1e400", "must be a finite number"),
        ("metal_rate=-1", "must be positive"),
        ("metal_rate=1e300", "far outside its usual range"),
        ("metal_rat=1", "Did you mean 'metal_rate'"),
        ("molar_mass=-5", "must be positive"),
        ("lmct_law=marcuss", "Did you mean 'marcus'"),
        ("oxygen_law=marcos", "Did you mean 'marcus'"),
        ("oxygen_law=", "no law of the oxygen couple"),
        ("gas_amounts=a", "is no list of numbers"),
        ("gas_amounts=-1", "must be positive numbers"),
        ("gas_steps=1,2,3,4", "one number between each two"),
    ],
)
def test_settings(refused, word, message):
    assert message in refused("simulate", STEPS, "--set", word)
    assert message in refused("hysteresis", STEPS, "--set", word)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--x", "nan"], "x must lie between 0 and 1"),
        (["--x", "1"], "no metal that can be oxidised"),
        (["--x", "half"], "valid number"),
        (["--material", ""], "no material is called ''"),
        (["--material", "li-ti-mi-o"], "Did you mean 'li-ti-ni-o'"),
        (["--parameters", "none.toml"], "does not exist"),
        (["--parameters", "none.toml", "--x", "0.3"], "have nothing to say"),
        (["--parameters", "li-ti-ni-o-dierct"], "Did you mean 'li-ti-ni-o-direct'"),
        (["--parameters", ""], "does not end in .toml"),
        (["--shells", "0"], "shells must lie between 1 and 500"),
        (["--shells", "4"], "need a transport_time above zero"),
        (["--shells", "500", "--classes", "500", "--set", "transport_time=1e4"], "too many together"),
        (["--classes", "-1"], "classes must lie between 1 and 500"),
        (["--shels", "4"], "No such option"),
        (["another"], "unexpected extra argument"),
    ],
)
def test_the_choice_of_an_electrode(refused, words, message):
    assert message in refused("simulate", STEPS, *words)
    assert message in refused("hysteresis", STEPS, *words)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-o", "cell.csv"], "does not end in .mpt"),
        (["-o", "nowhere/cell.mpt"], "there is no folder nowhere"),
        (["-o", "cell.mpt", "--mass", "7"], "not a number with a unit"),
        (["-o", "cell.mpt", "--mass", "-7 mg"], "between 1e-09 and 1000 g"),
        (["-o", "cell.mpt", "--mass", "0 mg"], "between 1e-09 and 1000 g"),
        (["-o", "cell.mpt", "--mass", "7 V"], "cannot convert"),
        (["--gas", "gas.txt"], "does not end in .csv"),
        (["--gas", "nowhere/gas.csv"], "there is no folder nowhere"),
    ],
)
def test_the_output_of_a_simulation(refused, words, message):
    assert message in refused("simulate", STEPS, *words)


@pytest.mark.parametrize("folder", ["a_file", "a_file/below"])
def test_a_folder_of_figures_that_is_a_file(refused, tmp_path, folder):
    (tmp_path / "a_file").write_text("precious")
    assert "a_file is a file" in refused("hysteresis", STEPS, "-o", folder)


@pytest.mark.parametrize("cycle", ["0", "-1", "99"])
def test_a_cycle_that_the_run_does_not_have(refused, cycle):
    assert "the run has 1 cycle(s)" in refused("hysteresis", STEPS, "--cycle", cycle)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "nothing to vary"),
        (["--vary", "metal_rate=1:2"], "has no number of points"),
        (["--vary", "metal_rate=1:2:-3"], "from 2 to 100000 points"),
        (["--vary", "metal_rate=2:1:3"], "is empty"),
        (["--vary", "metal_rate=0:1:3:log"], "positive ends"),
        (["--vary", "metal_rate=nan,1"], "must be finite"),
        (["--vary", "metal_rate=1:2:1000", "--vary", "oxygen_rate=1:2:1000"], "Vary less"),
        (["--vary", "gas_amounts=0.1,0.2"], "cannot be varied"),
        ([*VARY, *VARY], "varied twice"),
        ([*VARY, "--set", "metal_rate=1"], "both set and varied"),
        ([*VARY, "--set", "gas_amounts=0.1"], "every parameter set failed: gas_steps needs"),
        ([*VARY, "--x", "2"], "x must lie between 0 and 1"),
        ([*VARY, "--set", "x=nan"], "x must"),
        ([*VARY, "--method", "latin"], "way to draw a sample"),
        (["--vary", "metal_rate=1:2", "--sample", "-1"], "from 1 to 100000 parameter sets"),
        (["--sets", "none.csv"], "No such file"),
        ([*VARY, "--jobs", "99999999"], "at most 1000 worker processes"),
        ([*VARY, "--executor", "threads"], "no executor is called 'threads'"),
        ([*VARY, "-o", "table.txt"], "does not end in .csv"),
    ],
)
def test_sweeps(refused, words, message):
    assert message in refused("sweep", STEPS, *words)
