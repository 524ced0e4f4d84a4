"""The commands: each turns options into values, calls a room, and sets the exit."""
