import json

from hypothesis import given
from hypothesis import strategies as st

from lmct.quantity import Finding, Value

text = st.text(max_size=20)


@given(text, st.floats(allow_nan=False, allow_infinity=False), text, text, text, text, text, text)
def test_json_gives_the_same_finding_again(quantity, value, sample, technique, condition, file, digest, note):
    finding = Finding(quantity, Value(value, 0.1, "V", 3.0), sample, technique, condition, file, digest, note)
    assert Finding.from_json(json.loads(json.dumps(finding.to_json()))) == finding


def test_json_is_flat_and_has_the_promised_keys():
    written = Finding("equilibrium_potential", Value(3.74, 0.02, "V")).to_json()
    promised = {"quantity", "value", "uncertainty", "unit", "sample", "technique", "condition"}
    promised |= {"source_file", "source_sha256"}
    assert promised <= set(written)
    assert all(not isinstance(entry, dict | list) for entry in written.values())


def test_missing_texts_are_empty():
    assert Finding.from_json({"quantity": "a", "value": 1.0, "uncertainty": 0.1}).sample == ""
