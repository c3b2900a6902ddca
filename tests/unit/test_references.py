"""Reference media here: in the ledger of each database, and in the archive under the name of their content."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from studio.archive import disk
from studio.archive.archive import Archive
from studio.core.errors import ArchiveClosed, ArchiveError
from studio.core.reference import Medium
from studio.core.values import Kind
from studio.ledger.ledger import Ledger
from studio.media.output_uses import from_output
from tests.examples import JOB, NAME, PICTURE, REFERENCE, UPLOAD, WHEN
from tests.unit.archive.archived import OUTPUT, files, gives


def test_a_reference_comes_back_as_it_was_given(ledger: Ledger) -> None:
    given = replace(REFERENCE, preview="p", width=1024, height=768, seconds=1.5, person="ann", account="a")
    assert ledger.references.add(given) == given
    assert ledger.references.get(NAME, "a", "ann") == given
    assert ledger.references.get("0" * 64) is None


def test_the_same_content_again_is_the_one_that_is_there_under_the_name_of_who_asks(ledger: Ledger) -> None:
    anns, bobs = (replace(REFERENCE, name=f"{name}.png", person=name, account="a") for name in ("ann", "bob"))
    assert ledger.references.add(anns) == anns
    assert ledger.references.add(replace(bobs, key="another/file.png", added_at=WHEN + timedelta(1))) == bobs
    assert [ledger.references.get(NAME, "a", name) for name in ("ann", "bob")] == [anns, bobs]
    assert ledger.references.get(NAME, "a", "eve") == replace(anns, name="", person="eve")
    assert ledger.references.get(NAME, "b", "ann") == replace(anns, name="", account="b")
    assert [one.name for one in ledger.references.own_files()] == ["ann.png"], "somebody's, for whoever has it all"


def test_of_what_a_file_was_converted_is_told_to_who_gave_it_so(ledger: Ledger) -> None:
    anns, bobs = (replace(REFERENCE, person=name, account="a") for name in ("ann", "bob"))
    assert ledger.references.add(replace(anns, converted="HEIC")).converted == "HEIC"
    assert ledger.references.add(bobs).converted == "", "who gave the PNG itself"
    assert [ledger.references.get(NAME, "a", name) for name in ("ann", "bob")] == [
        replace(anns, converted="HEIC"),
        bobs,
    ]
    ledger.references.add_upload(UPLOAD)
    found = [ledger.references.by_url("a", name, [UPLOAD.url])[UPLOAD.url].reference for name in ("ann", "bob", "eve")]
    assert [one.converted for one in found] == ["HEIC", "", ""]
    assert [one.converted for one in ledger.references.of_person("a", "ann")] == ["HEIC"]
    for converted in ("", "TIFF"):
        assert ledger.references.add(replace(anns, converted=converted)).converted == converted, "as it was given now"


def test_two_who_give_the_same_content_at_once_have_one_file(ledger: Ledger) -> None:
    given = [replace(REFERENCE, name=f"{number}.png", person=str(number % 3)) for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda one: ledger.references.add(one).key, given)) == [REFERENCE.key] * len(given)
    assert len(ledger.references.own_files()) == 1


def test_names_go_with_the_key_to_another_account_where_there_are_none_yet(ledger: Ledger) -> None:
    for account, person in (("a", "ann"), ("a", "bob"), ("b", "bob")):
        ledger.references.add(replace(REFERENCE, name=f"{person} at {account}", account=account, person=person))
    ledger.accounts.add_key("a", "b", shared=False, at=WHEN)
    found = [ledger.references.get(NAME, account, person) for account in "ba" for person in ("ann", "bob")]
    assert [one and one.name for one in found] == ["ann at a", "bob at b", "", ""]


def test_an_upload_is_of_one_account(ledger: Ledger) -> None:
    ledger.references.add_upload(UPLOAD)
    assert ledger.references.upload_of("a", NAME) == UPLOAD
    assert ledger.references.upload_of("b", NAME) is None
    assert ledger.references.upload_of("a", "0" * 64) is None


def test_a_forgotten_address_is_not_used_again_and_still_says_which_file_it_was(ledger: Ledger) -> None:
    ledger.references.add(REFERENCE)
    ledger.references.add_upload(UPLOAD)
    ledger.references.invalidate_upload("a", NAME, WHEN)
    assert ledger.references.upload_of("a", NAME) is None
    assert ledger.references.of_url(UPLOAD.url) == replace(REFERENCE, name="")
    anew = replace(UPLOAD, url="https://static.weryai.com/2.png", at=WHEN + timedelta(hours=1))
    ledger.references.add_upload(anew)
    assert ledger.references.upload_of("a", NAME) == anew
    assert ledger.references.of_url(anew.url) == replace(REFERENCE, name="")


def test_an_address_that_is_given_a_second_time_is_good_again(ledger: Ledger) -> None:
    ledger.references.add_upload(UPLOAD)
    ledger.references.invalidate_upload("a", NAME, WHEN)
    ledger.references.add_upload(UPLOAD)
    assert ledger.references.upload_of("a", NAME) == UPLOAD


def test_to_forget_is_for_one_account(ledger: Ledger) -> None:
    ledger.references.add_upload(UPLOAD)
    ledger.references.add_upload(replace(UPLOAD, account="b"))
    ledger.references.invalidate_upload("b", NAME, WHEN)
    assert ledger.references.upload_of("a", NAME) == UPLOAD


def test_an_address_of_nobody_is_no_reference(ledger: Ledger) -> None:
    ledger.references.add(REFERENCE)
    assert ledger.references.of_url("https://example.com/a.png") is None


def test_uploads_go_with_the_key_to_another_account_also_where_both_have_one(ledger: Ledger) -> None:
    own = replace(UPLOAD, sha256="1" * 64, url="https://static.weryai.com/own.png")
    for upload in (UPLOAD, own, replace(UPLOAD, account="b")):
        ledger.references.add_upload(upload)
    ledger.accounts.add_key("a", "b", shared=False, at=WHEN)
    assert ledger.references.upload_of("b", NAME) == replace(UPLOAD, account="b")
    assert ledger.references.upload_of("b", own.sha256) == replace(own, account="b")
    assert ledger.references.upload_of("a", own.sha256) is None


def test_the_longest_address_that_is_taken_fits_into_both_databases(ledger: Ledger) -> None:
    longest = replace(UPLOAD, url="https://x/".ljust(600, "😀"))
    ledger.references.add_upload(longest)
    assert ledger.references.upload_of("a", NAME) == longest


def keep(place: Path) -> tuple[str, str]:
    return Archive(place.as_uri()).keep_reference(NAME, "png", iter([PICTURE[:999], PICTURE[999:]]), b"small")


def test_a_reference_is_kept_under_the_name_of_its_content(tmp_path: Path) -> None:
    key, preview = keep(tmp_path)
    assert files(tmp_path) == sorted([f"references/{NAME}.png", f"references/{NAME}-preview.webp"])
    assert ((tmp_path / key).read_bytes(), (tmp_path / preview).read_bytes()) == (PICTURE, b"small")


def test_a_reference_without_a_preview_is_one_file(tmp_path: Path) -> None:
    assert Archive(tmp_path.as_uri()).keep_reference(NAME, "mp3", [PICTURE]) == (f"references/{NAME}.mp3", "")
    assert files(tmp_path) == [f"references/{NAME}.mp3"]


def test_one_that_is_there_is_not_written_again_and_a_damaged_one_is(tmp_path: Path) -> None:
    key, preview = keep(tmp_path)
    before = [(tmp_path / name).stat().st_ino for name in (key, preview)]
    assert keep(tmp_path) == (key, preview)
    assert [(tmp_path / name).stat().st_ino for name in (key, preview)] == before
    (tmp_path / key).write_bytes(b"?" * len(PICTURE))
    keep(tmp_path)
    assert (tmp_path / key).read_bytes() == PICTURE


def test_what_is_not_the_content_that_was_checked_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="is damaged"):
        Archive(tmp_path.as_uri()).keep_reference(NAME, "png", [PICTURE[:-1]], b"small")
    assert files(tmp_path) == []


def test_a_full_disk_takes_no_reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "ROOM", 10**18)
    with pytest.raises(ArchiveClosed, match="The disk is full"):
        keep(tmp_path)
    assert files(tmp_path) == []


def test_an_object_store_keeps_references_too() -> None:
    opened = Archive("memory://studio-references")
    key, _ = opened.keep_reference(NAME, "png", [PICTURE], b"small")
    assert opened.path(key).read_bytes() == PICTURE


def test_an_output_is_a_reference_without_a_copy(tmp_path: Path) -> None:
    saved = Archive(tmp_path.as_uri()).save(JOB, OUTPUT, gives(PICTURE))
    output = replace(OUTPUT, **vars(saved), preview="small.webp")
    before, made = files(tmp_path), from_output(output, "Two hills", person="ann", at=WHEN)
    assert (made.key, made.preview, made.sha256, made.size) == (saved.key, "small.webp", NAME, len(PICTURE))
    assert (made.medium, made.width, made.name, made.person) == (Medium(Kind.IMAGE), 1024, "Two hills", "ann")
    assert files(tmp_path) == before


def test_a_reference_and_its_name_are_synced_before_it_is_called_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[int] = set()
    opened, sync = Archive(tmp_path.as_uri()), os.fsync

    def noted(file: int) -> None:
        synced.add(os.fstat(file).st_ino)
        sync(file)

    monkeypatch.setattr(os, "fsync", noted)
    names = opened.keep_reference(NAME, "png", [PICTURE], b"small")
    for place in (*(tmp_path / name for name in names), tmp_path / "references", tmp_path):
        assert place.stat().st_ino in synced
