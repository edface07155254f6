"""`python -m bot.localchat`: the local chat alone, for tests and experiments with any bot."""

import argparse
import asyncio
import contextlib
import signal
import sys

from bot.localchat.server import serve
from bot.localchat.world import DEFAULT_TOKEN, World


def main() -> int:
    """Serves until Ctrl-C; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot.localchat", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=8099, help="0 takes a free one")
    parser.add_argument("--token", default=DEFAULT_TOKEN, help="the bot token to accept")
    parser.add_argument("--flood", action="store_true", help="enforce flood limits")
    options = parser.parse_args()
    try:
        world = World(options.token)
        world.flood.on = options.flood
        asyncio.run(_serve_until_stopped(world, options.host, options.port))
    except (ValueError, OSError) as error:
        sys.stderr.write(f"local chat: {error}\n")
        return 1
    return 0


async def _serve_until_stopped(world: World, host: str, port: int) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no handlers on the loop
            loop.add_signal_handler(number, stopped.set)
    async with serve(world, host, port) as url:
        sys.stdout.write(f"local chat: {url}/ (Bot API at {url}/bot{world.token}/)\n")
        sys.stdout.flush()
        await stopped.wait()


if __name__ == "__main__":
    sys.exit(main())
