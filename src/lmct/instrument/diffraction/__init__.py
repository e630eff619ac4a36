"""Powder patterns of every brand: found by content, read, cross-checked; sequences of scans; writers."""
