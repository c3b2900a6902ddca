#!/bin/sh
# Make the virtual environment $2 with the Python $1, or say in one sentence what is missing.
set -eu
python=$1 folder=$2
"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null || {
	echo "WeryAI Studio needs Python 3.11 to 3.14; name one with: make run PYTHON=/path/to/python3" >&2
	exit 1
}
[ -x "$folder/bin/python" ] && exit 0
echo "Setting up $folder. This takes a minute, the first time only."
"$python" -m venv "$folder" >/dev/null 2>&1 || {
	rm -rf "$folder"
	echo "Python's venv is missing; install it with: sudo apt-get install python3-venv" >&2
	exit 1
}
