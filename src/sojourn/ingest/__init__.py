"""Input formats, one file each, to items of the log."""
