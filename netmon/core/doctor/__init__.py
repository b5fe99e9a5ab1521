"""Why a device does not answer, or answers badly: questions, findings, the next step."""
