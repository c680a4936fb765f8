"""``bihuan mail parse FILE --json``: the document of the contract, for every file."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bihuan.cli.main import main
from tests.channels.kinds.email.mails import mail, multipart

ROOT = Path(__file__).resolve().parents[4]
RAW = multipart(
    b"mixed",
    b"Content-Type: text/plain; charset=gb2312\r\n\r\n" + "设备坏了\r\n\r\n> 请问型号？".encode("gb18030"),
    b'Content-Type: image/png; name="=?utf-8?B?54WnLnBuZw==?="\r\nContent-Disposition: attachment\r\n\r\nPNG',
)


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """The one JSON document on stdout."""
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_the_document_of_the_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(RAW)
    assert main(["mail", "parse", str(file), "--json"]) == 0
    assert said(capsys) == {
        "message_id": "<a1@customer.example>",
        "in_reply_to": None,
        "references": [],
        "from": {"name": "Zhang San", "address": "zhang@customer.example"},
        "to": [{"name": "", "address": "help@company.example"}],
        "cc": [],
        "subject": "",
        "date": "2026-11-24T10:00:00+08:00",
        "text": "设备坏了\n\n> 请问型号？",
        "reply_text": "设备坏了",
        "html": "",
        "attachments": [{"name": "照.png", "type": "image/png", "size": 3, "inline": False}],
        "auto": None,
        "charset_repaired": False,
        "defects": [],
    }


@pytest.mark.parametrize(
    ("fields", "auto"),
    [
        ([b"Auto-Submitted: auto-replied"], "auto_reply"),
        ([b"Content-Type: multipart/report; report-type=delivery-status; boundary=x"], "bounce"),
        ([b"List-Id: <l.example>"], "list"),
        ([b"X-Bihuan-Loop: anything"], "own"),
        ([b"Content-Type: multipart/report; report-type=disposition-notification; boundary=x"], "receipt"),
    ],
)
def test_kinds_of_machines(fields: list[bytes], auto: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(mail(b"x", *fields))
    assert main(["mail", "parse", str(file), "--json"]) == 0
    assert said(capsys)["auto"] == auto


def test_own_addresses_are_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(mail())
    assert main(["mail", "parse", str(file), "--json", "--own", "Zhang@Customer.example"]) == 0
    assert said(capsys)["auto"] == "own"


@pytest.mark.parametrize("raw", [b"", b"\x00\xff" * 5_000, b"Content-Type: multipart/mixed; boundary=\r\n\r\n--"])
def test_the_worst_files_are_read(raw: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "worst"
    file.write_bytes(raw)
    assert main(["mail", "parse", str(file), "--json"]) == 0
    assert said(capsys)["defects"]


@pytest.mark.parametrize("name", ["missing.eml", ".", "a\x00b"])
def test_what_is_no_file_ends_with_two(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mail", "parse", f"{tmp_path}/{name}", "--json"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.startswith("cannot read "), err.count("\n")) == ("", True, 1)


def test_from_the_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(RAW)))
    assert main(["mail", "parse", "-", "--json"]) == 0
    assert said(capsys)["reply_text"] == "设备坏了"


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "gbk"])
@pytest.mark.parametrize("arguments", [["--json"], []])
def test_terminals_of_every_encoding(encoding: str, arguments: list[str], tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(mail("设备 😀".encode(), b"Content-Type: text/plain; charset=utf-8"))
    answer = subprocess.run(
        [sys.executable, "-m", "bihuan.cli.main", "mail", "parse", str(file), *arguments],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        check=True,
    )
    text = answer.stdout.decode(encoding)
    assert not answer.stderr
    if arguments:
        assert json.loads(text)["text"] == "设备 😀"
    else:
        assert "zhang@customer.example" in text


def test_the_command_needs_no_django(tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(RAW)
    program = (
        "import sys; from bihuan.cli.main import main; main(['mail', 'parse', sys.argv[1], '--json']);"
        "print([name for name in ('django', 'psycopg') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", program, str(file)], capture_output=True, cwd=ROOT, check=True)
    assert answer.stdout.splitlines()[-1] == b"[]"
