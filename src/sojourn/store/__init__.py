"""Where state lives: a port and its adapters."""
