"""Providers for text messages."""
