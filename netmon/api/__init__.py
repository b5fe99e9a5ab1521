"""Face HTTP: the API, the exposition and the event stream over the committed world."""
