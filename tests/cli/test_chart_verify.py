"""``bihuan chart verify``: exit codes, JSON as the contract says, and words for people."""

import json
from pathlib import Path

import pytest

from bihuan.cli.main import main
from bihuan.flows.shipped import shipped
from tests.bpmn.building import flows, process

BROKEN = process(
    '<startEvent id="s" name="来信"/><exclusiveGateway id="x" default="x_a"/>'
    '<userTask id="a" name="甲" xmlns:b="urn:bihuan:1" b:nameEn="First"/><userTask id="b"/>'
    '<parallelGateway id="j" name="汇合"/><endEvent id="e"/>' + flows("s>x", "x>a", "x>b:k", "a>j", "b>j", "j>e")
)
FINDING = {"kind", "severity", "elements", "path", "message", "suggestion"}


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.bpmn"
    path.write_bytes(BROKEN)
    return path


def sound() -> Path:
    return shipped()[0].path


def test_one_file(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chart", "verify", str(broken), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["file"], answer["sound"], answer["behaviour_sound"], answer["decided"]) == (
        str(broken),
        False,
        False,
        True,
    )
    assert all(
        set(one) == FINDING and set(one["message"]) == set(one["suggestion"]) == {"zh", "en"}
        for one in answer["findings"]
    )
    found = next(one for one in answer["findings"] if one["kind"] == "deadlock")
    assert (found["elements"], found["severity"], found["path"][0]) == (["j"], "error", "s")
    assert main(["chart", "verify", str(sound()), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sound"] is True


def test_several_files_give_an_array(broken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torn = tmp_path / "torn.bpmn"
    torn.write_bytes(BROKEN[:200])
    assert main(["chart", "verify", str(sound()), str(broken), "--json"]) == 1
    assert [one["sound"] for one in json.loads(capsys.readouterr().out)] == [True, False]
    assert main(["chart", "verify", str(torn), str(tmp_path / "none"), str(broken), "--json"]) == 2
    answers = json.loads(capsys.readouterr().out)
    assert [set(one) == {"file", "refused"} for one in answers] == [True, True, False]
    assert "not well-formed" in answers[0]["refused"]
    assert answers[1]["refused"] == "No such file or directory"


def test_an_element_that_is_not_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "complex.bpmn"
    path.write_bytes(process('<startEvent id="s"/><complexGateway id="c"/>' + flows("s>c")))
    assert main(["chart", "verify", str(path), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["sound"], answer["decided"], answer["findings"][0]["kind"]) == (None, False, "unsupported_element")


def test_words_in_both_languages(
    broken: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["chart", "verify", str(broken), "--lang", "zh"]) == 1
    said = capsys.readouterr().out
    assert f"{broken}：不健全（5 个错误" in said
    assert "流程会卡死：“汇合” 一直在等永远不会到的分支。" in said
    assert "走法：来信 → x → 甲" in said
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert main(["chart", "verify", str(broken)]) == 1
    said = capsys.readouterr().out
    assert f"{broken}: not sound (errors: 5" in said
    assert "path: 来信 → x → First" in said
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert main(["chart", "verify", str(sound())]) == 0
    assert "质量 100  逻辑清晰" in capsys.readouterr().out


def test_an_unreadable_file_is_said_aside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chart", "verify", str(tmp_path / "none")]) == 2
    said = capsys.readouterr()
    assert said.out.strip() == ""
    assert "No such file" in said.err
