"""Files that are sent in a browser, looked at with a mapping, and imported by the server."""
