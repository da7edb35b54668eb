"""Messages: the gate, content, links."""
