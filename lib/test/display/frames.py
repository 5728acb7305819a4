"""A data frame of every dtype that Python's polars (1.x) writes into Parquet, for lib/test/display/any-cell.test.ts.

    frames.py    writes fixtures/dtypes.parquet
"""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl

frame = pl.DataFrame(
    {
        "enum": pl.Series(["x", None], dtype=pl.Enum(["x", "y"])),
        "categorical": pl.Series(["x", None], dtype=pl.Categorical),
        "binary": [b"ab\xff", None],
        "decimal": [Decimal("1.25"), None],
        "time": [dt.time(1, 2), None],
        "duration": [dt.timedelta(seconds=5), None],
        "date": [dt.date(2020, 1, 1), None],
        "datetime": [dt.datetime(2020, 1, 1, 1), None],
        "struct": [{"a": 1}, None],
        "list": [[1, 2], None],
        "array": pl.Series([[1, 2], None], dtype=pl.Array(pl.Int64, 2)),
        "int64": [2**53 + 1, None],
        "uint64": pl.Series([2**64 - 1, None], dtype=pl.UInt64),
        "int128": pl.Series([2**100, None], dtype=pl.Int128),
        "null": pl.Series([None, None], dtype=pl.Null),
        "bool": [True, None],
        "nested": [[{"a": [1]}], None],
        "float32": pl.Series([0.5, None], dtype=pl.Float32),
        "bytes": [[b"a"], None],
    }
)
path = Path(__file__).resolve().parent / "fixtures/dtypes.parquet"
path.parent.mkdir(exist_ok=True)
frame.write_parquet(path)
