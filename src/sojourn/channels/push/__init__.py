"""Providers for push messages."""
