"""How much is left of what reacts by itself: rate laws in time and temperature, and their fits."""
