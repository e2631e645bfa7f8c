"""Comments, invented."""

from sidra_ui.viewmodels.comments import CommentPiece, CommentsView, CommentView, Mention, MentionOptions
from sidra_ui.viewmodels.common import avatar
from sidra_ui.viewmodels.records import CreatedRecord


def comments() -> CommentsView:
    """Return the comments of a customer, one of them the reader's own."""
    mine = CommentView(
        "2",
        "Fatou Diop",
        avatar("Fatou Diop"),
        "today, 10:42",
        "2026-03-20T10:42:00+00:00",
        (CommentPiece("Calls back after 16:00. "), CommentPiece("@Omar Sow", is_mention=True), CommentPiece(", you?")),
        note="changed today, 10:44",
        text="Calls back after 16:00. @omar, you?",
        edit_href="#",
        remove_href="#",
    )
    gone = CommentView(
        "1",
        "Omar Sow",
        avatar("Omar Sow"),
        "yesterday",
        "2026-03-19T09:00:00+00:00",
        gone="This comment was taken back.",
    )
    return CommentsView("#", "#", "record:customer:1", (mine, gone), "1", "#")


def mentions() -> MentionOptions:
    """Return colleagues to mention."""
    return MentionOptions((Mention("omar", "Omar Sow", avatar("Omar Sow")),))


def created() -> CreatedRecord:
    """Return what a dialog made."""
    return CreatedRecord("42", "Huta Północ S.A.")
