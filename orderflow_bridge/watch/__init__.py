"""What looks, once a minute, for what is wrong, and keeps the list of problems true."""
