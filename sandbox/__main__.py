"""`python -m sandbox --port N`: the sandbox alone, until Ctrl+C."""

import argparse
from pathlib import Path

from sandbox.server import Sandbox


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    arguments.add_argument("--port", type=int, default=8555)
    arguments.add_argument("--data", type=Path, default=Path("data/sandbox"), help="where its tasks and files are kept")
    given = arguments.parse_args()
    try:
        sandbox = Sandbox(given.data, port=given.port).start()
    except OSError as error:
        raise SystemExit(f"Port {given.port} cannot be used ({error.strerror}). Choose another with --port.") from None
    print(
        f"The sandbox is running at {sandbox.url}. Use any key that starts with sk-. Press Ctrl+C to stop it.",
        flush=True,
    )
    try:
        sandbox.join()
    except KeyboardInterrupt:
        sandbox.stop()


if __name__ == "__main__":
    main()
