"""One reproducible account of ligand-to-metal charge transfer in Li-rich battery electrodes."""

__version__ = "0.1.0"
