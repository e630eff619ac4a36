"""Findings of all techniques side by side: selected, pooled, compared with a known truth."""

from lmct.evidence.collection import Pooled, pool, pool_by_sample, select
from lmct.evidence.comparison import Comparison, Truth, compare, read_truths

__all__ = ["Comparison", "Pooled", "Truth", "compare", "pool", "pool_by_sample", "read_truths", "select"]
