"""Runs things: the clock, the batch loop, the delivery loop, the simulator."""
