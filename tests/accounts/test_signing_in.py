"""Coming in: passwords, locks, second factors, sessions, links."""

import re
from datetime import timedelta

import pyotp
import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from bihuan.accounts import directory, operations, policy
from bihuan.accounts.models import SecondFactor, SignIn, User
from bihuan.core.actor import SYSTEM
from bihuan.core.models import AuditEntry
from bihuan.core.settings import change_settings, value
from bihuan.web import limits
from tests.conftest import FrozenClock
from tests.factories import NOW, actor, company

pytestmark = pytest.mark.django_db
PASSWORD = "kalte Wege im Winter"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    limits._levels.clear()


def with_password(username: str = "agent") -> User:
    user = User.objects.get(username=username)
    token = operations.make_password_link(person_id=user.pk, actor=actor("admin"), now=NOW)
    return operations.use_password_link(token=token, password=PASSWORD, now=NOW)


def enter(username: str = "agent", password: str = PASSWORD, **headers: str) -> Client:
    client = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/130", **headers})
    client.post(reverse("web:sign_in"), {"username": username, "password": password})
    return client


def shown_once(page: str) -> str:
    found = re.search(r'id="once" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def is_in(client: Client) -> bool:
    return client.get("/issues/").status_code == 200


def test_passwords_are_hashed_with_argon2(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    company()
    assert with_password().password.startswith("argon2$argon2id$")
    assert operations.sign_in(username="AGENT", password=PASSWORD, now=NOW).username == "agent"


@pytest.mark.correctness(133)
def test_an_account_locks_and_opens_again() -> None:
    company()
    with_password()
    for _try in range(5):
        with pytest.raises(operations.SignInRefused):
            operations.sign_in(username="agent", password="falsch", now=NOW)
    with pytest.raises(operations.SignInRefused):
        operations.sign_in(username="agent", password=PASSWORD, now=NOW + timedelta(minutes=14))
    assert operations.sign_in(username="agent", password=PASSWORD, now=NOW + timedelta(minutes=16)).username == "agent"
    assert list(SignIn.objects.order_by("pk").values_list("outcome", flat=True)) == ["wrong"] * 5 + ["locked"]
    assert AuditEntry.objects.filter(action="user.locked").count() == 1


@pytest.mark.correctness(133)
def test_nobody_learns_which_accounts_exist(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """The same words, and the same work: one verification whoever knocks."""
    company()
    with_password()
    with_password("manager")
    operations.switch_person(person_id=User.objects.get(username="manager").pk, is_active=False, actor=SYSTEM, now=NOW)
    User.objects.get(username="engineer")  # has never had a password
    with_password("quality")
    for _try in range(5):
        with pytest.raises(operations.SignInRefused):
            operations.sign_in(username="quality", password="falsch", now=NOW)
    counted: list[str] = []

    def counting(password: str, encoded: str) -> bool:
        counted.append(encoded.partition("$")[0])
        return original(password, encoded)

    original = check_password
    monkeypatch.setattr("bihuan.accounts.operations.signing_in.check_password", counting)
    said = set()
    for username in ("agent", "nobody", "manager", "engineer", "quality", "a\x00b", "名" * 10_000):
        with pytest.raises(operations.SignInRefused) as refused:
            operations.sign_in(username=username, password="falsch", now=NOW)
        said.add(str(refused.value))
    assert len(said) == 1 and len(counted) == 7 and len(set(counted)) == 1


@pytest.mark.correctness(133)
def test_one_address_tries_ten_times_a_minute() -> None:
    company()
    with_password()
    client = Client()
    for _try in range(10):
        client.post(reverse("web:sign_in"), {"username": "nobody", "password": "x"})
    answer = client.post(reverse("web:sign_in"), {"username": "agent", "password": PASSWORD})
    assert answer.status_code == 401 and not is_in(client)


def test_the_rules_of_the_door_are_settings() -> None:
    company()
    with_password()
    change_settings(values={policy.LOCK_AFTER: 3, policy.LOCK_MINUTES: 60}, actor=actor("admin"), now=NOW)
    for _try in range(3):
        with pytest.raises(operations.SignInRefused) as refused:
            operations.sign_in(username="agent", password="falsch", now=NOW)
    assert refused.value.params == {"times": 3, "minutes": 60}
    with pytest.raises(operations.SignInRefused):
        operations.sign_in(username="agent", password=PASSWORD, now=NOW + timedelta(minutes=59))


def test_a_link_works_once_and_not_for_ever() -> None:
    company()
    user = User.objects.get(username="agent")
    old = operations.make_password_link(person_id=user.pk, actor=actor("admin"), now=NOW)
    new = operations.make_password_link(person_id=user.pk, actor=actor("admin"), now=NOW)
    client = Client()
    assert client.get(reverse("web:password_link", args=[old])).status_code == 404
    for wrong in ("kurz", "password123", "agent", "aaaaaaaaaaaa", "x" * 201):
        with pytest.raises((operations.PasswordTooShort, operations.PasswordTooCommon)):
            operations.use_password_link(token=new, password=wrong, now=NOW)
    operations.use_password_link(token=new, password=PASSWORD, now=NOW)
    with pytest.raises(operations.LinkUsed):
        operations.use_password_link(token=new, password=PASSWORD, now=NOW)
    late = operations.make_password_link(person_id=user.pk, actor=actor("admin"), now=NOW)
    with pytest.raises(operations.LinkUsed):
        operations.person_of_link(token=late, now=NOW + timedelta(hours=73))
    assert new not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


def enrolled(username: str = "agent") -> tuple[str, list[str]]:
    offer = operations.offer_factor(actor=actor(username), issuer="Bihuan")
    code = pyotp.TOTP(offer.secret).at(NOW)
    return offer.secret, operations.enrol_factor(secret=offer.secret, code=code, actor=actor(username), now=NOW)


def test_a_code_counts_once_and_so_does_a_code_of_recovery() -> None:
    company()
    user = with_password()
    secret, codes = enrolled()
    kept = SecondFactor.objects.get()
    assert secret not in kept.secret and not set(codes) & set(kept.recovery) and len(codes) == 10
    with pytest.raises(operations.CodeRefused):  # the one that turned it on
        operations.confirm_code(user_id=user.pk, code=pyotp.TOTP(secret).at(NOW), now=NOW)
    later = NOW + timedelta(seconds=60)
    code = pyotp.TOTP(secret).at(later)
    assert operations.confirm_code(user_id=user.pk, code=f"{code[:3]} {code[3:]}", now=later) == user
    with pytest.raises(operations.CodeRefused):
        operations.confirm_code(user_id=user.pk, code=code, now=later)
    assert operations.confirm_code(user_id=user.pk, code=codes[0].upper(), now=later) == user
    with pytest.raises(operations.CodeRefused):
        operations.confirm_code(user_id=user.pk, code=codes[0], now=later)
    far = pyotp.TOTP(secret).at(later + timedelta(minutes=5))
    with pytest.raises(operations.CodeRefused):
        operations.confirm_code(user_id=user.pk, code=far, now=later)


@pytest.mark.correctness(133)
def test_wrong_codes_lock_like_wrong_passwords() -> None:
    company()
    user = with_password()
    secret, _codes = enrolled()
    for _try in range(5):
        operations.sign_in(username="agent", password=PASSWORD, now=NOW)  # a right password does not start over
        with pytest.raises(operations.CodeRefused):
            operations.confirm_code(user_id=user.pk, code="000000", now=NOW)
    later = NOW + timedelta(minutes=5)
    with pytest.raises(operations.SignInRefused):
        operations.confirm_code(user_id=user.pk, code=pyotp.TOTP(secret).at(later), now=later)


def test_signing_in_with_a_code(clock: FrozenClock) -> None:
    company()
    with_password()
    secret, _codes = enrolled()
    clock.advance(minutes=2)
    client = enter()
    assert not is_in(client)
    page = client.post(reverse("web:sign_in_code"), {"code": "123"})
    assert page.status_code == 401 and not is_in(client)
    assert client.post(reverse("web:sign_in_code"), {"code": pyotp.TOTP(secret).at(clock.now)}).status_code == 302
    assert is_in(client)
    assert SignIn.objects.filter(outcome="ok", way="code").count() == 1
    assert Client().get(reverse("web:sign_in_code")).status_code == 302
    waiting = enter()
    clock.advance(minutes=11)
    assert waiting.get(reverse("web:sign_in_code"))["Location"] == reverse("web:sign_in")


def test_a_role_that_needs_it_sets_it_up_first(clock: FrozenClock) -> None:
    company()
    with_password()
    change_settings(values={policy.CODE_ROLES: ("agent",)}, actor=actor("admin"), now=NOW)
    client = enter()
    assert client.get("/issues/")["Location"] == reverse("web:account_factor")
    assert client.get("/api/v1/issues").status_code == 403
    page = client.get(reverse("web:account_factor"))
    assert page.status_code == 200 and b"data:image/svg+xml" in page.content
    secret = client.session["factor_offer"]
    assert client.post(reverse("web:account_factor"), {"code": "000000"}).status_code == 422
    done = client.post(reverse("web:account_factor"), {"code": pyotp.TOTP(secret).at(clock.now)})
    assert done.status_code == 200 and done.content.decode().count("<li>") >= 10
    assert is_in(client)


def test_sessions_are_listed_and_ended(clock: FrozenClock) -> None:
    company()
    with_password()
    here, there = enter(), enter(**{"x-forwarded-for": "203.0.113.7"})
    rows = directory.sessions(actor=actor("agent"), since=NOW - timedelta(hours=1))
    assert len(rows) == 2 and {row.address for row in rows} == {"127.0.0.1", "203.0.113.7"}
    page = here.get(reverse("web:account")).content.decode()
    assert "203.0.113.7" in page and "Chrome · Windows" in page
    away = next(row for row in rows if row.address == "203.0.113.7")
    stranger = Client()
    stranger.force_login(User.objects.get(username="engineer"))
    assert stranger.post(reverse("web:account_session_end"), {"session": away.pk}).status_code == 404
    assert here.post(reverse("web:account_session_end"), {"session": away.pk}).status_code == 302
    assert is_in(here) and not is_in(there)
    third = enter()
    assert here.post(reverse("web:account_session_end")).status_code == 302
    assert is_in(here) and not is_in(third)


def test_being_seen_is_noted_every_five_minutes_and_costs_nothing_between(clock: FrozenClock) -> None:
    company()
    with_password()
    client = enter()
    clock.advance(minutes=3)
    client.get("/issues/")
    assert SignIn.objects.get(outcome="ok").seen_at == NOW
    clock.advance(minutes=3)
    client.get("/issues/")
    assert SignIn.objects.get(outcome="ok").seen_at == clock.now


def test_a_new_password_ends_the_other_sessions(clock: FrozenClock) -> None:
    company()
    with_password()
    here, there = enter(), enter()
    form = {"old": "falsch", "new": "andere Wege im Sommer"}
    assert here.post(reverse("web:account_password"), form).status_code == 422
    assert is_in(there)
    assert here.post(reverse("web:account_password"), form | {"old": PASSWORD}).status_code == 302
    assert is_in(here) and not is_in(there)
    page = here.get(reverse("web:account")).content.decode()
    assert len(re.findall(r"本机\s*<", page)) == 1 and 'name="session"' not in page


def test_who_is_let_go_is_out_at_once(clock: FrozenClock) -> None:
    company()
    user = with_password()
    client = enter()
    assert is_in(client)
    operations.switch_person(person_id=user.pk, is_active=False, actor=actor("admin"), now=clock.now)
    assert not is_in(client) and not is_in(enter())


def test_tokens_of_ones_own(clock: FrozenClock) -> None:
    company()
    with_password()
    client = enter()
    page = client.post(reverse("web:account_tokens"), {"label": "<b>仓库"})
    token = shown_once(page.content.decode())
    assert token in page.content.decode() and "&lt;b&gt;仓库" in page.content.decode()
    assert token not in client.get(reverse("web:account")).content.decode()
    made = directory.tokens(actor=actor("agent"))[0]
    stranger = Client()
    stranger.force_login(User.objects.get(username="engineer"))
    assert stranger.post(reverse("web:account_token_revoke", args=[made.pk])).status_code == 404
    client.post(reverse("web:account_token_revoke", args=[made.pk]))
    with pytest.raises(operations.BadToken):
        operations.actor_for_token(token=token, now=NOW)


@pytest.mark.correctness(119)
def test_the_trail_holds_no_addresses_and_the_log_goes_when_its_time_is_over(clock: FrozenClock) -> None:
    company()
    with_password()
    enter(**{"x-forwarded-for": "203.0.113.7"})
    assert not [row for row in AuditEntry.objects.all() if "203.0.113.7" in f"{row.detail}{row.actor_name}"]
    assert value(policy.SIGN_IN_MONTHS) >= 6
    from bihuan.accounts.tasks import forget

    assert forget(NOW + timedelta(days=300)) == 0
    assert forget(NOW + timedelta(days=400)) == 1 and not SignIn.objects.exists()


def test_signing_out_ends_the_line(clock: FrozenClock) -> None:
    company()
    with_password()
    client = enter()
    client.post(reverse("web:sign_out"))
    assert SignIn.objects.get(outcome="ok").ended_at == clock.now and not is_in(client)
