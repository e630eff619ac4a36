import pytest

from lmct.quantity.errors import DamagedFile, DataError, OutOfRange, UnitMismatch, UnknownName
from lmct.study import read_study
from lmct.study.template import write_template

HEAD = '[study]\nname = "Test"\n'
SAMPLE = '[[sample]]\nname = "a"\n'
MEASUREMENT = '[[measurement]]\nsample = "a"\nfiles = ["*.mpt"]\n'


def read(tmp_path, text):
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return read_study(path)


def test_everything_in_internal_units(tmp_path):
    study = read(
        tmp_path,
        HEAD
        + 'material = "li-ti-ni-o"\nx = 0.4\nroots = ["../raw"]\n'
        + '[[sample]]\nname = "a"\n'
        + 'history = ["Charge at 20 mA/g until 200 mAh/g", "Heat at 120 degC for 4 hours"]\n'
        + '[[sample]]\nname = "b"\nin_cycling = true\ncondition = {hold_time = "1 h"}\n'
        + MEASUREMENT
        + 'active_mass = "7.02 mg"\nactive_masses = {"x.mpt" = "6 mg"}\n'
        + 'condition = {hold_temperature = "25 degC"}\n'
        + '[[analysis]]\nkind = "titration"\nsamples = ["b*"]\n',
    )
    assert (study.name, study.material, study.x) == ("Test", "li-ti-ni-o", 0.4)
    assert study.roots == (tmp_path.parent / "raw",)
    assert study.sample("a").condition == {
        "hold_temperature": 393.15,
        "hold_time": 14400.0,
        "charge_capacity": 200.0,
    }
    assert study.sample("b").condition == {"in_cycling": 1.0, "hold_time": 3600.0}
    (entry,) = study.measurements
    assert entry.active_mass == pytest.approx(0.00702)
    assert entry.active_masses == {"x.mpt": pytest.approx(0.006)}
    assert entry.condition == {"hold_temperature": 298.15}
    assert entry.technique == "electrochemistry"
    assert study.analyses[0].samples == ("b",)
    assert (study.folder, study.results) == (tmp_path, tmp_path / "results")


def test_folder_and_byte_order_mark(tmp_path):
    (tmp_path / "study.toml").write_bytes(b"\xef\xbb\xbf" + (HEAD + SAMPLE + MEASUREMENT).encode())
    assert read_study(tmp_path).name == "Test"


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("[study]\nname = \n", DamagedFile, "not valid TOML.*line 2"),
        ("[study]\nname = 'é".encode("latin-1"), DamagedFile, "not valid TOML"),
        ("", DataError, r"\[study\] in study.toml is None. Expected a table"),
        (HEAD, DataError, r"no \[\[measurement\]\]"),
        ("[study]\n" + SAMPLE + MEASUREMENT, DataError, "has no 'name'"),
        ('[study]\nname = " "\n' + SAMPLE + MEASUREMENT, DataError, "Expected a text in quotes"),
        (HEAD + "materials = 'x'\n" + SAMPLE + MEASUREMENT, UnknownName, "Did you mean 'material'"),
        (HEAD + "material = 'li-ti-mi-o'\n" + SAMPLE + MEASUREMENT, UnknownName, "Did you mean 'li-ti-ni-o'"),
        (HEAD + "material = 'li-ti-ni-o'\nx = 2\n" + SAMPLE + MEASUREMENT, OutOfRange, "x"),
        (HEAD + "x = 'half'\n" + SAMPLE + MEASUREMENT, DataError, "Expected a number without quotes"),
        (
            HEAD + "[[samples]]\n" + MEASUREMENT,
            UnknownName,
            "key of study.toml is called 'samples'. Did you mean",
        ),
        (
            HEAD + "[sample]\nname = 'a'\n" + MEASUREMENT,
            DataError,
            r"Expected \[\[sample\]\] with two brackets",
        ),
        (HEAD + SAMPLE + SAMPLE + MEASUREMENT, DataError, "more than one sample .* 'a'"),
        (HEAD + SAMPLE + "in_cycling = 1\n" + MEASUREMENT, DataError, "Expected true or false"),
        (
            HEAD + SAMPLE + "history = ['Haet at 5 degC']\n" + MEASUREMENT,
            DataError,
            "history of sample 1.*Haet",
        ),
        (
            HEAD + SAMPLE + "condition = {hold_tmie = 1}\n" + MEASUREMENT,
            UnknownName,
            "Did you mean 'hold_time'",
        ),
        (
            HEAD + SAMPLE + "condition = {hold_time = '1 V'}\n" + MEASUREMENT,
            UnitMismatch,
            "sample 1.*hold_time",
        ),
        (
            HEAD + SAMPLE + "condition = {hold_time = true}\n" + MEASUREMENT,
            DataError,
            "Expected a text such as",
        ),
        (
            HEAD + SAMPLE + MEASUREMENT.replace("'a'", "'b'").replace('"a"', '"b"'),
            UnknownName,
            "measurement 1",
        ),
        (HEAD + SAMPLE + MEASUREMENT + "dataset = 'x'\n", DataError, "either files"),
        (HEAD + SAMPLE + "[[measurement]]\nsample = 'a'\n", DataError, "either files"),
        (HEAD + SAMPLE + MEASUREMENT.replace('["*.mpt"]', "[1]"), DataError, "list of texts"),
        (HEAD + SAMPLE + MEASUREMENT + "active_mass = 7\n", DataError, 'such as "20 g"'),
        (HEAD + SAMPLE + MEASUREMENT + "active_mass = '7 mV'\n", UnitMismatch, "measurement 1.*active_mass"),
        (HEAD + SAMPLE + MEASUREMENT + "active_mass = '0 mg'\n", DataError, "positive mass"),
        (HEAD + SAMPLE + MEASUREMENT + "active_masses = {a = 7}\n", DataError, "such as .20 g"),
        (HEAD + SAMPLE + MEASUREMENT + "active_masses = {a = '7 V'}\n", UnitMismatch, "active_masses, a"),
        (HEAD + SAMPLE + MEASUREMENT + "options = 3\n", DataError, "Expected a table"),
        (
            HEAD + SAMPLE + MEASUREMENT + "technique = 'xrd'\n",
            UnknownName,
            "technique .asked for by measurement 1",
        ),
        (
            HEAD + SAMPLE + MEASUREMENT + "column = {}\n",
            UnknownName,
            "measurement 1 in study.toml.*'columns'",
        ),
        (HEAD + SAMPLE + MEASUREMENT + "[[analysis]]\nkind = 'tiration'\n", UnknownName, "'titration'"),
        (
            HEAD + SAMPLE + MEASUREMENT + "[[analysis]]\nkind = 'titration'\nsamples = ['b*']\n",
            UnknownName,
            "b",
        ),
        (HEAD + SAMPLE + MEASUREMENT + "[[analysis]]\nkind = 'titration'\n" * 2, DataError, "Add name"),
    ],
)
def test_what_is_wrong_and_where(tmp_path, text, error, words):
    path = tmp_path / "study.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(error, match=words):
        read_study(path)


def test_missing_and_far_too_large(tmp_path):
    with pytest.raises(DataError, match="lmct new"):
        read_study(tmp_path)
    with (tmp_path / "study.toml").open("wb") as file:
        file.truncate(2_000_000_000)
    with pytest.raises(DamagedFile, match="larger than 10 MB"):
        read_study(tmp_path)


def test_two_analyses_of_one_kind_need_names(tmp_path):
    twice = "".join(
        f"[[analysis]]\nkind = 'titration'\nname = '{name}'\n" for name in ("time", "temperature")
    )
    study = read(tmp_path, HEAD + SAMPLE + MEASUREMENT + twice)
    assert [analysis.name for analysis in study.analyses] == ["time", "temperature"]


def test_two_heatings(tmp_path):
    steps = "history = ['Heat at 120 degC for 1 hour', 'Heat at {} degC for 2 hours']\n"
    study = read(tmp_path, HEAD + SAMPLE + steps.format(120) + MEASUREMENT)
    assert study.sample("a").condition == {"hold_temperature": 393.15, "hold_time": 10800.0}
    with pytest.raises(DataError, match=r"sample 1.*different temperatures"):
        read(tmp_path, HEAD + SAMPLE + steps.format(140) + MEASUREMENT)
    stated = "condition = {hold_temperature = '140 degC', hold_time = '2 h'}\n"
    study = read(tmp_path, HEAD + SAMPLE + steps.format(140) + stated + MEASUREMENT)
    assert study.sample("a").condition == {"hold_temperature": 413.15, "hold_time": 7200.0}


def test_template_is_a_valid_study(tmp_path):
    path = write_template(tmp_path / "new" / "study")
    study = read_study(path)
    assert [sample.name for sample in study.samples] == ["in cycling", "heated 140 degC 90 s"]
    assert study.samples[1].condition["hold_time"] == 90.0
    assert len(study.analyses) == 2
    assert (path.parent / "raw").is_dir()
    with pytest.raises(DataError, match="exists already"):
        write_template(path.parent)
    with pytest.raises(DataError, match="is a file"):
        write_template(path)
