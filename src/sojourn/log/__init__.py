"""The log: every item that can change a decision, in order, durable."""
