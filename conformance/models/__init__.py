"""Models: what may be true of a resource after all that was seen of it."""
