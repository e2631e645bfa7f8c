import random
from pathlib import Path
from types import SimpleNamespace

from tests.core.audit.chains import AFFILIATE, NOW, verdict, write

from sidra.audit.exporting import JOBS, export_head
from sidra.audit.heads import head_folder, kept_heads, read_head
from sidra.jobs.handlers import installed_handlers
from sidra.privacy.keys import KeyRing
from sidra.store.database import Store


def test_each_export_is_a_file_of_its_own_in_the_data_folder(store: Store, keys: KeyRing, tmp_path: Path) -> None:
    runtime = SimpleNamespace(store=store, keys=keys, affiliate=AFFILIATE, now=lambda: NOW)
    write(store, random.Random(1), 5)
    file = export_head(runtime, tmp_path)  # type: ignore[arg-type]  # what it needs of a Runtime
    assert kept_heads(head_folder(tmp_path, AFFILIATE)) == [file]
    assert file.name == "2026-03-20T09-00-00.000000Z.head"
    assert verdict(store, keys, read_head(file)).is_whole


def test_the_work_that_exports_is_known_to_the_worker() -> None:
    (handler,) = JOBS
    assert installed_handlers().get("export_audit_head") is handler
