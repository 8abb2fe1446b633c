"""A local Identity Center: one model of an organization with an in-process and a wire face."""
