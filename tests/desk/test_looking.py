"""A file is looked at in a process of its own: whatever it does there ends there."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from omni_tui.desk import looking
from omni_tui.model.errors import OmniError
from omni_tui.text.preview.model import Picture, Preview, Room
from omni_tui.text.preview.process import preview_of, values

ROOM = Room(60, 10)
CAN_LEAVE = "import sys, omni_tui.text.preview.confined as c; sys.exit(not c.without_network())"


def test_what_the_process_says_arrives_whole() -> None:
    assert looking.look("a.csv", "text/csv", "商品,2\n退款,10\n".encode(), ROOM) == Preview(
        "Table, 2 rows, 2 columns", ("商品   2", "退款  10"), prose=False
    )
    assert looking.look('"; rm -rf\n', "\x1b", b"\x1b[2J", ROOM).lines == ("\x1b[2J",)
    found = Preview("facts", ("line",), "remark", Picture(2, 1, b"\0\1\2\xfd\xfe\xff"))
    assert preview_of(values(found)) == found


@pytest.mark.parametrize(
    "code",
    ["while True: pass", "x = bytes(2 ** 30)", "import os; os._exit(0)", "raise SystemExit(3)"],
    ids=["time", "memory", "silence", "failure"],
)
def test_what_its_process_does_not_survive_is_a_sentence(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _stand_in(tmp_path, monkeypatch, "import omni_tui.text.preview.process as p\np.SECONDS = 1\n", code)
    with pytest.raises(OmniError, match="too much time or memory"):
        looking.look("a", "b", b"c", ROOM)


def test_one_that_computes_nothing_and_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "WALL_S", 0.5)
    _stand_in(tmp_path, monkeypatch, "", "import subprocess; subprocess.run(['sleep', '1000'])")
    with pytest.raises(OmniError, match="too much time or memory"):
        looking.look("a", "b", b"c", ROOM)


def test_where_no_process_starts_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(OmniError, match="No process could be started"):
        looking.look("a", "b", b"c", ROOM)


def test_the_process_works_in_an_empty_folder_that_goes_away_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    code = "import os, tempfile; open('x', 'w').close(); tempfile.mkdtemp()\n"
    code += "    os.write(1, os.getcwd().encode()); os._exit(0)"
    said: list[bytes] = []
    real = looking._ask

    def ask(question: bytes, folder: str, environment: dict[str, str]) -> tuple[int, bytes]:
        said.append(real(question, folder, environment)[1])
        left = sorted(each.name for each in Path(folder).iterdir())
        assert (len(left), left[-1]) == (2, "x")
        return 1, b""

    _stand_in(tmp_path / "modules", monkeypatch, "", code)
    monkeypatch.setattr(looking, "_ask", ask)
    with pytest.raises(OmniError):
        looking.look("a", "b", b"c", ROOM)
    assert Path(said[0].decode()).parent == tmp_path
    assert [each.name for each in tmp_path.iterdir()] == ["modules"]


def test_the_process_reaches_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if subprocess.run([sys.executable, "-c", CAN_LEAVE], check=False).returncode:
        pytest.skip("this system lets nobody leave the network")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"import os, socket; os._exit(socket.socket().connect_ex(('127.0.0.1', {port})))"
        _stand_in(tmp_path, monkeypatch, "", code)
        with pytest.raises(OmniError):
            looking.look("a", "b", b"c", ROOM)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


def _stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, before: str, code: str) -> None:
    """Have the real process read files with ``code``."""
    folder.mkdir(exist_ok=True)
    (folder / "hostile_file.py").write_text(
        f"{before}import omni_tui.text.preview.process as process\n"
        f"def read(*_asked):\n    {code}\nprocess.preview = read\nprocess.main()\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setattr(looking, "MODULE", "hostile_file")
