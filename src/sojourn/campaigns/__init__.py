"""Orchestrated campaigns: the whole population together."""
