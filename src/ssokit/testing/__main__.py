"""Serve a local Identity Center: ``python -m ssokit.testing``."""

from ssokit.adapters.fake.wire.process import main

if __name__ == "__main__":
    main()
