"""Backups of a workspace, while it is served or not, and putting them back."""
