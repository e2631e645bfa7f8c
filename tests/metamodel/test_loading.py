import gc

import pytest

from sidra_metamodel.loading import bulk_loading


@pytest.mark.parametrize("is_enabled", [True, False])
def test_the_collector_is_off_inside_and_afterwards_as_it_was(is_enabled: bool) -> None:
    was_enabled = gc.isenabled()
    try:
        (gc.enable if is_enabled else gc.disable)()
        with bulk_loading():
            assert not gc.isenabled()
        assert gc.isenabled() is is_enabled
    finally:
        gc.unfreeze()
        (gc.enable if was_enabled else gc.disable)()
