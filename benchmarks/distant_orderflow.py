"""An OrderFlow on loopback that answers every call well, after 20 ms. Prints its port, then serves.

A process of its own, so that it does not share the interpreter of what is measured.
"""

import asyncio

LATENCY = 0.02
_BODY = b"<result>ok</result>"
_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n"
    b"Content-Length: " + str(len(_BODY)).encode() + b"\r\n\r\n" + _BODY
)


async def main() -> None:
    """Serve until killed."""
    server = await asyncio.start_server(_serve, "127.0.0.1", 0, backlog=200)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one connection's calls, which have no body."""
    try:
        while await reader.readuntil(b"\r\n\r\n"):
            await asyncio.sleep(LATENCY)
            writer.write(_ANSWER)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


if __name__ == "__main__":
    asyncio.run(main())
