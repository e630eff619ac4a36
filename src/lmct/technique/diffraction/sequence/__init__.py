"""Sequences of scans: the warm chain in both directions, its checkpoint, outliers, data set."""
