import pytest

from lmct.quantity import errors


def test_data_errors_are_value_errors_and_ours():
    for name in (
        "UnknownFormat",
        "DamagedFile",
        "MissingColumn",
        "OutOfRange",
        "UnitMismatch",
        "UnknownName",
    ):
        error = getattr(errors, name)
        assert issubclass(error, errors.DataError)
        assert issubclass(error, ValueError)
        assert issubclass(error, errors.LmctError)
    assert not issubclass(errors.NotConverged, ValueError)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("heet", " Did you mean 'heat'?"), ("xyzzy", "")],
)
def test_unknown_name_hints_only_at_near_names(name, hint):
    message = str(errors.unknown_name("step", name, ["rest", "heat"]))
    assert message == f"no step is called {name!r}.{hint} Known: heat, rest."
