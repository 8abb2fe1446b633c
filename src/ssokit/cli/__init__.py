"""The console commands: a thin face over `ssokit.IdentityCenter`; they need the extra ``cli``."""
