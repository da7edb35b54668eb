"""Providers for webhooks."""
