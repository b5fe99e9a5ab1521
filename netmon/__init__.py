"""netmon: a monitor of an e-government extranet, its lines, nodes and machine room."""

__version__ = "0.1.0"
