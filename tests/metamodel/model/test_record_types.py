"""What expressions see at each of their sites, and what they must give there."""

from pathlib import Path

import pytest
from tests.metamodel.configurations import findings

FILES = {
    "baseline/person.yaml": """
        entity: person
        attributes:
          name: {type: string, sort: true}
          status: {type: enum, enum: states, default: {compute: "'new'"}}
          price: {type: decimal, scale: 2}
          born: {type: date}
        relations:
          notes: {to: note, many: true, owned: true, inverse: person}
        lifecycle: {attribute: status, initial: new, transitions: {age: {from: [new], to: old, when: name != ''}}}
        identity: {weak: {alike: {block: born, when: "similarity(name, other.name) > 0.9"}}}
    """,
    "baseline/note.yaml": "entity: note\nattributes: {words: {type: text}}\nrelations: {person: {to: person}}\n",
    "baseline/states.yaml": "enum: states\nvalues: [new, old]\n",
    "baseline/code.yaml": "type: code\nbase: string\ncheck: value.size() > 3\n",
    "baseline/process.yaml": """
        process: welcome
        about: person
        starts: {on: person.created, when: "name != '' && process.channel == 'web'"}
    """,
    "baseline/role.yaml": "role: clerk\nmay:\n  note: {do: [read], rows: person.status == 'new'}\n",
    "baseline/page.yaml": """
        screen: person_page
        kind: view360
        of: person
        kpis: {count: {value: notes.size(), tone: "notes.size() > 3 ? 'bad' : 'good'"}}
        panels: {notes: {source: note, columns: {length: {value: words.size()}}, filter: words != ''}}
    """,
    "baseline/feed.yaml": """
        interface: load
        kind: feed
        format: csv
        into: person
        key: name
        map:
          name: {value: "concat(source.first, ' ', source.last)"}
          price: {value: "target.name == '' ? 1 : 2"}
          notes: {rows: {first: {when: source.note != '', map: {words: {value: "concat(source.note, '!')"}}}}}
        quality: {named: {check: target.name != ''}}
    """,
}


def test_each_site_sees_its_names(tmp_path: Path) -> None:
    assert findings(tmp_path, FILES) == ""


WRONG = [
    ("person", "other.name) > 0.9", "other.nam) > 0.9", "no `nam` in person"),
    ("person", "\"'new'\"", "\"'odd'\"", "`odd` is not a value of enum states"),
    ("code", "value.size() > 3", "value > 3", "does not take string and integer"),
    ("role", "person.status", "status", "no name `status` here"),
    ("page", "words.size()", "name", "no name `name` here"),
    ("page", "'bad' : 'good'", "1 : 2", "gives integer, where enum tone is expected"),
    ("feed", "target.name == ''", "target.nme == ''", "no `nme` in person"),
    ("feed", "concat(source.note, '!')", "target.name", "no `name` in note"),
    ("process", "name != ''", "nme != ''", "no name `nme` here"),
]


@pytest.mark.parametrize(("file", "right", "wrong", "message"), WRONG)
def test_each_site_refuses_what_it_does_not_see(
    tmp_path: Path, file: str, right: str, wrong: str, message: str
) -> None:
    path = f"baseline/{file}.yaml"
    assert right in FILES[path]
    text = findings(tmp_path, {**FILES, path: FILES[path].replace(right, wrong, 1)})
    assert "error[E501]" in text
    assert message in text
