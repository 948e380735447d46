"""What ``doctor --store`` finds inside the store, and what to do about a store that cannot be opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from omni_tui.cli import findings
from omni_tui.cli.findings import Finding
from omni_tui.config import paths
from omni_tui.config.settings import Settings
from omni_tui.model.errors import NotFound, OmniError, StoreBusy, StoreExposed, StoreFull, StoreTooNew
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.store import Store


def found(store: Store, *, repair: bool) -> Iterator[Finding]:
    """A finding for each thing looked at, as it was looked at."""
    from omni_tui.desk.store_checks import look

    for seen in look(store, repair=repair):
        name = _("store: {what}").format(what=seen.name)
        if not seen.count:
            # What could not be looked at says so in its message.
            yield Finding("store", name, "ok", seen.message)
        elif seen.mended == seen.count:
            yield Finding("store", name, "ok", _("mended: {what}").format(what=seen.message))
        elif seen.mendable:
            hint = _("Mend it: omni-tui doctor --store --repair")
            yield Finding("store", name, "failed", seen.message, hint)
        else:
            yield Finding("store", name, "failed", seen.message, _restore(store.location))


def broken(settings: Settings, error: OmniError) -> Finding:
    """The store cannot be used; where it is damaged, the backup to restore is named."""
    finding = findings.failed(_("store"), error)
    if isinstance(error, NotFound | StoreBusy | StoreExposed | StoreFull | StoreTooNew) or settings.store.url:
        return finding
    return Finding("store", finding.name, "failed", finding.message, _restore(paths.store_path(settings)))


def _restore(location: Path | str) -> str:
    """How to go back to the newest backup beside the store that passes its check."""
    from omni_tui.store.rotation import newest_whole

    if isinstance(location, Path):
        backup = newest_whole(location.parent, location.stem)
        if backup is not None:
            return _("Restore the newest whole backup: omni-tui restore {path}").format(path=backup)
        return _("There is no whole backup beside it. Restore another: omni-tui restore FILE")
    return _("Restore the database, or a backup into a new one: omni-tui restore FILE")
