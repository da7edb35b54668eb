"""A draft over the recorded log: what it would have done, beside what the live version did."""
