"""Says in one sentence when the port is taken, before anything starts."""

import os
import socket
import sys

text = sys.argv[1]
if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
    sys.exit(f"{text[:40]!r} is not a port. Choose one from 1 to 65535: make run PORT=8600")
port = int(text)
try:
    socket.create_server(("127.0.0.1", port)).close()
except OSError as error:
    other = port + 1 if port < 65535 else 8600
    sys.exit(f"Port {port} cannot be used ({os.strerror(error.errno or 0)}). Choose another: make run PORT={other}")
