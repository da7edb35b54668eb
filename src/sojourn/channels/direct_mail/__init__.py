"""Providers for direct mail."""
