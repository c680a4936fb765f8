"""The command's manners: exit codes, JSON alone on stdout, nothing loaded that is not needed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bihuan.cli.main import main, parser
from bihuan.config.database import DatabaseUnavailable

ROOT = Path(__file__).resolve().parents[2]
T01 = ROOT / "bihuan" / "flows" / "gallery" / "T01"


def said(capsys: pytest.CaptureFixture[str]) -> object:
    """The one JSON document on stdout."""
    return json.loads(capsys.readouterr().out)


def test_commands_without_a_database_load_no_django() -> None:
    program = (
        "import sys; from bihuan.cli.main import parser; parser();"
        "import bihuan.worktime; print([name for name in ('django', 'psycopg', 'granian', 'lxml') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert answer.stdout.strip() == "[]"


def test_every_subcommand_says_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    help_text = capsys.readouterr().out
    for command in (
        "run",
        "serve",
        "work",
        "serve-mail",
        "migrate",
        "demo",
        "token",
        "doctor",
        "audit",
        "chart",
        "bench",
    ):
        assert f"    {command} " in help_text or f"    {command}\n" in help_text


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["chart"], ["chart", "prove"], ["demo", "--size", "many"], ["token", "create"]]
)
def test_what_is_not_understood_ends_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_no_database_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/none?connect_timeout=2")
    assert main(["audit", "verify", "--json"]) == 2
    both = capsys.readouterr()
    assert both.out == ""
    assert both.err.startswith("bihuan audit: the database does not answer")


def test_ctrl_c_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    from bihuan.cli import chart

    def interrupted(args: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(chart, "_list", interrupted)
    assert main(["chart", "list"]) == 130


def test_a_real_fault_keeps_its_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    from bihuan.cli import chart

    def broken(args: object) -> int:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(chart, "_list", broken)
    with pytest.raises(RuntimeError):
        main(["chart", "list"])


def test_the_names_that_are_said_are_names_of_errors() -> None:
    from django.core.exceptions import ImproperlyConfigured

    from bihuan.cli.main import _SAID

    assert {DatabaseUnavailable.__name__, ImproperlyConfigured.__name__} == _SAID


def test_chart_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chart", "list", "--json"]) == 0
    entries = said(capsys)
    assert isinstance(entries, list)
    first = next(entry for entry in entries if entry["key"] == "T01")
    assert first["name"]["zh"] == "五阶段客户问题处理"
    assert first["name"]["en"]
    assert Path(first["path"]).exists()
    assert first["version"] >= 1


def test_chart_draw(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "t01.svg"
    assert main(["chart", "draw", str(T01 / "chart.bpmn"), "-o", str(picture), "--json"]) == 0
    assert said(capsys) == {"file": str(T01 / "chart.bpmn"), "output": str(picture)}
    assert "<svg" in picture.read_text(encoding="utf-8")


def test_chart_draw_of_something_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, content in {
        "missing": None,
        "text": "hello",
        "truncated": "<definitions><process",
        "page": "<html/>",
    }.items():
        file = tmp_path / name
        if content is not None:
            file.write_text(content)
        assert main(["chart", "draw", str(file), "-o", str(tmp_path / "out.svg")]) == 2
        both = capsys.readouterr()
        assert both.out == ""
        assert str(file) in both.err
        assert "Traceback" not in both.err
    assert not (tmp_path / "out.svg").exists()


def test_chart_draw_into_nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chart", "draw", str(T01 / "chart.bpmn"), "-o", str(tmp_path / "none" / "out.svg")]) == 2
    assert "none" in capsys.readouterr().err


def test_chart_decide(capsys: pytest.CaptureFixture[str]) -> None:
    values = {"urgency": "high", "impact": "high", "complexity": "high", "vip": False}
    assert main(["chart", "decide", str(T01 / "priority.dmn"), "--in", json.dumps(values), "--json"]) == 0
    assert said(capsys)


@pytest.mark.parametrize("values", ["{", "[1]", "3", "null"])
def test_chart_decide_with_values_that_are_none(values: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chart", "decide", str(T01 / "priority.dmn"), "--in", values, "--json"]) == 2
    both = capsys.readouterr()
    assert both.out == ""
    assert both.err.startswith("bihuan chart decide:")


def test_chart_decide_without_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.dmn"
    broken.write_text("<definitions/>")
    for file in (broken, tmp_path / "missing.dmn"):
        assert main(["chart", "decide", str(file), "--in", "{}", "--json"]) == 2
        assert capsys.readouterr().out == ""


def test_chart_run_tells_what_passed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ROOT.parent / "shared" / "data" / "bpmn_scenarios"
    files = sorted(folder.glob("*.json"))[:3]
    if not files:
        pytest.skip("the public scenarios are not here (../shared/data/bpmn_scenarios)")
    code = main(["chart", "run", *map(str, files), "--json"])
    answers = said(capsys)
    assert isinstance(answers, list)
    assert [set(answer) for answer in answers] == [{"id", "passed", "step", "why"}] * 3
    assert code == (0 if all(answer["passed"] for answer in answers) else 1)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"bpmn": "none.bpmn"}', '{"bpmn": 3}', "\xff\x00"])
def test_chart_run_of_something_else(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "scenario.json"
    file.write_text(content, encoding="latin-1")
    assert main(["chart", "run", str(file), "--json"]) == 2
    both = capsys.readouterr()
    assert both.out == ""
    assert str(file) in both.err


@pytest.mark.django_db
def test_audit_verify(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify", "--json"]) == 0
    assert said(capsys) == {"ok": True, "rows": 0, "first_break": None, "head": "0" * 64}


@pytest.mark.django_db
def test_a_token_is_printed_once_and_opens_the_door(capsys: pytest.CaptureFixture[str]) -> None:
    from bihuan.accounts import operations as accounts
    from bihuan.accounts import queries as people
    from tests.factories import company

    company()
    assert main(["token", "create", "--user", "agent", "--label", "test"]) == 0
    token = capsys.readouterr().out.strip()
    assert len(token) > 20
    user = people.person(username="agent")
    assert user is not None
    assert accounts is not None
    from django.test import Client

    answer = Client().get("/api/v1/issues", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert Client().get("/api/v1/issues", headers={"authorization": f"Bearer {token}x"}).status_code == 401


@pytest.mark.django_db
def test_a_token_for_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "create", "--user", "nobody"]) == 1
    assert "nobody" in capsys.readouterr().err


def test_parsers_do_not_share_state() -> None:
    assert parser() is not parser()


def test_bench_of_something_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--only", "nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    command = f"{sys.executable} -m bihuan.cli.main chart list --json | {{ exec 0<&-; sleep 2; }}"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr) == (0, "")
