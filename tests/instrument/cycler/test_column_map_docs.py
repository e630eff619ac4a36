from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from lmct.instrument.cycler.column_map import KEYS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "add-an-instrument.md"
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_in_the_docs_are_toml_with_known_keys(example):
    columns = tomllib.loads(example)["columns"]
    assert set(columns) <= set(KEYS)
    assert all(set(curve) <= set(KEYS) for curve in columns.get("curves", []))


def test_every_key_is_documented():
    text = PAGE.read_text(encoding="utf-8")
    assert len(EXAMPLES) == 5
    for key in KEYS:
        assert f"`{key}`" in text or (key.endswith("_unit") and "`<column>_unit`" in text), key
