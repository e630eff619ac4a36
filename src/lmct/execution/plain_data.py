"""Results as JSON and back without loss: dataclasses, arrays, tuples, numbers that are not finite."""

from __future__ import annotations

import base64
import dataclasses
import enum
import importlib
import math
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from lmct.quantity.errors import DamagedFile, DataError

_ARRAY, _TUPLE, _NUMBER, _DATACLASS, _ENUM = "$array", "$tuple", "$number", "$dataclass", "$enum"
_MARKS = (_ARRAY, _TUPLE, _NUMBER, _DATACLASS, _ENUM)


def plain_from_value(value: object) -> Any:  # noqa: ANN401
    """Return a value as what JSON can hold.

    Parameters
    ----------
    value
        None, truth values, numbers, text, arrays of numbers, members of enumerations, dataclasses; lists,
        tuples and mappings (with texts as keys) of these.

    Returns
    -------
    :
        Lists, dictionaries, texts and finite numbers.

    Raises
    ------
    DataError
        The value holds something else.

    Examples
    --------
    >>> plain_from_value((1.5, float("nan")))
    {'$tuple': [1.5, {'$number': 'nan'}]}
    """
    if isinstance(value, enum.Enum):
        return {_ENUM: _name_of_type(value), "value": plain_from_value(value.value)}
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        return value if math.isfinite(value) else {_NUMBER: repr(value)}
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "biufcUSM":
        return _plain_from_array(value)
    if isinstance(value, tuple):
        return {_TUPLE: [plain_from_value(one) for one in value]}
    if isinstance(value, list):
        return [plain_from_value(one) for one in value]
    if isinstance(value, Mapping) and all(isinstance(name, str) and name not in _MARKS for name in value):
        return {name: plain_from_value(one) for name, one in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kept = {one.name: getattr(value, one.name) for one in dataclasses.fields(value) if one.init}
        return {_DATACLASS: _name_of_type(value), "fields": plain_from_value(kept)}
    raise DataError(
        f"a {type(value).__name__} cannot be kept in a checkpoint. Expected numbers, texts, arrays,"
        " dataclasses, and lists, tuples or mappings of them. Return one of these."
    )


def value_from_plain(plain: object, *, packages: Collection[str]) -> Any:  # noqa: ANN401
    """Return the value that :func:`plain_from_value` made plain.

    Parameters
    ----------
    plain
        Lists, dictionaries, texts and numbers.
    packages
        Top-level packages whose dataclasses and enumerations may be made; no other module is imported.

    Returns
    -------
    :
        The value, equal to the original to the last bit.

    Raises
    ------
    DamagedFile
        Something names a type that does not exist or is not among the packages.

    Examples
    --------
    >>> value_from_plain({"$tuple": [1.5, {"$number": "inf"}]}, packages=())
    (1.5, inf)
    """
    if isinstance(plain, list):
        return [value_from_plain(one, packages=packages) for one in plain]
    if not isinstance(plain, dict):
        return plain
    if _NUMBER in plain:
        return float(plain[_NUMBER])
    if _TUPLE in plain:
        return tuple(value_from_plain(one, packages=packages) for one in plain[_TUPLE])
    if _ARRAY in plain:
        return _array_from_plain(plain)
    if _ENUM in plain:
        return _type_by_name(plain[_ENUM], packages)(value_from_plain(plain["value"], packages=packages))
    if _DATACLASS in plain:
        kept = value_from_plain(plain["fields"], packages=packages)
        return _type_by_name(plain[_DATACLASS], packages)(**kept)
    return {name: value_from_plain(one, packages=packages) for name, one in plain.items()}


def _plain_from_array(value: np.ndarray | np.generic) -> dict[str, Any]:
    array = np.asarray(value)
    content = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")
    plain: dict[str, Any] = {_ARRAY: content, "dtype": array.dtype.str, "shape": list(array.shape)}
    return plain if isinstance(value, np.ndarray) else plain | {"scalar": True}


def _array_from_plain(plain: Mapping[str, Any]) -> Any:  # noqa: ANN401
    content = base64.b64decode(plain[_ARRAY])
    array = np.frombuffer(content, dtype=np.dtype(plain["dtype"])).reshape(plain["shape"]).copy()
    return array[()] if plain.get("scalar") else array


def _name_of_type(value: object) -> str:
    return f"{type(value).__module__}:{type(value).__qualname__}"


def _type_by_name(name: str, packages: Collection[str]) -> Any:  # noqa: ANN401
    """Return a dataclass or an enumeration of one of the packages."""
    module, _, words = name.partition(":")
    if module.split(".")[0] in packages:
        try:
            found: Any = importlib.import_module(module)
            for word in words.split("."):
                found = getattr(found, word)
        except (ImportError, AttributeError):
            found = None
        if isinstance(found, type) and (dataclasses.is_dataclass(found) or issubclass(found, enum.Enum)):
            return found
    raise DamagedFile(
        f"a checkpoint holds a {name}, which does not exist here. Expected a dataclass or an enumeration of"
        f" {', '.join(sorted(packages)) or 'no package'}. Remove the checkpoint to begin anew."
    )
