"""The first minutes, without a configuration."""
