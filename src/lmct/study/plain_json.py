"""Results as JSON files."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lmct.study.atomic import write_text


def write_document(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON document so that a crash leaves the old or the new one.

    Parameters
    ----------
    path
        The file.
    content
        Plain JSON types; numbers that JSON cannot hold become null.
    """
    write_text(path, json.dumps(finite(content), indent=1, ensure_ascii=False) + "\n")


def finite(value: Any) -> Any:  # noqa: ANN401 - any JSON document
    """Return a document with None for numbers that JSON cannot hold.

    Examples
    --------
    >>> finite({"a": [1.0, float("nan")]})
    {'a': [1.0, None]}
    """
    if isinstance(value, Mapping):
        return {name: finite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
