"""Whole-pattern fits of cubic crystals: the fast path of sequences."""
