"""Recordings and scenarios served as SNMP agents on loopback; the demo district."""
