"""What is right, spelled independently of what is sent."""
