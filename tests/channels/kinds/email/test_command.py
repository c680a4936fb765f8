"""`bihuan mail parse` as scripts call it."""

import argparse
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bihuan.cli import mail as command
from tests.channels.kinds.email.mails import DATA, mail, multipart

FIELDS = [
    "message_id",
    "in_reply_to",
    "references",
    "from",
    "to",
    "cc",
    "subject",
    "date",
    "text",
    "reply_text",
    "html",
    "attachments",
    "auto",
    "charset_repaired",
    "defects",
]


def run(*words: str) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["mail", "parse", *words])
    return int(args.run(args))


def test_the_document_has_the_fields_of_the_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(
        multipart(
            b"mixed",
            "Content-Type: text/plain; charset=utf-8\r\n\r\n您好".encode(),
            b"Content-Type: image/png; name=a.png\r\nContent-Disposition: inline\r\n\r\nPNG",
        ).replace(
            b"\r\n\r\n",
            b"\r\nSubject: hi\r\nIn-Reply-To: <x@y>\r\nReferences: <r@y> <x@y>\r\nCc: Li <li@x.cn>\r\n\r\n",
            1,
        )
    )
    assert run(str(path), "--json") == 0
    said = capsys.readouterr()
    assert said.err == ""
    document = json.loads(said.out)
    assert list(document) == FIELDS
    assert document | {"defects": []} == {
        "message_id": "<a1@customer.example>",
        "in_reply_to": "<x@y>",
        "references": ["<r@y>", "<x@y>"],
        "from": {"name": "Zhang San", "address": "zhang@customer.example"},
        "to": [{"name": "", "address": "help@company.example"}],
        "cc": [{"name": "Li", "address": "li@x.cn"}],
        "subject": "hi",
        "date": "2026-11-24T10:00:00+08:00",
        "text": "您好",
        "reply_text": "您好",
        "html": "",
        "attachments": [{"name": "a.png", "type": "image/png", "size": 3, "inline": True}],
        "auto": None,
        "charset_repaired": False,
        "defects": [],
    }


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 1000,
        b"\xff\xfe",
        bytes(range(256)) * 50,
        b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n--",
        b"\r\n" * 5,
    ],
)
def test_the_worst_bytes_are_fine(tmp_path: Path, capsys: pytest.CaptureFixture[str], raw: bytes) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(raw)
    assert run(str(path), "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document) == FIELDS
    assert document["defects"]


def test_files_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (tmp_path / "missing.eml", tmp_path, "a\x00b"):
        assert run(str(path), "--json") == 2
        said = capsys.readouterr()
        assert (said.out, "cannot read" in said.err) == ("", True)


def test_stdin_own_addresses_and_plain_output(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(mail("您好".encode(), "Subject: 设备".encode()))))
    assert run("-", "--own", "Zhang@customer.example") == 0
    said = capsys.readouterr().out
    assert "Subject: 设备" in said
    assert "Automatic: own (own_address)" in said


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "gbk"])
def test_it_needs_neither_django_nor_a_terminal_that_knows_chinese(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(mail("设备é𠮷".encode(), b"Content-Type: text/plain; charset=utf-8"))
    code = (
        "import sys; sys.modules['django'] = None\nimport argparse; from bihuan.cli import mail\np = argparse.ArgumentParser(); mail.add_parser(p.add_subparsers())\n"
        f"a = p.parse_args(['mail', 'parse', {str(path)!r}, '--json']); sys.exit(a.run(a))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env={"PYTHONIOENCODING": encoding, "PATH": ""}, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.decode(encoding))["text"] == "设备é𠮷"


def test_every_sample_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    samples = sorted(DATA.rglob("*.eml")) + sorted(DATA.glob("cpython/msg_*.txt"))
    if not samples:
        pytest.skip("public test data is missing")
    for path in samples:
        assert run(str(path), "--json") == 0
        assert list(json.loads(capsys.readouterr().out)) == FIELDS
