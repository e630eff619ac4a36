"""Named public data sets: a local mirror first, the public address otherwise, always checked by SHA-256."""

from lmct.datasets.registry import Dataset, address, licence, names, path

__all__ = ["Dataset", "address", "licence", "names", "path"]
