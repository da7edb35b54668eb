"""Journeys and triggered campaigns: each profile at its own pace."""
