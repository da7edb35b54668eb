"""What runs: clock, batches, delivery, schedules, the simulator."""
