"""One at a time puts something in force, by what holds at the very moment; what fails leaves what was in force."""

import subprocess
from collections.abc import Callable

import pytest
from tests.core.releases.installed import CORE, FAST, NOW, Installed, item, shown_rows
from tests.core.releases.test_approving import LABEL, author, on_both, second, security, sn

from sidra.access.accounts import Accounts
from sidra.access.actor import OPERATOR, Actor
from sidra.access.tables import access_tables_alone
from sidra.affiliates.migrating import Migrating
from sidra.cli.exits import Exit, exit_of
from sidra.errors import Forbidden, SidraError
from sidra.releases.claims import Claims
from sidra.releases.errors import Claimed, NotApproved, Unfinished
from sidra.releases.history import Releases
from sidra.releases.plan import Impact
from sidra.releases.proposals import Proposal
from sidra.releases.revisions import shown
from sidra.store.schema.journal import Entry
from sidra.store.schema.running import Runner

__all__ = ["author", "second", "security", "sn"]

NUMBERS = ("baseline/sidra_baseline/core/entities/person.yaml", "code: {type: string}", "code: {type: integer}")


def ready(sn: Installed, author: Actor, second: Actor, security: Actor) -> Proposal:
    """Propose what is saved, with everything approved and decided."""
    proposal, approvals = sn.propose("A change", author), sn.releasing().approvals
    for gate in proposal.plan.gates:
        approvals.approve(second if gate == "configure" else security, proposal.id, gate)
    for one in approvals.undecided(proposal):
        approvals.decide(security, proposal.id, one.key, one.choices[0], "everybody was told", seen=shown_rows(one))
    return proposal


def execute(sn: Installed, said: str) -> None:
    with sn.store.writing() as connection:
        connection.execute(said)


@on_both
def test_one_who_comes_while_another_is_at_work_is_told_who(sn: Installed, author: Actor, second: Actor) -> None:
    sn.edit(*LABEL)
    proposal = sn.propose("A label", author)
    sn.releasing().approvals.approve(second, proposal.id, "configure")
    claims = Claims(sn.store, lambda: NOW)
    deeds: tuple[Callable[[], object], ...] = (
        lambda: sn.releasing().apply(proposal.revision, OPERATOR, "now"),
        lambda: sn.releasing().rollback("1", OPERATOR, "back"),
        lambda: sn.releasing().end_trial(OPERATOR, "no"),
    )
    with claims.held("apply `123`", second):
        for deed in deeds:
            with pytest.raises(Claimed, match=r"Aminata has begun to apply `123` at 2026-05-04 12:00:00") as refused:
                deed()
        assert "wait until that has ended" in refused.value.hint
        assert (exit_of(refused.value), refused.value.code) == (Exit.REFUSED, "R708")
        assert [one.number for one in sn.releasing().releases.all()] == [1]
    assert sn.releasing().apply(proposal.revision, second, "now").number == 2


def test_the_turn_of_a_process_that_died_or_is_silent_goes_to_the_next(sn: Installed, author: Actor) -> None:
    gone = subprocess.Popen(("true",))
    gone.wait()
    claims = Claims(sn.store, lambda: NOW)
    for change in (f"process = {gone.pid}", "host = 'another', until = until - 61000000"):
        with claims.held("apply", author) as first, sn.store.reading():
            execute(sn, f"UPDATE release_claim SET {change}")
            with claims.held("apply", author) as second:
                with pytest.raises(Claimed, match="taken the turn over"), sn.store.writing() as connection:
                    claims.keep(connection, first)
                with sn.store.writing() as connection:
                    claims.keep(connection, second)
    with sn.store.reading() as connection:
        assert connection.execute("SELECT count(*) FROM release_claim").fetchone()[0] == 0


def test_a_number_of_a_process_means_nothing_in_another_container(sn: Installed, author: Actor) -> None:
    gone = subprocess.Popen(("true",))
    gone.wait()
    claims = Claims(sn.store, lambda: NOW)
    with claims.held("apply", author):
        execute(sn, f"UPDATE release_claim SET process = {gone.pid}, space = 'another'")
        with pytest.raises(Claimed, match="Ousmane has begun to apply"), claims.held("apply", author):
            pass


def test_what_is_taken_away_while_the_database_is_brought_is_seen(
    sn: Installed, author: Actor, second: Actor, security: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sn.edit(*LABEL)
    proposal = ready(sn, author, second, security)
    accounts = Accounts(sn.store, access_tables_alone(), clock=lambda: NOW, passwords=FAST)
    bring = Migrating.apply

    takings: tuple[tuple[Callable[[], object], type[SidraError], str], ...] = (
        (lambda: sn.releasing().apply(proposal.revision, second, "me too"), Claimed, "Ousmane has begun to apply"),
        (lambda: accounts.disable("aminata"), NotApproved, "the account is shut"),
        (lambda: accounts.disable("ousmane"), Forbidden, "the account is shut"),
        (lambda: accounts.set_roles("ousmane", ["agent"]), Forbidden, "`configure`"),
        (lambda: execute(sn, "UPDATE release_claim SET token = 'another'"), Claimed, "taken the turn over"),
    )
    for take, error, said in takings:

        def meanwhile(migrating: Migrating, take: Callable[[], object] = take) -> None:
            bring(migrating)
            take()

        with monkeypatch.context() as patched:
            patched.setattr(Migrating, "apply", meanwhile)
            with pytest.raises(error, match=said):
                sn.releasing().apply(proposal.revision, author, "now")
        assert [one.number for one in sn.releasing().releases.all()] == [1]
        for login in ("aminata", "ousmane"):
            accounts.disable(login, disabled=False)
        accounts.set_roles("ousmane", ["configurator"])
        execute(sn, "DELETE FROM release_claim")


def unsaid(sn: Installed, proposal: Proposal, author: Actor, second: Actor) -> tuple[Callable[[], object], ...]:
    """What takes away that a proposal was approved."""
    gate = proposal.plan.gates[0]
    return (
        lambda: sn.releasing().approvals.withdraw(author, proposal.id),
        lambda: sn.releasing().approvals.refuse(second, proposal.id, gate, "rather not"),
        lambda: sn.propose("The same again", author),
    )


@on_both
def test_what_is_being_put_in_force_stays_as_it_was_approved(
    sn: Installed, author: Actor, second: Actor, security: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sn.edit(*LABEL)
    proposal = ready(sn, author, second, security)
    bring = Migrating.apply

    def meanwhile(migrating: Migrating) -> None:
        bring(migrating)
        for deed in unsaid(sn, proposal, author, second):
            with pytest.raises(Claimed, match="has begun to apply"):
                deed()

    monkeypatch.setattr(Migrating, "apply", meanwhile)
    assert sn.releasing().apply(proposal.revision, OPERATOR, "now").number == 2
    assert sn.releasing().proposals.get(proposal.id).state == "applied"


@on_both
def test_steps_that_fail_midway_leave_the_old_release_and_are_gone_on_with(
    sn: Installed, author: Actor, second: Actor, security: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sn.edit(*LABEL)
    labelled = sn.releasing().apply(ready(sn, author, second, security).revision, OPERATOR, "first")
    for code in ("7", "8"):
        sn.make("person", name="Awa", code=code)
    sn.edit(*NUMBERS)
    proposal = ready(sn, author, second, security)
    done: list[Entry] = []
    go_on = Runner._one

    def stumble(runner: Runner, entry: Entry) -> None:
        if done:
            raise RuntimeError("the machine is out of memory")
        go_on(runner, entry)
        done.append(entry)

    with monkeypatch.context() as patched:
        patched.setattr(Runner, "_one", stumble)
        with pytest.raises(RuntimeError):
            sn.releasing().apply(proposal.revision, OPERATOR, "now")
    assert done
    for deed in unsaid(sn, proposal, author, second):
        with pytest.raises(Unfinished, match="on its way to this"):
            deed()
    assert sn.releasing().releases.live() == labelled
    sn.make("person", name="Served meanwhile")
    assert codes(sn) == ["7", "8"]
    with pytest.raises(Unfinished, match="on its way") as refused:
        sn.releasing().rollback("1", OPERATOR, "back")
    assert (exit_of(refused.value), refused.value.code) == (Exit.REFUSED, "R709")
    path, words, number = NUMBERS
    sn.edit(path, number, words)
    sn.edit(f"{CORE}/entities/person.yaml", "max_length: 50", "max_length: 49")
    other = ready(sn, author, second, security)
    with pytest.raises(Unfinished, match="on its way") as refused:
        sn.releasing().apply(other.revision, OPERATOR, "now")
    assert f"--revision {shown(proposal.revision)} --why" in refused.value.hint
    assert codes(sn) == ["7", "8"]
    assert sn.releasing().apply(proposal.revision, OPERATOR, "now").number == 3
    assert codes(sn) == [7, 8]


def codes(sn: Installed) -> list[object]:
    """What people have of the attribute, in the form that it is kept in."""
    with sn.store.reading() as connection:
        rows = connection.execute("SELECT code FROM person WHERE code IS NOT NULL").fetchall()
    return sorted((code for (code,) in rows), key=str)


@on_both
def test_values_that_an_apply_left_converted_are_a_change_of_their_own(
    sn: Installed, author: Actor, second: Actor, security: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in ("7", "8"):
        sn.make("person", name="Awa", code=code)
    sn.edit(*NUMBERS)
    numbers = ready(sn, author, second, security)
    with monkeypatch.context() as patched:
        patched.setattr(Releases, "add", lambda *_: pytest.fail("the machine is out of memory"))
        with pytest.raises(BaseException, match="out of memory"):
            sn.releasing().apply(numbers.revision, OPERATOR, "now")
    assert codes(sn) == [7, 8]
    path, words, number = NUMBERS
    sn.edit(path, number, words)
    sn.edit(*LABEL)
    label = sn.propose("A label", author)
    back = item(label.plan, Impact.DESTRUCTIVE, "person.attributes.code")
    assert (back.word, back.blocks, shown_rows(back), back.choices) == ("values_converted", True, 2, ("accept",))
    assert label.plan.gates == ("configure", "approve_data")
    sn.releasing().approvals.approve(second, label.id, "configure")
    with pytest.raises(NotApproved, match="approve_data"):
        sn.releasing().apply(label.revision, OPERATOR, "now")
    assert codes(sn) == [7, 8]
    assert sn.releasing().apply(numbers.revision, OPERATOR, "again").number == 2
