"""The command line: ``lmct --help``."""

from lmct.cli.app import main

__all__ = ["main"]
