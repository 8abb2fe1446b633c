"""What ssokit does, one story a file, over ports alone."""
