"""Instrument files: one folder per kind of instrument, one file per format, found by content."""
