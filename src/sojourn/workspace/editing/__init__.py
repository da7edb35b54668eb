"""Changes of documents in their files that leave all else of the text as it is."""
