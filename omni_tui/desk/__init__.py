"""The use-cases: ingest, identity, threads, triage, outbox, undo and what the skins read.

Plain functions that take the store first. Neither Textual, Typer nor a connector is known here.
"""
