"""The whole error family. A page catches StudioError, and shows its text and its hint.

StudioError                     hint: what the user can do; may_have_acted: the API may have done it anyway
├─ SettingsError                no usable settings
├─ NotAllowed                   this person may not do that here
├─ LedgerError                  the database cannot be used
├─ ArchiveError                 a file cannot be fetched, is not what it should be, or cannot be kept
│  ├─ OutputTooLarge            a file over the limit: to ask again does not help
│  ├─ ArchiveClosed             no file can be kept at the moment: a full disk, a folder that is not there
│  └─ NotInArchive              there is no such file
├─ DraftError                   the inputs cannot be sent as they are; field says which
├─ ConnectionFailed             no usable answer; may_have_acted if it was a POST's
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
    upload_hint: ClassVar[str] = "Upload it again; that costs nothing."  # when it was a file that was to be sent
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


class SettingsError(StudioError):
    default_hint = "Correct the setting and start the studio again."


class NotAllowed(StudioError):
    default_hint = "An admin of the studio can change that."


class LedgerError(StudioError):
    default_hint = "Check DATABASE_URL and the disk, then start the studio again."


class ArchiveError(StudioError):
    upload_hint = "Choose the file again."


class OutputTooLarge(ArchiveError):
    default_hint = "OUTPUT_LIMIT_MB raises that."


class ArchiveClosed(ArchiveError):
    default_hint = "We try again every minute, and then fetch them."


class NotInArchive(ArchiveError):
    default_hint = ""


class DraftError(StudioError):
    def __init__(self, message: str, *, field: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.field = field


class ConnectionFailed(StudioError):
    default_hint = "Check the connection. Nothing was sent or charged; we try again by ourselves."
    upload_hint = "Check the connection, then upload it again; that costs nothing."
    unclear_hint: ClassVar[str] = "WeryAI may have it all the same. Look there before you send it again."

    def __init__(self, message: str, *, may_have_acted: bool) -> None:
        super().__init__(message, hint=self.unclear_hint if may_have_acted else None)
        self.may_have_acted = may_have_acted


class NotConnected(ConnectionFailed):
    may_have_acted = False

    def __init__(self, message: str) -> None:
        super().__init__(message, may_have_acted=False)


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
    default_hint = "Make a new key, or allow this address at WeryAI, then put the key in the sidebar."
    upload_hint = "Put a key into the sidebar that WeryAI takes from this address, then upload it again."


class PermissionDenied(APIError):
    default_hint = "Your WeryAI plan does not include this. Choose another model, or change the plan."
    upload_hint = "WeryAI takes files from paying accounts only. Go on without this file, or change the plan."


class InvalidInputError(APIError):
    default_hint = "Change what it names, then press Generate again. Nothing was charged."
    upload_hint = "Choose another file, or a smaller one. Nothing was charged."


class NotFoundError(APIError):
    default_hint = "WeryAI no longer knows it, or it belongs to another key."


class RateLimitError(APIError):
    default_hint = "We send it again by ourselves in a moment; nothing is lost."
    upload_hint = "Wait a minute, then upload it again; that costs nothing."


class NoRoomError(APIError):
    default_hint = "It starts by itself as soon as another task ends."
    upload_hint = "Wait a minute, then upload it again; that costs nothing."


class DailyLimitError(APIError):
    default_hint = "Try again tomorrow, or ask WeryAI for a higher limit. Nothing was charged."
    upload_hint = "Upload it again tomorrow, or ask WeryAI for a higher limit. Nothing was charged."


class OutOfCreditsError(APIError):
    default_hint = "Buy credits, then press Generate again. Nothing was charged."
    upload_hint = "Buy credits, then upload it again. Nothing was charged."


class ContentRejectedError(APIError):
    default_hint = "Change the prompt, then try again. Nothing was charged."
    upload_hint = "Choose another file. Nothing was charged."


class ServerError(APIError):
    default_hint = "Look at WeryAI's own history before you send it again."
    upload_hint = "Upload it again in a minute; that costs nothing."
    may_have_acted = True
