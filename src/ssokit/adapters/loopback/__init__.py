"""Small HTTP servers on the loopback interface, and the listener for a browser that comes back."""
