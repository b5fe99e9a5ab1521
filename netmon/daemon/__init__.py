"""Loops: the poller, the writer, the dispatcher, the reloader and the clock."""
