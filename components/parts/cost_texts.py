"""What jobs usually cost, as text: one line for the form, and a few words for cards and questions."""

from collections.abc import Sequence

from components.parts.markdown import credits_with_unit
from studio.core.costs import Estimate, Origin, together
from studio.core.number_texts import credits


def in_short(estimate: Estimate, *, sandbox: bool) -> str:
    """Return what these jobs usually cost together, in a few words; empty when it is unknown."""
    if estimate.origin is Origin.MEASURED:
        return f"usually {credits_with_unit(estimate.median, sandbox=sandbox)}"
    if estimate.origin is Origin.PRICE_TABLE:
        return f"{credits_with_unit(estimate.median, sandbox=sandbox)} by the price table"
    return f"usually {_with_other_settings(estimate, sandbox=sandbox)}" if estimate.is_known else ""


def in_a_cell(estimate: Estimate) -> str:
    """Return what a job usually costs as the cell of a table in credits."""
    amount, highest = credits(estimate.median), credits(estimate.highest)
    match estimate.origin:
        case Origin.MEASURED:
            return amount
        case Origin.PRICE_TABLE:
            return f"{amount} (price table)"
        case Origin.OTHER_SETTINGS:
            lowest = credits(estimate.lowest)
            return f"{highest if lowest == highest else f'{lowest} to {highest}'} (other settings)"
    return "not known yet"


def of_plan(estimates: Sequence[Estimate], *, sandbox: bool) -> str:
    """Return what jobs usually cost together; of how many that is known, if not of all. Empty if it is of none."""
    known = [estimate for estimate in estimates if estimate.is_known]
    text = in_short(together(known), sandbox=sandbox)
    return text if len(known) in (0, len(estimates)) else f"{text} for {len(known)} of them, the rest is not known yet"


def in_a_line(estimate: Estimate, *, sandbox: bool) -> str:
    """Return what these jobs usually cost, each and in all, as Markdown; empty when it is unknown."""
    if estimate.origin is Origin.OTHER_SETTINGS:
        return f"Usually {_with_other_settings(estimate.each, sandbox=sandbox, each=estimate.results > 1)}"
    if not estimate.is_known:
        return ""
    is_measured = estimate.origin is Origin.MEASURED
    usually, source = ("Usually ", "") if is_measured else ("", " by the price table")
    if estimate.results == 1:
        return f"{usually}**{credits_with_unit(estimate.median, sandbox=sandbox)}**{_span(estimate)}{source}"
    each = f"{usually}{credits_with_unit(estimate.each.median, sandbox=sandbox)} each{source}"
    return f"{each} · **{credits(estimate.median)} in all**{_span(estimate)}"


def _with_other_settings(estimate: Estimate, *, sandbox: bool, each: bool = False) -> str:
    highest = credits_with_unit(estimate.highest, sandbox=sandbox)
    amount = highest if estimate.lowest == estimate.highest else f"{credits(estimate.lowest)} to {highest}"
    return f"{amount}{' each' if each else ''} with other settings"


def _span(estimate: Estimate) -> str:
    if estimate.lowest == estimate.highest:
        return ""
    return f" ({credits(estimate.lowest)} to {credits(estimate.highest)})"
