"""Who may do what: accounts, sessions, keys, roles, the record of changes, and approval before publication."""
