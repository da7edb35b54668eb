"""What happened: live counts, the report of a document, and why something did or did not happen to a profile."""
