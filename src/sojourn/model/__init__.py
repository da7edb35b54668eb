"""Documents, items, instants and errors: values only, without I/O and without a clock."""
