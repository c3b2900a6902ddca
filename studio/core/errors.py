"""The whole error family. A page catches StudioError, and shows its text and its hint.

StudioError                     hint: what the user can do; may_have_acted: the API may have done it anyway
├─ SettingsError                no usable settings
├─ NotAllowed                   this person may not do that here
├─ LedgerError                  the database cannot be used
├─ ArchiveError                 a file cannot be fetched, is not what it should be, or cannot be kept
│  ├─ OutputTooLarge            a file over the limit: to ask again does not help
│  ├─ ArchiveClosed             no file can be kept at the moment: a full disk, a folder that is not there
│  ├─ NotInArchive              there is no such file
│  └─ Undecodable               a file that is kept has no preview: to try again does not help
├─ DraftError                   the inputs cannot be sent as they are; field says which
├─ ConnectionFailed             no usable answer; may_have_acted if it was a POST's
│  ├─ BrokenOff                 the connection ended before a whole answer came
│  └─ NotConnected              nothing was sent
└─ APIError                     an answer that says no: http_status, code, retry_after, field
    ├─ AuthenticationError      the key, or the address it is used from
    ├─ PermissionDenied         the account may not do this
    ├─ InvalidInputError        an input that the API does not take
    ├─ NotFoundError            a task or batch that the API does not know
    ├─ RateLimitError           too many requests
    ├─ NoRoomError              too many tasks at once
    ├─ DailyLimitError          enough for today
    ├─ OutOfCreditsError        the balance does not cover it
    ├─ ContentRejectedError     the content check said no
    └─ ServerError              a fault over there; may_have_acted
"""

from typing import ClassVar


class StudioError(Exception):
    """Anything that the studio can explain: a sentence, and a hint for the user."""

    default_hint: ClassVar[str] = ""
    upload_hint: ClassVar[str] = "Upload the file again. Uploads cost nothing."  # when a file was to be sent
    may_have_acted: bool = False
    detail: str = ""  # for the call history: what a library said

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else hint

    @property
    def kind(self) -> str:
        """The name that the ledger keeps, as in `RateLimitError`."""
        return type(self).__name__

    @property
    def explained(self) -> str:
        """The sentence, and of what was not sent also how it can be."""
        return self.message


class SettingsError(StudioError):
    default_hint = "Fix the setting and restart the studio."


class NotAllowed(StudioError):
    default_hint = "An admin can change that."


class LedgerError(StudioError):
    default_hint = "Check DATABASE_URL and the disk, then restart the studio."


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
    """No whole answer came to what was sent."""


class NotConnected(ConnectionFailed):
    """Nothing was sent. `way_out` is a sentence: what to do, so that it can be."""

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
    """An answer that says no. `http_status` and business `code` as received, `retry_after` in seconds."""

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
