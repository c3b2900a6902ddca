"""Classifies the vendor's error messages where no code does: a rate, a key, a parameter, a content check. No I/O.

The words come from sources that quote answers (docs/weryai-api.md 3.3, 5, 13, 14), in English and Chinese.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

SHORTEST_TYPED = 20  # characters: a shorter prompt, such as "moderation", may equal a word of the message itself

_RATE = r"rate[ _-]?limit|request rate|too many|too frequent|频繁|频率"
_KEY = r"authenticat|api[ _-]?key|unauthori|invalid token"
_PARAMETER = (  # T1, S10: messages about a refused parameter
    r"\bparam|argument|malformed|(can ?no|can'|no)t be empty|required|missing|must (be|have)|unknown field"
    r"|not (support(ed)?|exist)|only support|url error|invalid|length|(images?|videos?|audios?|prompt|number) exceed"
    r"|unsupported|out of range|not found|too (long|short|large|small)|illegal|incorrect|wrong"
    r"|cannot (both be empty|exceed)|not available|are supported|\bempty\b|id error|no tasks found"
    r"|参数|不能为空|必填|不支持|不存在|无效|非法|格式|长度|过长"
)
_SURELY_PARAMETER = (  # not in a content check's message, though names of fields and headers may contain its words
    r"(can ?no|can'|no)t be empty|is required|is missing|must (be|have) (an? |of type |one of )?"
    r"(str|int|bool|num|list|arr|json|application|between|less|at )|unknown field|not supported|not exist"
    r"|only support|url error|length (can ?not )?exceed|exceeds the limit|match the extension"
    r"|(is|are) (null|empty)|too (long|short|large)|timed? ?out"
    r"|content[ _-]?(type|length)"
    r"|不能为空|必填|不支持|不存在|长度|过长"
)
_VERDICT = (
    r"\b(check|polic|violat|illegal|unsafe|safety|prohibit|forbid|flag|reject|refus|block|filter|complian|pass"
    r"|not allow)"
)
_CONTENT_CHECK = (
    r"moderat|\baudit|copyright|(?<!case)(?<!case[ -])sensitive"
    r"|\breview(ed)?\b(?! (your|the|our|api|doc))"
    rf"|\bcontent\b.*({_VERDICT})|({_VERDICT}).*\bcontent\b"
    r"|审核|敏感|违规|版权"
)
_TYPED = ("prompt", "negative_prompt")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|‘[^’]*’|`[^`]*`|「[^」]*」|(?<!\w)'[^']*'(?!\w)")


def is_about_rate(message: str) -> bool:
    """Whether the message is about too many requests."""
    return _has(_RATE, message)


def is_about_key(message: str) -> bool:
    """Whether the message is about a rejected key."""
    return _has(_KEY, message)


def is_about_parameter(message: str) -> bool:
    """Whether the message is about a refused parameter."""
    return _has(_PARAMETER, message)


def is_about_content(message: str, typed: Iterable[str] = ()) -> bool:
    """Whether a content check refused. Text that is quoted, or that a person `typed`, is ignored."""
    rest = without_typed(message, typed)
    return _has(_CONTENT_CHECK, rest) and not _has(_SURELY_PARAMETER, rest)


def typed_in(body: Mapping[str, Any] | None) -> list[str]:
    """Return the texts that a person typed into a request, which its answer may repeat."""
    return [text for name in _TYPED if isinstance(text := (body or {}).get(name), str)]


def without_typed(message: str, typed: Iterable[str] = ()) -> str:
    """Return the message without what it repeats of a request: quotations, and longer texts that a person typed."""
    for text in typed:
        if len(text) >= SHORTEST_TYPED:
            message = message.replace(text, " ")
    return _QUOTED.sub(" ", message)


def _has(pattern: str, message: str) -> bool:
    return re.search(pattern, message, re.IGNORECASE) is not None
