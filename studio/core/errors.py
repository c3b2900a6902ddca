"""The hierarchy of errors. Pages catch StudioError, and show its message and its hint.

StudioError                     hint: what the user can do; may_have_acted: the API may have done it anyway
├─ SettingsError                the settings cannot be used
├─ NotAllowed                   this person has no permission for that
├─ PricesChanged                somebody else has changed the price table; nothing has changed since
├─ LedgerError                  the database cannot be used
├─ BackupError                  there is no backup, or jobs would be lost; nothing has changed
├─ ArchiveError                 a file cannot be fetched, is not valid, or cannot be stored
│  ├─ OutputTooLarge            a file is over the limit: fetching it again does not help
│  ├─ ArchiveClosed             no file can be stored at the moment: the disk is full, or the folder is missing
│  ├─ NotInArchive              there is no such file
│  └─ Undecodable               no preview can be made of a stored file: trying again does not help
├─ DraftError                   the inputs cannot be sent as they are; field says which
├─ ConnectionFailed             no usable answer; may_have_acted if the request was a POST
│  ├─ BrokenOff                 the connection ended before the whole answer was received
│  └─ NotConnected              nothing was sent
└─ APIError                     the API answered with an error: http_status, code, retry_after, field
   ├─ AuthenticationError      WeryAI rejects the key, or the IP address that uses it
   ├─ PermissionDenied         the account may not do this
   ├─ InvalidInputError        the API does not accept an input
   ├─ NotFoundError            the API does not know the task or batch
   ├─ RateLimitError           too many requests
   ├─ NoRoomError              too many tasks at the same time
   ├─ DailyLimitError          the daily limit is reached
   ├─ OutOfCreditsError        the balance does not cover the cost
   ├─ ContentRejectedError     the content check rejected the inputs
   └─ ServerError              WeryAI has a fault; may_have_acted
"""

from typing import ClassVar


class StudioError(Exception):
    """Any error that the studio can explain to a user: a message in one sentence, and a hint."""

    default_hint: ClassVar[str] = ""
    upload_hint: ClassVar[str] = "Upload the file again. Uploads cost nothing."  # the hint for an upload
    may_have_acted: bool = False
    detail: str = ""  # a library's own message, for the call history

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else hint

    @property
    def kind(self) -> str:
        """The name that the ledger stores, such as `RateLimitError`."""
        return type(self).__name__

    @property
    def explained(self) -> str:
        """The message, and for NotConnected also what to do."""
        return self.message


class SettingsError(StudioError):
    default_hint = "Fix the setting and restart the studio."


class NotAllowed(StudioError):
    default_hint = "An admin can change that."


class PricesChanged(StudioError):
    default_hint = "Compare the two tables, then save again."


class LedgerError(StudioError):
    default_hint = "Check DATABASE_URL and the disk, then restart the studio."


class BackupError(StudioError):
    default_hint = "Make one with python -m studio backup."


class ArchiveError(StudioError):
    upload_hint = "Choose the file again."


class OutputTooLarge(ArchiveError):
    default_hint = "To save larger files, raise OUTPUT_LIMIT_MB."


class ArchiveClosed(ArchiveError):
    default_hint = "We retry every minute."


class NotInArchive(ArchiveError):
    default_hint = ""


class Undecodable(ArchiveError):
    default_hint = ""


class DraftError(StudioError):
    def __init__(self, message: str, *, field: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.field = field


class ConnectionFailed(StudioError):
    default_hint = "You weren't charged. Check the connection."
    upload_hint = "Check the connection, then upload the file again. Uploads cost nothing."
    unclear_hint: ClassVar[str] = "WeryAI may have accepted this. Check WeryAI's history before you send it again."

    def __init__(self, message: str, *, may_have_acted: bool) -> None:
        super().__init__(message, hint=self.unclear_hint if may_have_acted else None)
        self.may_have_acted = may_have_acted


class BrokenOff(ConnectionFailed):
    """The request was sent, and no whole answer was received."""


class NotConnected(ConnectionFailed):
    """Nothing was sent. `way_out` is a sentence that says how to make the connection work."""

    default_way_out: ClassVar[str] = "Check the connection."
    may_have_acted = False

    def __init__(self, message: str, *, way_out: str = default_way_out) -> None:
        super().__init__(message, may_have_acted=False)
        self.way_out = way_out
        self.hint = f"You weren't charged. {way_out}"
        self.upload_hint = f"{way_out} Then upload the file again. Uploads cost nothing."  # type: ignore[misc]

    @property
    def explained(self) -> str:
        return f"{self.message} {self.way_out}"


class APIError(StudioError):
    """The API answered with an error. `http_status` and business `code` as received; `retry_after` in seconds."""

    def __init__(
        self,
        message: str,
        *,
        http_status: int = 0,
        code: int | None = None,
        retry_after: float | None = None,
        field: str = "",
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.http_status = http_status
        self.code = code
        self.retry_after = retry_after
        self.field = field


class AuthenticationError(APIError):
    default_hint = "Create a new key, or allow this IP address at WeryAI, then add the key in the sidebar."
    upload_hint = "Add a key in the sidebar that WeryAI accepts from this IP address, then upload the file again."


class PermissionDenied(APIError):
    default_hint = "Your WeryAI plan does not include this. Choose another model, or upgrade the plan."
    upload_hint = "WeryAI accepts files from paid accounts only. Continue without this file, or upgrade the plan."


class InvalidInputError(APIError):
    default_hint = "You weren't charged. Fix the input, then press Generate again."
    upload_hint = "You weren't charged. Choose a different or smaller file."


class NotFoundError(APIError):
    default_hint = "WeryAI no longer has this task, or the task belongs to another key."


class RateLimitError(APIError):
    default_hint = "We retry automatically in a moment."
    upload_hint = "Wait a minute, then upload the file again. Uploads cost nothing."


class NoRoomError(APIError):
    default_hint = "The job starts when another task ends."
    upload_hint = "Wait a minute, then upload the file again. Uploads cost nothing."


class DailyLimitError(APIError):
    default_hint = "You weren't charged. Try again tomorrow, or ask WeryAI for a higher limit."
    upload_hint = "You weren't charged. Upload the file again tomorrow, or ask WeryAI for a higher limit."


class OutOfCreditsError(APIError):
    default_hint = "You weren't charged. Buy credits, then press Generate again."
    upload_hint = "You weren't charged. Buy credits, then upload the file again."


class ContentRejectedError(APIError):
    default_hint = "You weren't charged. Edit the prompt or change the reference files, then try again."
    upload_hint = "You weren't charged. Choose another file."


class ServerError(APIError):
    default_hint = "Check WeryAI's history before you send this again."
    upload_hint = "Upload the file again in a minute. Uploads cost nothing."
    may_have_acted = True
