"""The outside world, one family per technology. Families do not know each other."""
