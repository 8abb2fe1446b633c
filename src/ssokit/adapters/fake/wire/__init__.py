"""The wire face: the model over HTTP, in the protocols of AWS."""
