"""The gate: a client behind a driver, judged by its requests and by its results."""
