"""Questions to the history that are asked beside each other."""

import threading
from contextlib import closing
from pathlib import Path

import pytest

from studio.core.errors import LedgerError
from studio.ledger.history.parallel_queries import MOST_THREADS
from studio.ledger.ledger import open_ledger

WAIT = 20


def test_questions_are_asked_at_the_same_time(tmp_path: Path) -> None:
    both = threading.Barrier(2)
    with closing(open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")) as ledger:
        answers = [ledger.history.parallel.start(lambda: both.wait(WAIT)) for _ in range(2)]
        assert sorted(answer() for answer in answers) == [0, 1]


def test_an_error_reaches_who_waits_for_the_answer(tmp_path: Path) -> None:
    def question() -> None:
        raise LedgerError("The ledger cannot be read.")

    with closing(open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")) as ledger:
        answer = ledger.history.parallel.start(question)
        with pytest.raises(LedgerError):
            answer()


def test_who_wants_an_answer_does_not_wait_for_the_questions_of_others(tmp_path: Path) -> None:
    let_go = threading.Event()
    with closing(open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")) as ledger:
        slow = [ledger.history.parallel.start(lambda: let_go.wait(WAIT)) for _ in range(MOST_THREADS)]
        try:
            assert ledger.history.parallel.start(threading.current_thread)() is threading.current_thread()
        finally:
            let_go.set()
        assert all(answer() for answer in slow)
