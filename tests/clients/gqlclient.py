"""The Python client gql over each transport that it has: python gqlclient.py PROGRAM

The program is started with a clock to subscribe to. The exit code is 1 unless every check passes.
"""

import asyncio
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXTransport
from gql.transport.requests import RequestsHTTPTransport
from gql.transport.websockets import WebsocketsTransport

ROOT = Path(__file__).resolve().parents[2]
QUERY = gql("query First($first: Int) { commitments(first: $first) { nodes { id text } } }")
TICKS = gql("subscription { clock(everyMilliseconds: 5, count: 3) { number } }")


def serve(program):
    """Starts the server, and gives the process and its address when it is ready."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{found.getsockname()[1]}"
    words = [program, "serve", "--seed", "seed/panama-2022", "--test-subscription", "--listen", address]
    server = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL)
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://{address}/readyz", timeout=5).close()
            return server, address
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{program} does not become ready")


def sync(transport):
    """Fetches the schema, checks the query against it, and runs it."""
    with Client(transport=transport, fetch_schema_from_transport=True) as client:
        assert len(client.execute(QUERY, variable_values={"first": 2})["commitments"]["nodes"]) == 2
        assert "Commitment" in client.client.schema.type_map


def refused(transport):
    """What the server does not accept is an error with its code."""
    with Client(transport=transport) as client:
        try:
            client.execute(gql("{ nope }"))
        except TransportQueryError as error:
            assert error.errors[0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED", error
        else:
            raise AssertionError("it was accepted")


async def asynchronous(transport):
    """The same as sync."""
    async with Client(transport=transport, fetch_schema_from_transport=True) as session:
        answer = await session.execute(QUERY, variable_values={"first": 2})
        assert len(answer["commitments"]["nodes"]) == 2


async def subscribed(transport):
    """All answers of a subscription."""
    async with Client(transport=transport) as session:
        numbers = [answer["clock"]["number"] async for answer in session.subscribe(TICKS)]
        assert numbers == [1, 2, 3], numbers


def main():
    server, address = serve(sys.argv[1])
    http, ws = f"http://{address}/graphql", f"ws://{address}/graphql"

    def over_ws(protocol):
        # The schema is larger than the messages that websockets takes unless it is told to.
        return WebsocketsTransport(ws, subprotocols=[protocol], connect_args={"max_size": None})

    checks = {
        "requests": lambda: sync(RequestsHTTPTransport(http)),
        "httpx": lambda: sync(HTTPXTransport(http)),
        "httpx, refused": lambda: refused(HTTPXTransport(http)),
        "aiohttp": lambda: asyncio.run(asynchronous(AIOHTTPTransport(http))),
        "websockets, a query": lambda: asyncio.run(asynchronous(over_ws("graphql-transport-ws"))),
        "websockets, a subscription": lambda: asyncio.run(subscribed(over_ws("graphql-transport-ws"))),
        "websockets, the older protocol": lambda: asyncio.run(subscribed(over_ws("graphql-ws"))),
    }
    failed = 0
    try:
        for name, run in checks.items():
            try:
                run()
            except Exception as error:  # Whatever it is, the next one is tried.
                failed += 1
                print(f"failed: {name}\n  {error!r:.500}", file=sys.stderr)
    finally:
        server.terminate()
        server.wait()
    print(f"{len(checks) - failed} of {len(checks)} checks pass")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
