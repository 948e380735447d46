"""Ground: frozen dataclasses, enums and errors that every floor above speaks in.

Imports nothing of ours. Times are integer epoch milliseconds in UTC, named ``*_at``; ids are UUIDv7 text.
"""
