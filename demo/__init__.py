"""The demonstration: a real shop's last weeks, replayed through a running Sojourn."""
