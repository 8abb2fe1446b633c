"""Ways to show a person where to approve a login."""
