"""Signing in without a password (OAuth 2): providers, the way a person agrees, and the tokens that come of it."""
