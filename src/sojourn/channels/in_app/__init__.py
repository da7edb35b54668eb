"""Providers for in-app messages."""
