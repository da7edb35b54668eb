"""Calls of systems outside: requests, credentials, addresses that may be reached, answers."""
