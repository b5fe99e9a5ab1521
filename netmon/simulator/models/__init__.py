"""Synthetic devices: own plausible values under the objects of real MIBs, recorded from nobody."""
