"""Findings of all techniques side by side: selected, pooled, compared with a known truth."""

from lmct.evidence.collection import Pooled, pool, select
from lmct.evidence.comparison import Comparison, Truth, compare, read_truths

__all__ = ["Comparison", "Pooled", "Truth", "compare", "pool", "read_truths", "select"]
