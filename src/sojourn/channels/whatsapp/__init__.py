"""Providers for WhatsApp."""
