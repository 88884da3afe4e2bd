"""How long servers are waited for that say nothing.

A host that loses its power, or a firewall that forgets, does not close connections: by the system's
own settings a thread that waits for an answer would wait for two hours.
"""

DEAD_WITHIN_A_MINUTE = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # milliseconds, of what was sent and not received
}

# Whoever wakes a worker, in the middle of a page or a message, is not to wait for a broker that
# accepts connections and says nothing.
REDIS_OPTIONS = {"visibility_timeout": 3600, "socket_timeout": 5, "socket_connect_timeout": 3}
