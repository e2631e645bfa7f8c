"""Names of revisions: they cover all that is served, are whole where they are trusted and short where they are read."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.core.releases.installed import CORE, Installed

from sidra.releases.errors import UnknownRevision
from sidra.releases.plan import Impact
from sidra.releases.revisions import name_of, shown, whole
from sidra.releases.sources import Bundle, is_whole, sources_of, unpack
from sidra.store.database import Store

PROCESS = "affiliates/sn/processes/complaint.bpmn"


@pytest.fixture
def sn(tmp_path: Path) -> Installed:
    return Installed(tmp_path, Store.open(tmp_path / "sn.db", durability="off"), is_small=True)


def name(sn: Installed) -> str:
    return name_of(sn.releasing().proposed_loaded)


def test_what_is_written_otherwise_and_says_the_same_is_the_same_revision(sn: Installed) -> None:
    was = name(sn)
    sn.edit(f"{CORE}/roles/configurator.yaml", "functions: [configure]", "functions:\n  - configure  # one")
    sn.write("affiliates/sn/README.md", "For people")
    sn.write("affiliates/sn/overlay.lock", "overlay_lock: sn\n")
    assert name(sn) == was
    sn.edit(f"{CORE}/roles/configurator.yaml", "- configure", "- search")
    assert name(sn) != was


@pytest.mark.parametrize("path", [PROCESS, "affiliates/sn/_more/letter.html", f"{CORE}/logo.svg"])
def test_files_beside_the_documents_are_another_revision_that_somebody_looks_at(sn: Installed, path: str) -> None:
    sn.first()
    was = name(sn)
    sn.write(path, "<a/>")
    given = name(sn)
    assert given != was
    sn.write(path, "<b/>")
    assert name(sn) not in {was, given}
    [item] = sn.plan().items
    assert (item.cls, item.gate, item.was) == (Impact.WIDENED, "approve_access", None)
    assert (item.now or "").startswith("file ")
    sn.propose("A file", sn.person("ousmane", "configurator"))


def test_a_file_that_holds_no_text_is_no_configuration(sn: Installed) -> None:
    was = name(sn)
    file = sn.folder / "affiliates/sn/photo.png"
    file.write_bytes(b"\x89PNG\xff")
    assert name(sn) == was
    assert not any("photo" in path for path in sources_of(sn.releasing().proposed_loaded.effective.stack).own.files)


def test_a_name_is_found_by_its_beginning_unless_two_begin_so() -> None:
    known = ("ab" * 32, "abababab" + "cd" * 28)
    assert whole("ab" * 6, known) == "ab" * 32
    assert whole(shown("ab" * 32), known) == "ab" * 32
    with pytest.raises(UnknownRevision, match="several revisions begin with `abababab`"):
        whole("abababab", known)
    assert whole("ab" * 32, known) == "ab" * 32
    # So few may be the number of a release.
    assert whole("abababa", known) == "abababa"
    assert whole("ef" * 6, known) == "ef" * 6


def test_many_unpack_the_same_at_once_and_what_is_damaged_is_made_whole(tmp_path: Path) -> None:
    bundle = Bundle({"layer.yaml": "layer: sn\n", "roles/agent.yaml": "role: agent\r\n"})
    folder = tmp_path / "releases" / bundle.digest
    for _ in range(2):
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda _: unpack(bundle, folder), range(16)))
        assert is_whole(folder, bundle.digest)
        assert [one.name for one in folder.parent.iterdir()] == [bundle.digest]
        (folder / "layer.yaml").unlink()
        assert not is_whole(folder, bundle.digest)
