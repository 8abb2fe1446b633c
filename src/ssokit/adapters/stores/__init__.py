"""Where logins and role credentials are kept. Each module is one kind of place."""
