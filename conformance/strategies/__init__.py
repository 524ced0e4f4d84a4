"""What to send: tables of named defects, and Hypothesis strategies over them."""
