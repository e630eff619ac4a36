"""Gas evolution (OEMS): O2 and CO2 from ion currents behind a cell, with what limits them."""
