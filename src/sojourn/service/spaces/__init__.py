"""Several workspaces in one process."""
