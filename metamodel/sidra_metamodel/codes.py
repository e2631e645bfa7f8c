"""The codes of findings about a configuration, and what each means; the documentation's headings come from here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # Reading a file.
        "E000": "Something is wrong that has no code of its own. The message says what.",
        "E001": "A file cannot be read. It must be a plain file that the user of the program may read.",
        "E002": "A file is too large. At most 1,000,000 bytes, 50 levels and 50,000 nodes; split it into documents.",
        "E003": "A file is not UTF-8. Save it in the encoding UTF-8.",
        "E004": "A file is no YAML. The place is where reading ended; the mistake may stand a line above.",
        "E005": "A file has no header. Its first key is a kind and a name: `entity: customer`.",
        "E006": "A feature of YAML that is not allowed. Anchors, aliases, tags, merge keys, directives and second "
        "documents hide what a file says; write it out.",
        "E007": "A key stands twice, or an element under both its names. Keep one; both places are shown.",
        "E008": "A key is a map or a list. Keys are plain names.",
        "E009": "A number that cannot be kept. Shorten it, or put it into quotes if it is text.",
        "E010": "A file whose name does not end in `.yaml`. Rename it; nothing in it is in force.",
        # Names and structure.
        "E101": "No such name. A local name begins with the layer's prefix (`x_sn_…`), so that a name without it that "
        "the layers below do not have is a slip, or an orphan of an upgrade.",
        "E102": "No such instruction. Keys that begin with `$` are the instructions of overlays.",
        "E103": "A place next to what is not there. `$before` and `$after` name a sibling in the same map.",
        "E104": "An instruction where it means nothing. The help lists those that fit.",
        "E105": "Instructions that contradict each other. Keep one of them.",
        "E106": "An instruction with a value of a wrong form. The message says which form it needs.",
        "E107": "A translation that belongs to nothing. Its path must lead to a label; correct it or delete the line.",
        "E108": "A bare list over a set. Say what is meant: `{$add: […], $drop: […]}` or `{$set: […]}`.",
        "E109": "A value to drop that is not in the set. Correct it or delete it.",
        "E110": "Places that go in a circle. Let one of the elements stand by itself.",
        "E111": "Nothing to remove. The layers below do not have it; correct the name or delete the line.",
        "E112": "No such affiliate. Its folder has a `layer.yaml` with `level: affiliate`.",
        "E113": "No such kind of document. The first key of a file is its kind.",
        "E114": "No name for a document. Names have small letters, digits and `_`, and begin with a letter.",
        "E121": "No such keyword. The reference lists the keywords of each kind.",
        "E122": "No name. Names have small letters, digits and `_`, and begin with a letter.",
        "E123": "A keyword is missing that must be there. Add it.",
        "E124": "A value of a wrong form. The message says which form the keyword needs.",
        "E125": "No such path. Paths to explain and show are `<document>.<keyword>.…`.",
        # What a layer may do.
        "E201": "Something locked is changed. A lock of a lower layer, or the keyword itself, makes it final.",
        "E203": "A rule of a lower layer is loosened. An overlay may only tighten it.",
        "E204": "A lock is weaker than one below. A layer may raise a lock, never lower it.",
        "E205": "An instruction that is not for this layer. `$lock`, `$was`, `$extend` are the group's and regions'.",
        "E206": "Something is removed that must stay. Hide it with `hidden: true`.",
        "E207": "An environment changes the model. It may set endpoints, sizes and references to secrets only.",
        "E209": "An addition that the layers below do not allow. The group opens places with `$extend`.",
        "E210": "A change without a reason. Limits and additions want `$why`, on them or around them.",
        "E211": "A change without a ticket. What is replaced or removed wants `$ticket`, on it or around it.",
        "E212": "A debt without an end. `$category: debt` wants `$until`.",
        "E213": "A reason has run out. Its `$until` is past: resolve it or agree on a later end.",
        "E214": "A former name is used. It still works; write the present one.",
        "E215": "An override that says nothing. A warning: a header alone changes nothing, nor does a name that the "
        "layers below have; say what differs, or delete it.",
        "E216": "A role of an overlay that no role of the group bounds. Name the one that it stays within: "
        "`within: agent`.",
        "E217": "A role grants more than the group allows. Layers above the group narrow its roles; what they declare "
        "themselves is theirs to grant, but not what follows from what the group keeps.",
        # Tests.
        "E260": "A name in a test that stands for nothing. Give or make the record, or name the person or step, "
        "before.",
        "E261": "A test that says too little, or too much at once. The message says what it lacks.",
        "E262": "A moment that is none. Write a local day or moment, such as `2026-03-20T09:00`.",
        "E263": "A name in a test that is taken. Choose another one.",
        # Versions of the baseline, and what they do to overlays.
        "E240": "A file that cannot be edited as asked. Nothing of it was changed; edit it by hand.",
        "E241": "No such version of the baseline. `sidra baseline list` shows those in the data folder; "
        "`sidra baseline add` takes another one.",
        "E242": "A version of the baseline that is not as it was packed. Take it anew with `sidra baseline add`.",
        "E243": "A baseline for a layer that is no affiliate. Affiliates are pinned, each by itself.",
        "E244": "A version that is too small for what has changed. `sidra baseline version` says which it must have.",
        "E245": "overlay.lock was edited by hand. Take the last good one, or write it anew with `sidra baseline lock`.",
        "E246": "overlay.lock cannot be read. Take the last good one, or write it anew with `sidra baseline lock`.",
        "E247": "overlay.lock does not know an override. Run `sidra baseline lock` and commit what it writes.",
        "E248": "The overlay was last compared with another baseline. Look at what has changed with `sidra upgrade`.",
        "E249": "A finding is not decided, or a decision is about none. Decide each that blocks.",
        "E250": "An upgrade was stopped midway. Run it again: it writes the files that wait.",
        "E218": "A waiver or a ceiling that a layer grants itself. The group alone has them, in its own tree.",
        "E219": "A waiver has run out. A warning: the value stays in force; take it back, or agree on a later day.",
        "E220": "A waiver or a ceiling that serves nothing. A warning: no such affiliate or path, another value, or no "
        "rule that it would be needed for; correct it, or take it back.",
        "E280": "Nothing to promote at a path. `sidra gap` lists what affiliates say of their own.",
        "E281": "Affiliates say different things at a path. Name the one whose value to take with `--like`.",
        "E282": "A layer that nothing can be promoted to. Name `core`, a pack or a region of the affiliates.",
        "E283": "Somebody would have something else than before. Nothing was changed; let them take it over with "
        "`--approve`, or promote something smaller.",
        "E284": "An affiliate cannot keep what it has. Let it take over what comes with `--approve`, or promote to a "
        "region that it is not in.",
        "E285": "A name that what is promoted cannot have. Give another one with `--rename`, or promote first what it "
        "uses.",
        "E286": "A file that cannot be written. All files are as they were; let this user write there, then do it "
        "again.",
        "E221": "A change goes farther than the group allows the affiliate. Take it back to the level of the ceiling, "
        "or ask for a waiver or a higher ceiling.",
        # Conflicts.
        "E301": "Two packs disagree. Nothing orders them: decide in `core`, or let one `requires:` the other.",
        "E302": "Two classes register one kind of document. Rename one of them.",
        "E303": "A document is declared twice in one layer. Make the two files one.",
        "E305": "Two plugins register one type. Rename one of them.",
        # References and meaning.
        "E401": "No such name is declared. The help offers the nearest one.",
        "E402": "Something hidden is used. Show it, or do without it.",
        "E403": "A required attribute without default is hidden. Nobody could fill it: give it a default.",
        "E404": "Declarations go in a circle. Cut it at one place.",
        "E405": "A state that no step leads to. Add a step, or take the state away.",
        "E406": "A state that a record cannot leave for an end. Add a step, or declare the state `final`.",
        "E407": "Several relations fit. Say which one with `via:`.",
        "E408": "No relation fits. Name one that leads there with `via:`.",
        "E409": "A filter or sort without index. Set `filter: true` or `sort: true` at the attribute.",
        "E410": "A feed leaves a required attribute empty. Map it.",
        "E411": "Two sides of a relation do not fit. Each names the other as its `inverse`.",
        "E412": "Keywords of an attribute do not fit together. The message says which.",
        "E413": "A secret in YAML. Secrets come from the environment or from a file.",
        "E414": "Limits that no value fulfils. The least must not be above the greatest.",
        "E415": "A default or an example that is no valid value. Correct it.",
        "E416": "A pattern that cannot be read. Patterns are RE2: no look-around, no back-references.",
        "E417": "A name that is taken. Choose another one.",
        "E418": "Two names that are one in the API. Give one of them an `api_name`.",
        "E419": "A part of a feed is incomplete. The message says what it lacks.",
        "E420": "A rule or a screen is incomplete. The message says what it lacks.",
        "E421": "A value that does not exist. The help says which there are, or how they are found.",
        "E422": "A keyword that is not available yet. Take it away; the help says what to do instead.",
        "E423": "A nested name that cannot be read. Write `object.name`, or `list[].name`.",
        "E424": "A keyword of another kind. Take it away, or declare what you mean as a thing of the other kind.",
        "E425": "Nothing acts on it yet. A warning, once for each kind of documents that an affiliate or region "
        "brings: what they declare is checked and kept, and the help says what they wait for. What the group itself "
        "declares ahead of time, and refinements of it, are not told; the reference marks each such kind.",
        "E426": "A requirement that is not met. Take the layer or pack in the version that is asked for, or ask "
        "for the one that you have looked at.",
        "E427": "A text in a language that the affiliate does not have. A warning: add the language to `locales`, or "
        "take the text away.",
        "E428": "Something needs an encrypted value in the clear. Do without it, or without `encrypt`.",
        "E429": "Time that counts from no date. Name an attribute that is a date or a datetime.",
        "E430": "A unit in one that cannot hold it. Regions hold regions, shops and teams; shops hold teams.",
        "E440": "A connector, simulator or webhook is incomplete. The message says what it lacks.",
        "E441": "A part of a page cannot show what it should. The message says why.",
        "E442": "A widget that does not fit. It has no such parameter, or a value or its attribute has another type.",
        # Expressions.
        "E501": "An expression is wrong. The place is inside its text.",
        "E502": "An expression cannot select rows. The message says which part the database cannot do.",
    }
)
"""Code → a sentence that serves as title, and how to get out of it."""


def title(code: str) -> str:
    """Return the title of a code: the first sentence, without its end."""
    return CODES[code].partition(". ")[0].rstrip(".")
