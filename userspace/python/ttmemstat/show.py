# SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
"""Show values as tables in notebooks, and convert them to pandas if it is installed."""
from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any, Generic, Tuple, TypeVar

T = TypeVar("T")
Row = Mapping[str, object]


def dataframe(rows: Iterable[Row]) -> Any:
    """A pandas.DataFrame; unknown values are missing ones."""
    try:
        import pandas  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        raise ImportError("to_dataframe() needs pandas: pip install pandas") from None
    return pandas.DataFrame([dict(row) for row in rows])


def table(rows: Iterable[Row]) -> str:
    """HTML: a row each, columns where some row has a value."""
    listed = [dict(row) for row in rows]
    columns = [name for name in dict.fromkeys(name for row in listed for name in row)
               if any(row.get(name) is not None for row in listed)]
    head = "".join(f"<th>{html.escape(name)}</th>" for name in columns)
    body = "".join("<tr>" + "".join(_cell(row.get(name)) for name in columns) + "</tr>"
                   for row in listed)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    if value is None:
        return "<td></td>"
    if isinstance(value, int) and not isinstance(value, bool):
        return f'<td style="text-align: right">{value:,}</td>'
    return f"<td>{html.escape(str(value))}</td>"


class Listing(Tuple[T, ...], Generic[T]):
    """A tuple of things that have rows."""

    def rows(self) -> Iterable[Row]:
        for item in self:
            yield from item.rows()  # type: ignore[attr-defined]

    def to_dataframe(self) -> Any:
        """A pandas.DataFrame with a row for each."""
        return dataframe(self.rows())

    def _repr_html_(self) -> str:
        return table(self.rows())


class Shown:
    """One thing that has rows."""

    def rows(self) -> Iterable[Row]:
        raise NotImplementedError

    def to_dataframe(self) -> Any:
        """A pandas.DataFrame of it."""
        return dataframe(self.rows())

    def _repr_html_(self) -> str:
        return table(self.rows())
