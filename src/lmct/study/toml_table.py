"""A table of a TOML file whose keys and types are checked, with errors that name the place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from lmct.quantity.errors import DataError, UnitMismatch, unknown_name
from lmct.quantity.units import parse


class Table:
    """One table of a study file.

    Parameters
    ----------
    content
        What the TOML parser gave.
    place
        Where the table stands, for messages, for example ``"measurement 3 in study.toml"``.
    keys
        The keys it may have.

    Raises
    ------
    DataError
        It is not a table.
    UnknownName
        It has another key.
    """

    def __init__(self, content: object, place: str, keys: Collection[str]) -> None:
        if not isinstance(content, dict):
            raise DataError(
                f"{place} is {content!r}. Expected a table with the keys {', '.join(sorted(keys))}."
            )
        self._content: dict[str, Any] = content
        self.place = place
        for key in content:
            if key not in keys:
                raise unknown_name(f"key of {place}", key, keys)

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without a default the key must be there and not be blank."""
        value = self._content.get(key, default)
        if value is None:
            raise DataError(f'{self.place} has no {key!r}. Add a line such as {key} = "...".')
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self._wrong(key, "a text in quotes")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; one text alone counts as a list of one."""
        value = self._content.get(key, [])
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(item, str) and item.strip() for item in values):
            raise self._wrong(key, 'a list of texts such as ["a", "b"]')
        return tuple(values)

    def number(self, key: str) -> float | None:
        """Return a number, None when the key is absent."""
        value = self._content.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(key, "a number without quotes")
        return float(value)

    def flag(self, key: str) -> bool:
        """Return true or false; false when the key is absent."""
        value = self._content.get(key, False)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def table(self, key: str) -> Mapping[str, Any]:
        """Return a table whose keys somebody else checks; empty when the key is absent."""
        value = self._content.get(key, {})
        if not isinstance(value, dict):
            raise self._wrong(key, "a table such as {name = value}")
        return value

    def quantity(self, key: str, unit: str) -> float | None:
        """Return a text with a unit as a number in ``unit``; None when the key is absent."""
        if key not in self._content:
            return None
        return self._parsed(self._content[key], unit, key)

    def quantities(self, key: str, unit: str) -> dict[str, float]:
        """Return a table of texts with a unit as numbers in ``unit``; empty when the key is absent."""
        return {name: self._parsed(value, unit, f"{key}, {name}") for name, value in self.table(key).items()}

    def _parsed(self, value: object, unit: str, key: str) -> float:
        if not isinstance(value, str):
            raise DataError(
                f'{self.place}, {key} is {value!r}. Expected a text with its unit such as "20 {unit}".'
            )
        try:
            return parse(value, unit)
        except UnitMismatch as error:
            raise UnitMismatch(f"{self.place}, {key}: {error}") from error

    def _wrong(self, key: str, expected: str) -> DataError:
        return DataError(f"{self.place} has {key} = {self._content[key]!r}. Expected {expected}.")
