"""Values of a peer's that are wrong, by recording and instance, and why.

Only what the MIB, or the device's own other values, contradict. netmon is not made to agree.
"""

from __future__ import annotations

from typing import Final

_NO_PROBE = "−1 is the MIB's word for no humidity probe"
_KILOWATT = "the row's unit says kW: 11.0 kW, not 11 W"
_NO_RACK_PROBE = "the row has no value: no probe is plugged in"
_NO_INSTANCE = "no such instance: an arc too many is in it"
_FREQUENCY = "RFC 1628 counts tenths of a hertz: 500 is 50.0 Hz, not 5.0 Hz"

_NO_POWER = "−1 is the agent's word for no power measured, not −0.01 dBm"

_NO_CURRENT = "−1 is the agent's word for no current measured, not −0.1 A"
_SCALAR = "xupsTestBatteryStatus is a scalar: its instance is .8.2.0"
_RECTIFIERS = "a number of rectifiers, not a state"

_NO_COLUMN = "no such instance: the column (jnxRpmResSumPercentLost, 4) is missing in it"

DOUBTS: Final[dict[str, dict[str, str]]] = {
    "ups/huaweiups_ups2000": {
        "1.3.6.1.2.1.33.1.3.3.1.2.1": _FREQUENCY,
        "1.3.6.1.2.1.33.1.4.2.0": _FREQUENCY,
        "1.3.6.1.2.1.33.1.5.1.0": _FREQUENCY,
        "1.3.6.1.2.1.33.1.2.3.0": "4294967295 minutes: not known",
        "1.3.6.1.2.1.33.1.4.4.1.4.1": "a UPS2000 counts kilowatts: 230 V × 7.2 A is no 1 W",
    },
    "ups/netmanplus_204": {f"1.3.6.1.2.1.33.1.3.3.1.4.{line}": _NO_CURRENT for line in range(1, 4)},
    "ups/eatonups": {
        "1.3.6.1.4.1.534.1.8.2.0.0": _SCALAR,
        "1.3.6.1.4.1.534.1.8.2.0.0.0": _SCALAR,
    },
    "dcpower/eltek-webpower": {
        "1.3.6.1.4.1.12148.9.5.1.0": _RECTIFIERS,
        "1.3.6.1.4.1.12148.9.5.2.0": _RECTIFIERS,
    },
    "ups/socomec-ups": {
        "1.3.6.1.4.1.4555.1.1.7.1.2.3.0": "65535 minutes: not available",
    },
    "env/akcp_serverprobe8": {
        f"1.3.6.1.4.1.3854.1.2.2.1.17.1.13.{port}": "offline (2): a raw value of no sensor"
        for port in range(1, 6)
    },
    "env/apc_emu": {
        "1.3.6.1.4.1.318.1.1.10.4.2.3.1.6.0.2": _NO_PROBE,
        "1.3.6.1.4.1.318.1.1.10.4.2.3.1.6.0.3": _NO_PROBE,
        "1.3.6.1.4.1.318.1.1.10.4.2.3.1.6.0.5": _NO_PROBE,
    },
    "hvac/apc_inrow-dx": {
        "1.3.6.1.4.1.318.1.1.27.1.4.1.2.1.3.1.7": _KILOWATT,
        "1.3.6.1.4.1.318.1.1.27.1.4.1.2.1.3.1.8": _KILOWATT,
        "1.3.6.1.4.1.318.1.1.27.1.4.1.2.1.3.1.24": _KILOWATT,
        "1.3.6.1.4.1.318.1.1.27.1.4.1.2.1.3.1.25": _KILOWATT,
        "1.3.6.1.4.1.318.1.1.27.1.4.1.2.1.3.1.34": _NO_RACK_PROBE,
        "1.3.6.1.4.1.318.1.1.27.1.4.1.2.1.3.1.36": _NO_RACK_PROBE,
        "1.3.6.1.4.1.318.1.1.27.1.4.1.2.1.3.1.40": _NO_RACK_PROBE,
    },
    "pdu/enlogic-pdu_v2": {
        "1.3.6.1.4.1.38446.1.2.4.1.4.1.1": _NO_INSTANCE,
        "1.3.6.1.4.1.38446.1.3.4.1.7.1.1.1": _NO_INSTANCE,
        "1.3.6.1.4.1.38446.1.3.4.1.7.1.1.2": _NO_INSTANCE,
        "1.3.6.1.4.1.38446.1.3.4.1.7.1.1.3": _NO_INSTANCE,
    },
    "bmc/xclarity_lenovoxcc": {
        "1.3.6.1.4.1.19046.11.1.1.1.2.1.3.2": "CPU DTS: degrees left to throttling",
    },
    "router/junos_rpm": {
        "1.3.6.1.4.1.2636.3.50.1.2.1.3.75.80.78.7.75.80.78.45.82.80.77.2": _NO_COLUMN,
        "1.3.6.1.4.1.2636.3.50.1.2.1.5.90.73.71.71.79.9.90.73.71.71.79.45.82.80.77.2": _NO_COLUMN,
    },
    "switch/yunshan_s5735-v2": {
        "1.3.6.1.4.1.2011.5.25.31.1.1.3.1.8.16850178": _NO_POWER,
        "1.3.6.1.4.1.2011.5.25.31.1.1.3.1.8.16850179": _NO_POWER,
        "1.3.6.1.4.1.2011.5.25.31.1.1.3.1.8.16850180": _NO_POWER,
        "1.3.6.1.4.1.2011.5.25.31.1.1.3.1.8.16850181": _NO_POWER,
        "1.3.6.1.4.1.2011.5.25.31.1.1.3.1.8.16850182": _NO_POWER,
        "1.3.6.1.4.1.2011.5.25.31.1.1.3.1.8.16850183": _NO_POWER,
        "1.3.6.1.4.1.2011.5.25.31.1.1.3.1.9.16850178": _NO_POWER,
        "1.3.6.1.4.1.2011.5.25.31.1.1.3.1.9.16850179": _NO_POWER,
        "1.3.6.1.4.1.2011.5.25.31.1.1.3.1.9.16850180": _NO_POWER,
        "1.3.6.1.4.1.2011.5.25.31.1.1.3.1.9.16850181": _NO_POWER,
        "1.3.6.1.4.1.2011.5.25.31.1.1.3.1.9.16850182": _NO_POWER,
        "1.3.6.1.4.1.2011.5.25.31.1.1.3.1.9.16850183": _NO_POWER,
    },
}
