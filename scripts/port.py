"""Says in one sentence when the port is taken, before anything starts."""

import os
import socket
import sys

port = int(sys.argv[1])
try:
    socket.create_server(("127.0.0.1", port)).close()
except OSError as error:
    sys.exit(f"Port {port} cannot be used ({os.strerror(error.errno or 0)}). Choose another: make run PORT={port + 1}")
