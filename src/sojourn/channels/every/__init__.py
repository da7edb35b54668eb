"""Providers that every channel type has."""
