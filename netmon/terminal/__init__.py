"""Face terminal: the status view; it speaks HTTP to the API."""
