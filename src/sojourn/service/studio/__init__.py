"""What the studio needs of documents, data and profiles, over HTTP."""
