"""What can go wrong at run time: stable codes, and the problems of a record that cannot be saved.

A reason names places and rules, never the value that offended: errors reach logs, and logs hold no personal data.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from sidra_metamodel.diagnostics import SidraError

__all__ = [
    "CODES",
    "BadQuery",
    "Busy",
    "Conflict",
    "Duplicate",
    "Forbidden",
    "Invalid",
    "Misconfigured",
    "NotFound",
    "NotServed",
    "Problem",
    "SidraError",
    "TooManyAttempts",
    "TookLong",
    "Unauthenticated",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a record cannot be saved as it is, or a warning about it."""

    code: str
    path: str
    """The attribute it is about, such as `contact_media[0].phone_number`; empty for the whole record."""
    message: str
    """For people, in their language."""
    hint: str = ""
    severity: Literal["error", "warning"] = "error"

    def below(self, prefix: str) -> Problem:
        """Return the same problem of a record that stands at `prefix` of another one."""
        path = f"{prefix}.{self.path}" if self.path else prefix
        return Problem(self.code, path, self.message, self.hint, self.severity)


class BadQuery(SidraError):
    """A list was asked for in a way that is not declared: an unknown filter, sort, cursor or page size."""

    code = "R400"


class Unauthenticated(SidraError):
    """Nobody is signed in, or the credentials do not fit."""

    code = "R401"


class Forbidden(SidraError):
    """The actor's roles do not allow it."""

    code = "R403"


class NotFound(SidraError):
    """There is no such record, or the actor may not see it: the two answer alike."""

    code = "R404"


class Conflict(SidraError):
    """The record has changed since it was read."""

    code = "R409"


class Outdated(Conflict):
    """The record is no longer of the version that the caller means to change."""


class Duplicate(SidraError):
    """Another record has a value that identifies; it is never named."""

    code = "R410"

    def __init__(self, reason: str, *, fields: Iterable[str] = (), hint: str = "") -> None:
        super().__init__(reason, hint=hint)
        self.fields = tuple(fields)
        """The attributes that both share."""


class Invalid(SidraError):
    """What was given does not make a record; `problems` says why, all at once."""

    code = "R422"

    def __init__(self, problems: Iterable[Problem], *, hint: str = "") -> None:
        self.problems = tuple(problems)
        places = ((f"{problem.path}: " if problem.path else "", problem.message) for problem in self.problems)
        listed = "; ".join(place + message for place, message in places)
        super().__init__(listed or "the record is not valid", hint=hint)


class TooManyAttempts(SidraError):
    """Something that is slowed down was tried too often; it works again after `retry_after_seconds`."""

    code = "R429"

    def __init__(self, reason: str, *, retry_after_seconds: int, hint: str = "") -> None:
        super().__init__(reason, hint=hint)
        self.retry_after_seconds = retry_after_seconds


class Misconfigured(SidraError):
    """A part of the configuration cannot be put in force, although its check found nothing."""

    code = "R500"


class NotServed(Misconfigured):
    """An affiliate has no Runtime; the code is that of what keeps it from having one."""

    def __init__(self, reason: str, *, code: str = Misconfigured.code, hint: str = "") -> None:
        super().__init__(reason, hint=hint)
        self.code = code


class Busy(SidraError):
    """The store is occupied; the same request works later."""

    code = "R503"


class TookLong(Busy):
    """The database did not finish in the time that it is given; what asks for less of it works."""

    code = "R504"


CODES: Mapping[str, str] = types.MappingProxyType(
    {
        "R001": "A setting is unknown or has a value that cannot be. Mend `sidra.yaml` or the variable that is named.",
        "R002": "The database cannot be opened. Check its path, its rights and the space on its disk.",
        "R003": "The database does not fit the configuration. Undo the change that is named, or use a new name.",
        "R004": "A plugin is missing or breaks. Install it, mend it, or take it out of the setting `plugins`.",
        "R005": "A layer names a place for its records that cannot be. Name a file, a schema or a database of its own.",
        "R006": "Nobody can listen at the address. Use another port or host, or end the program that listens there.",
        "R050": "The file of the keys cannot be used. Give it back to its owner alone, or restore its backup.",
        "R051": "A sealed value cannot be read. Restore the file of the keys, or the record, from its backup.",
        "R070": "The file of the ways in says what cannot be. Mend what is named in the file of the setting `sign_in`.",
        "R071": "An identity provider's answer does not prove who you are. Sign in again, or tell the operator.",
        "R072": "An identity provider cannot be reached. Try again later; the operator finds why in the log.",
        "R073": "No account belongs to whom the identity provider names. Ask an administrator for one.",
        "R030": "The file of passwords for PostgreSQL cannot be used. Let its owner alone read it: `chmod 600`.",
        "R031": "A role or a schema in PostgreSQL is not this affiliate's alone. Take from it what is named.",
        "R032": "You may not make roles or schemas in PostgreSQL. Let its administrator run what is printed.",
        "R033": "A report of the group asks for what not all affiliates have. Leave it out, or name those that do.",
        "R034": "A database does not hold together. Keep it as it is, restore its last backup beside it, and compare.",
        "R035": "A server of databases lacks a right, an extension or a schema. Give it what is named.",
        "R090": "A reason is missing, or says nothing. Say in a few words why the value is needed.",
        "R040": "A file of a head of the audit cannot be read or written. Mend its rights, or name another file.",
        "R041": "The audit is not what was written. Keep the database as it is, and find out who could write to it.",
        "R060": "The database of durable work cannot be used. Check `jobs_database`, its server, rights and disk.",
        "R061": "A piece of work failed. See its reason with `sidra jobs show`, mend that, and retry it.",
        "R062": "Nothing installed does work of this name. Install the plugin that does, or cancel the work.",
        "R063": "A process does durable work for one database. Start another process with `sidra work`.",
        "R064": "A row among the durable work is not of Sidra. Find out who wrote it, before it is deleted.",
        "R065": "The work is in a state in which this cannot be done. See its state with `sidra jobs show`.",
        "R052": "Records of a person must stay for now. Finish or close them, or erase even what is held.",
        "R080": "Two records cannot become one, or no longer two. See the reason that is named, and compare again.",
        "R066": "A person ended it. Load the same file again for the rest, or retry the work.",
        "R100": "Records must be moved or converted first. Look at `sidra db plan`, then run `sidra db apply`.",
        "R101": "A value cannot be kept as it must be now. Correct the record, and run `sidra db apply` again.",
        "R102": "Somebody else changed the tables. Run `sidra db status`, then `sidra db apply`, or restore a backup.",
        "R103": "Records do not fulfil what is demanded now. `sidra db plan` names some; correct them, or demand less.",
        "R120": "A connector has no address or no secret here. Set the variable of the environment that is named.",
        "R121": "Another system did not answer in time. Try again a little later.",
        "R122": "Another system cannot be reached, or must not be. Try again, or ask the operator about its address.",
        "R123": "Another system refused the call. Have the operator look at what the log says of it.",
        "R124": "Another system answered what cannot be read. Have its answers compared with the connector.",
        "R125": "Another system is left alone for a moment, because it failed. Try again a little later.",
        "R126": "A connector was asked with a value that cannot stand in an address. Correct the record.",
        "R130": "A channel takes no answer so long after the customer's message. Use another, or wait for a message.",
        "R131": "The channel is quiet at this hour. Send it later, or call where it cannot wait.",
        "R132": "The customer has not agreed to be written to. Ask for consent first, or call.",
        "R133": "There is no number or address for the channel. Add a contact medium, or link the customer.",
        "R134": "The conversation is over. Wait until the customer writes again, or begin another one.",
        "R135": "Somebody holds as many conversations as their queues allow. Finish one, or take it all the same.",
        "R140": "More records are chosen than may be changed at once. Choose fewer, for example by a filter.",
        "R141": "No record is chosen. Choose some in the list.",
        "R142": "Whoever asked for a change to many records has no account any more. Ask for it as somebody else.",
        "R143": "Whoever asked for a file of a list has other rights by now, or no account. Export the list again.",
        "R150": "A comment says nothing, or too much. Write a few words, or attach a file.",
        "R152": "A file is too large. Bring a smaller one.",
        "R153": "A file is not what the attribute takes, or not what its name says. Bring one of those that are named.",
        "R154": "A file was not brought for this, or is no longer kept. Choose it again.",
        "R155": "More is entered in a form than a draft keeps. Save the record.",
        "R160": "The gate of a board's column stays shut. See to what it names, then move the card again.",
        "R161": "No step leads from where the card stands to that column. Move it to one that is offered.",
        "R170": "Events are not sent to this address. Give one that is reached from everywhere, by https.",
        "R180": "A file is no translation, or says what the configuration does not allow. Correct the line it names.",
        "R190": "A configuration has errors, so its tests cannot be run. Run `sidra check` and mend what it names.",
        "R195": "Answers to a questionnaire make no configuration. Correct what is named, and call the command again.",
        "R196": "The place of a new affiliate is taken. Name another folder, or go on in the one that there is.",
        "R197": "A workbook is none of the affiliate's. Begin with the `data.xlsx` of its folder.",
        "R198": "Sheets would be written over that somebody has filled. Move the workbook away, or load it, before.",
        "R400": "The query is not one that this list answers. Use the filters, sorts and cursors that it declares.",
        "R401": "Nobody is signed in. Sign in again, or send a token that is valid.",
        "R403": "Your roles do not allow this. Ask an administrator for a role that does.",
        "R404": "There is no such record, or you may not see it. Check the address, or search for the record.",
        "R405": "The address does not answer this method. Use one that the answer names under `Allow`.",
        "R406": "The client takes no form that we write. Accept `application/json`.",
        "R408": "The request took too long to arrive. Send it again.",
        "R409": "The record was changed by someone else. Read it again and repeat your change.",
        "R410": "Another record has the same identifying value. Search for it and use that record.",
        "R412": "The record is no longer the version that was named. Read it again and repeat your change.",
        "R413": "The request is too large. Send less at a time.",
        "R414": "The address is too long. Use fewer filters.",
        "R415": "The body is of a type that is not read. Send `application/json`.",
        "R422": "What was given is not valid. Each problem names its attribute and its reason; mend them.",
        "R429": "Too many attempts to sign in, or to look up masked values. Wait for the time that is named.",
        "R500": "A part of the configuration cannot be put in force. Run `sidra check` and mend what it names.",
        "R503": "The store is busy. Repeat the same request a little later.",
        "R504": "The database took too long. Narrow the list by a filter that it declares, or repeat it later.",
        "R601": "A value is missing. Give the attribute a value.",
        "R602": "The value cannot be read as the attribute's type. Write it as the message shows.",
        "R603": "The value is too small. Give at least the value that is named.",
        "R604": "The value is too large. Give at most the value that is named.",
        "R605": "The text is too short. Give at least as many characters as are named.",
        "R606": "The text is too long. Give at most as many characters as are named.",
        "R607": "The text does not have the form that is asked for. See the attribute's help for an example.",
        "R608": "The value is not one of the list. Choose one that is offered.",
        "R609": "The value does not pass a check of its type. See the message of the type.",
        "R610": "A rule of the configuration refuses the record. Its message says what must hold.",
        "R611": "There is no such attribute. Check its spelling against the entity.",
        "R612": "The attribute cannot be set by you. Leave it out.",
        "R613": "The step is not possible from the present state. Choose one that is offered.",
        "R614": "A condition of the step does not hold. Complete the record first.",
        "R615": "The step needs a reason from its list. Choose one that is offered.",
        "R616": "The value is in use by another record and must be unique. Check the value, or use the other record.",
        "R617": "There are too few related records. Add as many as are named.",
        "R618": "There are too many related records. Remove as many as are needed.",
        "R619": "The record that is referred to does not exist, or you may not see it. Choose another one.",
        "R620": "A file cannot be read as the feed declares it. Compare its format, its columns and its encoding.",
        "R621": "A text of the file has no value in the feed's lookup. Correct the row, or add the text to `lookup:`.",
        "R622": "A row of the file is broken in itself. Correct the file where the line is named, and load it again.",
        "R623": "A row does not fulfil a quality rule of the feed. Correct the row in quarantine and replay it.",
        "R624": "A feed cannot fill this relation, which has no inverse. Declare `inverse:` in the entity.",
        "R625": "A plugin failed while it looked at the value. Tell the operator, whose log names the place.",
        "R700": "A configuration cannot be put in force so. Do first what the message names.",
        "R701": "Something else was put in force since the plan was made. Plan and propose the change again.",
        "R702": "A gate of a plan is not open. Let people approve whose roles have the functions that are named.",
        "R703": "Records violate what is proposed. Correct them, or let somebody decide that each is corrected later.",
        "R704": "A reason is missing or has run out. Say it, agree on a later date, or take away what it excuses.",
        "R705": "The database no longer fits an earlier release. Propose a change that undoes what is wrong.",
        "R706": "No proposal and no release has this revision. See `sidra releases` and `sidra plan`.",
        "R760": "Files of an overlay could not be written. See the rights and the free space of its folder.",
        "R761": "A version of the baseline cannot be taken so. Decide, or mend, what the message names.",
        "R762": "A baseline cannot be packed or taken. The message says why; nothing was changed.",
        "R707": "The files of a release are damaged. Run `sidra releases AFFILIATE --restore`, or restore a backup.",
        "R708": "Somebody else is putting a configuration in force. Wait until that has ended, or for a minute.",
        "R709": "The database is on its way to another release. Run `sidra apply` for that one again: it goes on.",
        "R710": "Servers were told of another release than the one in force. Run `sidra releases AFFILIATE --restore`.",
        "R711": "Nothing of an affiliate was released yet, so it is not served. Run `sidra plan`, then `sidra apply`.",
        "R716": "Servers read a release that this database has not. See `SIDRA_DATABASE` and `home`: one is another's.",
        "R715": "A plan made anew says something else than the one that was approved. Propose the change anew.",
        "R630": "Demonstration data cannot be made. Mend the affiliate's `demo.json` as the message says.",
    }
)
"""What each code means and the way out: errors (R4xx, R5xx) and problems (R6xx)."""
