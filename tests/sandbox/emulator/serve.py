"""The AWS emulator: moto behind a server that keeps connections open.

One process, as moto keeps its state in memory. A line of JSON on standard
output tells where it listens. It stops when asked to, or with --lifeline when
standard input ends, which it does however the parent dies.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import threading

from gunicorn.app.base import BaseApplication

import application


class Server(BaseApplication):
    """gunicorn with one worker of many threads."""

    def __init__(self, bind: str, log: str) -> None:
        self.bind = bind
        self.log = log
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "bind": self.bind,
            "workers": 1,
            "threads": 16,
            "worker_class": "gthread",
            "keepalive": 30,
            "errorlog": self.log,
            "timeout": 0,
            "graceful_timeout": 2,
            "when_ready": announce,
            "control_socket_disable": True,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self):
        return application.build()


def announce(server) -> None:
    host, port = server.LISTENERS[0].sock.getsockname()
    print(json.dumps({"endpoint": f"http://{host}:{port}"}), flush=True)


def hold_lifeline() -> None:
    pid = os.getpid()

    def wait() -> None:
        sys.stdin.buffer.read()
        os.kill(pid, signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1 (0: any free one)")
    parser.add_argument("--log", default="-", help="file for what the server has to say")
    parser.add_argument("--lifeline", action="store_true", help="stop when standard input ends")
    parser.add_argument("--remove-at-end", metavar="DIR", help="folder that goes with the server")
    arguments = parser.parse_args()
    own = os.getpid()
    if arguments.lifeline:
        hold_lifeline()
    try:
        Server(f"127.0.0.1:{arguments.port}", arguments.log).run()
    finally:
        if arguments.remove_at_end and os.getpid() == own:
            shutil.rmtree(arguments.remove_at_end, ignore_errors=True)


if __name__ == "__main__":
    main()
