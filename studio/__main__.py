"""Check, back up or restore the ledger and the archive: `verify`, `backup FOLDER`, `restore FOLDER`."""

import argparse
from contextlib import closing
from pathlib import Path

from studio import __version__
from studio.archive.archive import beside
from studio.core import settings
from studio.core.errors import StudioError
from studio.core.settings import Settings
from studio.ledger.ledger import open_ledger
from studio.maintenance.backup import Copied, backup, restore
from studio.maintenance.refetch import Fetching
from studio.maintenance.verification import Verification


def main() -> None:
    """Run the command of the command line; the exit code is 1 unless all is well."""
    given = _arguments().parse_args()
    try:
        is_well = _run(given, settings.read(settings.environment()))
    except StudioError as error:
        raise SystemExit(f"{error.message} {error.hint}".strip()) from None
    raise SystemExit(0 if is_well else 1)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m studio", description=__doc__)
    parser.add_argument("--version", action="version", version=f"WeryAI Studio {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify", help="check every file, and fetch missing or damaged files again")
    verify.add_argument("--yes", action="store_true", help="even if all files are missing")
    backup_to = commands.add_parser("backup", help="copy the ledger and the archive into a folder")
    restore_from = commands.add_parser("restore", help="restore a backup, replacing the current ledger")
    for command in (backup_to, restore_from):
        command.add_argument("--yes", action="store_true", help="even if jobs are lost")
        command.add_argument("folder", type=Path)
    return parser


def _run(given: argparse.Namespace, found: Settings) -> bool:
    match given.command:
        case "verify":
            return _verify(found, emptied=given.yes)
        case "backup":
            return _report(backup(found, given.folder, losing=given.yes), f"Backed up to {given.folder}, as of")
        case _:
            return _report(restore(found, given.folder, losing=given.yes), "Restored the backup of")


def _verify(found: Settings, *, emptied: bool) -> bool:
    found.check_ledger_is_there()
    with closing(open_ledger(found.database_url)) as ledger:
        archive = beside(found.archive_url)
        done = Verification(ledger, archive, Fetching(found, ledger, archive), lambda line: print(line, flush=True))
        is_well = done.run(emptied=emptied)
    print(
        f"Checked {_files(done.files)} ({done.size:,} bytes): {done.fetched} fetched again, {done.renewed} with a new "
        f"preview, {done.wrong} still with problems. {_files(done.orphans)} in the archive not in the ledger."
    )
    return is_well


def _report(copied: Copied, what: str) -> bool:
    for problem in copied.problems:
        print(f"Not copied: {problem}")
    print(
        f"{what} {copied.at:%Y-%m-%d %H:%M:%S} UTC: {_files(copied.files)} copied ({copied.size:,} bytes), "
        f"{copied.there} already there, {len(copied.problems)} failed."
    )
    if copied.problems:
        print("To fetch missing or damaged files again, run python -m studio verify.")
    return not copied.problems


def _files(number: int) -> str:
    return f"{number:,} {'file' if number == 1 else 'files'}"


if __name__ == "__main__":
    main()
