"""`bihuan mail`: what a mail says, for scripts and for finding out why one was not understood."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bihuan.channels.kinds.email.model import ParsedMail

FINE, UNREADABLE = 0, 2


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the program's parser."""
    parser = subparsers.add_parser("mail", help="look into a mail")
    commands = parser.add_subparsers(dest="mail_command", required=True, metavar="COMMAND")
    parse = commands.add_parser(
        "parse",
        help="read a mail",
        description="Reads a mail as it came over the wire (an .eml file; '-' is stdin) and says what it holds. Every "
        "mail can be read; what is wrong with it is named. Exit code 2: no such file.",
    )
    parse.add_argument("file", metavar="FILE", help="the mail; '-' for stdin")
    parse.add_argument("--json", action="store_true", help="one JSON document")
    parse.add_argument("--own", action="append", default=[], metavar="ADDRESS", help="an address of ours (repeatable)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0: read; 2: the file cannot be read (reason on stderr)."""
    from bihuan.channels.kinds.email.parse import parse_mail

    try:
        raw = sys.stdin.buffer.read() if args.file == "-" else Path(args.file).read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        print(f"cannot read {args.file!r}: {why}", file=sys.stderr)
        return UNREADABLE
    mail = parse_mail(raw, own_addresses=frozenset(address.lower() for address in args.own))
    print(_document(mail) if args.json else _printable(_summary(mail)))
    return FINE


def _document(mail: "ParsedMail") -> str:
    """One line of JSON, in ASCII where the terminal's encoding does not know every character."""
    from bihuan.channels.kinds.email.model import as_json

    text = json.dumps(as_json(mail), ensure_ascii=False)
    return text if _printable(text) == text else json.dumps(as_json(mail))


def _printable(text: str) -> str:
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _summary(mail: "ParsedMail") -> str:
    lines = [
        f"From: {mail.sender.name} <{mail.sender.address}>",
        f"To: {', '.join(person.address for person in (*mail.to, *mail.cc))}",
        f"Date: {mail.date.isoformat() if mail.date else '-'}",
        f"Subject: {mail.subject}",
        f"Automatic: {mail.auto or 'no'}{f' ({mail.auto_reason})' if mail.auto_reason else ''}",
        *(f"Attachment: {one.name} ({one.type}, {one.size} bytes)" for one in mail.attachments),
        *(f"Defect: {code}" for code in mail.defects),
        "",
        mail.reply_text,
    ]
    return "\n".join(lines)
