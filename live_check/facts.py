"""The documented facts of the API, as data: docs/weryai-api.md; each fact names its section.

`usual` is also what the sandbox does without other orders.
"""

from live_check.findings import Fact
from studio.core.values import Kind

UNKNOWN_TASK, UNKNOWN_BATCH = "task_that_is_not_there", "1"
WRONG_KEY = "no-key-of-anybody"  # no service accepts it, and it does not contain the real one

YES = Fact(
    "status of a success",
    "0",
    ("200", '"0"', '"200"', '"success"', '"ok"', "null", "absent"),
    "1.1",
)
YES_TEXTS = Fact("texts of a success", "desc, message", ("message", "msg", "desc", "none"), "1.1")
YES_FLAG = Fact("success flag of a success", "absent", ("true",), "1.1")
NO_FLAG = Fact("success flag of an error", "absent", ("false",), "1.1")
NO_TEXTS = Fact("texts of an error", "desc, message", ("message", "msg", "desc"), "1.1")
SPELLING = Fact("spelling of field names", "snake_case", ("camelCase",), "13")

BALANCE = Fact("balance", "a number", ("an object with balance",), "3.4")
BAD_KEY = Fact(
    "answer to a wrong key",
    "HTTP 401, code 1002",
    ("HTTP 403, code 1002", "HTTP 200, code 1002", "HTTP 401, no code", "HTTP 403, no code"),
    "3.4, 5",
)
BAD_KEY_WORDS = Fact("words for a wrong key", "Invalid API Key", ("Authentication failed",), "3.4")
BAD_KEY_DESC = Fact("desc beside the words for a wrong key", "the same words", ("Authentication failed",), "14")
BAD_KEY_READ = Fact("the studio reads a wrong key as", "AuthenticationError")
MISSING = ("HTTP 200, code 1002", "HTTP 200, code 1010", "HTTP 404, code 1003", "HTTP 404, code 1002")
MISSING_TASK = Fact("answer for an unknown task", "HTTP 200, code 1003", MISSING, "3.3")
MISSING_BATCH = Fact("answer for an unknown batch", "HTTP 200, code 1003", MISSING, "3.3")
TASK_WORDS = Fact("words for an unknown task", "task not exist", ("task id error", "task id cannot be empty"), "3.3")
BATCH_WORDS = Fact(
    "words for an unknown batch", "batch not exist", ("no tasks found", "batch id cannot be empty"), "3.3"
)
MISSING_READ = Fact("the studio reads what is unknown as", "NotFoundError")
INVALID = Fact(
    "answer to an empty body",
    "HTTP 200, code 1002",
    ("HTTP 200, code 1001", "HTTP 400, code 1001", "HTTP 400, code 1002", "HTTP 400, no code"),
    "5",
)
INVALID_WORDS = Fact("words for an empty body", "model cannot be empty", (), "13")
INVALID_READ = Fact("the studio reads an empty body as", "InvalidInputError")
CLOCK = Fact("clock of the service", "within a minute of ours")
SKEW_SECONDS = 60.0

_SINGLE, _BATCH = "task_id, task_status", "batch_id, task_ids"
_BOTH, _LIST = "batch_id, task_id, task_ids, task_status", "a list with task_id, task_status"
REPLIES = {
    Kind.IMAGE: Fact("reply to an image submission", _BATCH, (_SINGLE, _BOTH, _LIST), "1.2"),
    Kind.VIDEO: Fact("reply to a video submission", _SINGLE, (_BATCH, _BOTH, _LIST), "1.2"),
}
TASK = Fact("data of a task", "an object", ("a list with one object",), "1.1")
BATCH = Fact("data of a batch", "a list", ("an object",), "3.3")
PLACE = Fact("place of results", "data", ("data.output", "data.task_result"), "3.3")
_COVERED = ("cover_image_url, url", "cover_image_url, video_url", "cover_url, url", "cover_url, video_url")
_BY_ADDRESS = ("output_url, an address", "result_url, an address")
RESULTS = {
    Kind.IMAGE: Fact(
        "results of an image",
        "images, a list of addresses",
        ("images, a list with url", "images, a list with image_url", "images, an address", *_BY_ADDRESS),
        "3.3",
    ),
    Kind.VIDEO: Fact(
        "results of a video",
        "videos, a list of addresses",
        (
            *(f"videos, a list with {names}" for names in ("url", "video_url", *_COVERED)),
            "videos, an address",
            "video_url, an address",
            "video, an address",
            "video_urls, a list of addresses",
            *_BY_ADDRESS,
        ),
        "3.3",
    ),
}
RESULT_NAMES = (
    *("images", "image_urls", "image_url", "videos", "video_urls", "video_url", "video"),
    *("output_url", "result_url"),
)
WORDS = Fact(
    "status words",
    "waiting, processing, succeed, failed",
    (
        *("WAITING", "pending", "PENDING", "PROCESSING", "running", "RUNNING"),
        *("SUCCEED", "success", "SUCCESS", "FAILED", "fail", "error", "canceled"),
        *("completed", "complete"),
    ),
    "3.3, 14",
)
REASON = Fact("reason of a failed task", "msg", ("message",), "3.3")
COST = Fact("cost_credits", "given", ("not given",), "3.3")
COST_IS_TRUE = Fact("cost_credits is what was taken", "yes")
TAKEN = Fact("credits are taken", "at the submission", ("at the end", "in both steps", "not at all"), "8: not stated")
FAILED_COST = Fact("credits of a failed task", "given back", ("not given back", "never taken"), "8: not stated")
AUDIO = Fact("generate_audio", "a boolean", ("a text",), "3.2")

LINK = Fact("a result link without the key", "HTTP 200")
HOST = Fact("host of a result link", "WeryAI's", (), "6")
HOSTS = ("cdn.weryai.com", "static.weryai.com")
TYPES = {
    Kind.IMAGE: Fact("type of an image", "image/png", ("image/jpeg", "image/webp"), "3.1"),
    Kind.VIDEO: Fact("type of a video", "video/mp4", ("video/webm", "video/quicktime"), "3.5"),
}
LENGTH = Fact("length of a result", "given", ("not given",))
RANGES = Fact("parts of a result", "given", ("not given",))
SIGNED = Fact("result link", "unsigned", (), "12: expiry not stated")

GROUPS = {
    Kind.IMAGE: ("text_to_image", "image_to_image"),
    Kind.VIDEO: ("text_to_video", "image_to_video", "multi_image_to_video"),
}
GROUPING = {
    kind: Fact(f"{kind} registry", ", ".join(groups), ("a list",), "3.14; of images not seen")
    for kind, groups in GROUPS.items()
}
KEY = Fact("name of a model's key", "model_key", ("modelKey", "id"), "14")
TITLE = Fact("name of a model's title", "title", ("label", "name"), "14")
ENTRY_FIELDS = (
    *("model_key", "title", "durations", "aspect_ratios", "image_sizes", "resolutions", "num_images"),
    *("has_generate_audio", "has_negative_prompt", "prompt_length_limit"),
    *("support_multiple_images", "support_first_last_frame", "upload_image_limit"),
)
ENVELOPE_FIELDS = ("status", "desc", "message", "msg", "success", "data")
TASK_FIELDS = (
    *("task_id", "task_status", "content_status", *RESULT_NAMES, "audios", "lyrics", "cover_url", "scripts", "script"),
    *("speech_text", "cost_credits", "msg", "message", "fail_reason", "task_result", "output", "batch_id"),
)
REQUEST_IDS = ("request-id", "requestid", "trace", "log-id", "correlation")  # parts of the names of such headers
ORDINARY_HEADERS = (
    *("connection", "content-length", "content-type", "content-encoding", "date", "server", "transfer-encoding"),
    *("vary", "keep-alive", "cache-control", "pragma", "expires", "strict-transport-security"),
)
