"""What reports write, in other languages: a file for each, English form to translation."""
