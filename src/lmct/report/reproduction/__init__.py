"""The paper's electrochemical figures from the simulated electrode, beside what the paper says."""
