"""Channels: how messages leave. One folder per channel type, one file per provider."""
