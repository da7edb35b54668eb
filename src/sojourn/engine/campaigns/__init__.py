"""Orchestrated campaigns as they run: from documents to lines, runs, tasks and messages."""
