"""Reporters: what a record says, in each form that somebody wants to read."""
