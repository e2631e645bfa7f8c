"""The comments of a record, as its reader sees them."""

from __future__ import annotations

from collections.abc import Iterator

from sidra.access.accounts import Account
from sidra.comments.mentions import MENTION, accounts_of, offered
from sidra.comments.service import PAGE, Comment, change_until, comments_of, count_comments
from sidra.records.record import Record
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.desk import Desk
from sidra_ui.viewmodels.comments import CommentPiece, CommentsView, CommentView, Mention, MentionOptions
from sidra_ui.viewmodels.common import avatar
from sidra_ui.viewmodels.records import TabView

COMMENTS = "comments"
"""The tab, and the last part of its address."""
BEFORE = "before"
"""In the address: the comment before which the part that is shown begins."""


def comments_tab(desk: Desk, record: Record, view: CommentsView | None = None) -> TabView:
    """The tab of comments with how many there are."""
    shown = view or comments_view(desk, record)
    return TabView(COMMENTS, desk.messages.text("comments"), comments=shown, count=shown.count)


def comments_view(desk: Desk, record: Record, before: str = "", text: str = "", error: str = "") -> CommentsView:
    """The comments of a record; `text` is what was entered and refused."""
    address = desk.addresses.record(record.entity, record.id, COMMENTS)
    found = comments_of(desk.records, record, before, PAGE + 1)
    # Names are asked for only where somebody is mentioned.
    named = {one.id: one for one in accounts_of(desk.records.runtime)} if any(each.mentions for each in found) else {}
    count = count_comments(desk.records, record)
    return CommentsView(
        action=address,
        mentions_href=desk.addresses.record(record.entity, record.id, "mentions"),
        topic=f"record:{record.entity}:{record.id}",
        comments=tuple(comment_view(desk, address, each, named) for each in found[:PAGE]),
        count=desk.formats.number(count) if count else "",
        older_href=with_query(address, ((BEFORE, found[PAGE - 1].id),)) if len(found) > PAGE else "",
        latest_href=address if before else "",
        text=text,
        error=error,
        kept_name=f"comment.{desk.records.actor.id}.{record.id}",
    )


def comment_view(desk: Desk, address: str, comment: Comment, named: dict[str, Account]) -> CommentView:
    """One comment, with the ways to change it for its writer as long as there are any."""
    texts, formats = desk.messages, desk.formats
    is_open = comment.author_id == desk.records.actor.id and desk.records.now <= change_until(comment)
    is_mine = is_open and comment.text is not None
    gone = texts.text("comment_removed" if comment.removed_at is not None else "comment_erased")
    edited = comment.edited_at
    return CommentView(
        id=comment.id,
        who=comment.author_name,
        avatar=avatar(comment.author_name),
        when=formats.moment(comment.at),
        instant=comment.at.isoformat(),
        pieces=tuple(pieces(comment, named)),
        gone="" if comment.text is not None else gone,
        note=texts.text("comment_edited", when=formats.moment(edited)) if edited is not None and comment.text else "",
        text=comment.text or "",
        edit_href=f"{address}/{comment.id}" if is_mine else "",
        remove_href=f"{address}/{comment.id}/remove" if is_mine else "",
    )


def pieces(comment: Comment, named: dict[str, Account]) -> Iterator[CommentPiece]:
    """The text, with the names of those whom it mentions in the place of their logins."""
    text, last = comment.text or "", 0
    mentioned = {named[id].login.casefold(): named[id].name for id in comment.mentions if id in named}
    for found in MENTION.finditer(text):
        login = found[1].rstrip(".-")
        name = mentioned.get(login.casefold())
        if name is not None:
            yield CommentPiece(text[last : found.start()])
            yield CommentPiece(f"@{name}", is_mention=True)
            last = found.start() + 1 + len(login)
    yield CommentPiece(text[last:])


def mention_options(desk: Desk, record: Record, typed: str) -> MentionOptions:
    """The colleagues who may be mentioned on a record, for the beginning of a name."""
    found = offered(desk.records.runtime, record, typed)
    return MentionOptions(tuple(Mention(one.login, one.name, avatar(one.name)) for one in found))
