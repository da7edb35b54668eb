"""Providers for e-mail."""
