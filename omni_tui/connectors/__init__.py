"""Channels behind one contract: each turns a remote API into model objects and back, and knows no store."""
