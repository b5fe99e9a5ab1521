"""Edge sockets: questions other than SNMP."""
