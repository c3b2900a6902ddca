"""`python -m studio verify`, `backup FOLDER` and `restore FOLDER`: keep what the studio has made."""

import argparse
from contextlib import closing
from pathlib import Path

from studio import settings
from studio.archive.archive import beside
from studio.archive.backup import Copied, backup, restore
from studio.archive.verification import Verification
from studio.errors import StudioError
from studio.flow.fetching import Fetching
from studio.ledger.ledger import open_ledger
from studio.settings import Settings


def main() -> None:
    """Do as the command line says; the exit code is 1 unless all is well."""
    given = _arguments().parse_args()
    try:
        is_well = _obey(given, settings.read(settings.environment()))
    except StudioError as error:
        raise SystemExit(f"{error.message} {error.hint}".strip()) from None
    raise SystemExit(0 if is_well else 1)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m studio", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify", help="read the archive again, and fetch again what is missing or damaged")
    verify.add_argument("--yes", action="store_true", help="also when none of its files is there")
    backup_to = commands.add_parser("backup", help="copy ledger and archive into a folder")
    restore_from = commands.add_parser("restore", help="bring a backup back, in the place of what is there")
    for command in (backup_to, restore_from):
        command.add_argument("--yes", action="store_true", help="also when jobs are lost by it")
        command.add_argument("folder", type=Path)
    return parser


def _obey(given: argparse.Namespace, found: Settings) -> bool:
    match given.command:
        case "verify":
            return _verify(found, emptied=given.yes)
        case "backup":
            return _told(backup(found, given.folder, losing=given.yes), f"The backup in {given.folder} is of")
        case _:
            return _told(restore(found, given.folder, losing=given.yes), "What is here now is the backup of")


def _verify(found: Settings, *, emptied: bool) -> bool:
    found.check_ledger_is_there()
    with closing(open_ledger(found.database_url)) as ledger:
        archive = beside(found.archive_url)
        read = Verification(ledger, archive, Fetching(found, ledger, archive), lambda line: print(line, flush=True))
        is_well = read.run(emptied=emptied)
    print(
        f"{_files(read.files)} with {read.size:,} bytes read: {read.fetched} fetched again, {read.renewed} with a new "
        f"preview, {read.wrong} not well. The archive has {_files(read.orphans)} that the ledger does not know."
    )
    return is_well


def _told(copied: Copied, what: str) -> bool:
    for problem in copied.problems:
        print(f"Not copied: {problem}")
    print(
        f"{what} {copied.at:%Y-%m-%d %H:%M:%S} UTC: {_files(copied.files)} with {copied.size:,} bytes copied, "
        f"{copied.there} were there already, {len(copied.problems)} could not be copied."
    )
    if copied.problems:
        print("python -m studio verify fetches files again that are missing or damaged.")
    return not copied.problems


def _files(number: int) -> str:
    return f"{number:,} {'file' if number == 1 else 'files'}"


if __name__ == "__main__":
    main()
