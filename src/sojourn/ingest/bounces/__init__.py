"""Bounces and complaints, read from the mails that bring them."""
