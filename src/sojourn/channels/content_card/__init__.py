"""Providers for content cards."""
