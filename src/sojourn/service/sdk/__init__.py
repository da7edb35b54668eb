"""What the browser SDK talks to."""
