"""Between a socket and Django: bodies, proxies, the server's settings, the secret key."""
