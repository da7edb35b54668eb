"""Speed, measured as a ratio against a ceiling of the same run; `make bench` runs it, the tests do not."""
