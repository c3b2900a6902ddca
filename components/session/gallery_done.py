"""What a person did last with results of the gallery, in words, and what undoes it. It lasts until the next action."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from studio.client import Client
from studio.core.gallery import Mark, Tag


@dataclass(frozen=True)
class GalleryDone:
    """The number of results, what was done with them, and the function that undoes it and returns of how many."""

    number: int = 0
    what: str = ""
    undo: Callable[[Client], int] = lambda _: 0


def deleted(ids: Sequence[int]) -> GalleryDone:
    """Say that these results were deleted."""
    return GalleryDone(len(ids), "deleted", lambda client: len(client.gallery.restore(ids)))


def tagged(ids: Sequence[int], tag: str) -> GalleryDone:
    """Say that these results got a tag: the others that were selected had it."""
    return GalleryDone(len(ids), f"tagged {tag}", lambda client: len(client.gallery.remove_tag(ids, tag)))


def untagged(removed: Sequence[Tag], tag: str) -> GalleryDone:
    """Say that results lost a tag."""
    what = f"no longer tagged {tag}"
    return GalleryDone(len(removed), what, lambda client: client.gallery.restore_tags(removed))


def collected(ids: Sequence[int], collection: str, name: str) -> GalleryDone:
    """Say that these results were added to a collection, which has this ID and name: the others were in it."""
    return GalleryDone(len(ids), f"added to {name}", lambda client: len(client.gallery.remove_from(collection, ids)))


def uncollected(ids: Sequence[int], collection: str) -> GalleryDone:
    """Say that these results were removed from a collection, which has this ID."""
    what = "removed from the collection"
    return GalleryDone(len(ids), what, lambda client: len(client.gallery.add_to(collection, ids)))


def set_favourite(client: Client, ids: Sequence[int], favourite: bool) -> GalleryDone:
    """Make these results favourites, or no favourites, and say so of those that were not that before."""
    before = client.gallery.marks(ids)
    client.gallery.set_favourite(ids, favourite)
    changed = [one for one in ids if _is_favourite(before, one) != favourite]
    what = "made favourites" if favourite else "no longer favourites"
    return GalleryDone(len(changed), what, lambda client: client.gallery.set_favourite(changed, not favourite))


def rate(client: Client, ids: Sequence[int], rating: int) -> GalleryDone:
    """Rate these results, 0 for none, and say so of those that had another rating before."""
    before = client.gallery.marks(ids)
    client.gallery.rate(ids, rating)
    earlier = defaultdict[int, list[int]](list)
    for one in ids:
        earlier[before[one].rating if one in before else 0].append(one)
    earlier.pop(rating, None)
    what = f"rated {rating}" if rating else "no longer rated"
    return GalleryDone(sum(map(len, earlier.values())), what, partial(_rate_again, earlier))


def _is_favourite(before: Mapping[int, Mark], output: int) -> bool:
    return output in before and before[output].favourite


def _rate_again(by_rating: Mapping[int, Sequence[int]], client: Client) -> int:
    return sum(client.gallery.rate(ids, rating) for rating, ids in by_rating.items())
