"""Configuration: settings, secrets and paths."""
