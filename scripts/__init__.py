"""What developers run; `python scripts/NAME.py`."""
