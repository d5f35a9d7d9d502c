"""Telling people: alerts by way of Apprise, and a heartbeat whose absence is an alarm elsewhere."""
