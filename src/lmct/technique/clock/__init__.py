"""Measurements joined with a cycler by clock; shared by all techniques that watch a cell while it works."""
