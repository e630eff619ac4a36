"""Techniques: each simulates what its instrument would record and analyses what it did record."""
