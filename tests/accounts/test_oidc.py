"""Signing in by the company's identity provider, over real HTTP."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.accounts import operations, policy
from bihuan.accounts.models import Identity, Post, User
from bihuan.core.models import AuditEntry, Setting
from bihuan.core.settings import AnyKey, change_settings
from tests.accounts.provider import CLIENT, SECRET, Provider, running
from tests.factories import NOW, actor, company

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running() as found:
        company()
        user = User.objects.get(username="agent")
        operations.change_person(
            person_id=user.pk,
            given=operations.PersonGiven(name="林知夏", email="Agent@lanku.example"),
            posts=None,
            actor=actor("admin"),
            now=NOW,
        )
        values: dict[AnyKey, object] = {
            policy.OIDC_SERVER: found.url,
            policy.OIDC_CLIENT: CLIENT,
            policy.OIDC_SECRET: SECRET,
        }
        change_settings(values=values, actor=actor("admin"), now=NOW)
        yield found


def come(provider: Provider, client: Client | None = None) -> Client:
    client = client or Client()
    answer = client.get(reverse("openid_connect_login", args=["company"]) + "?next=/customers/")
    assert answer.status_code == 302 and answer["Location"].startswith(f"{provider.url}/authorize")
    back = provider.authorize(answer["Location"]).partition("testserver")[2]
    client.last = client.get(back)  # type: ignore[attr-defined]
    return client


def who(client: Client) -> str:
    page = client.get("/account/")
    found = re.search(r"<dt>账号</dt><dd>([^<]*)</dd>", page.content.decode())
    return found.group(1) if found else ""


def test_an_existing_person_is_linked_by_the_confirmed_address(provider: Provider) -> None:
    client = come(provider)
    assert client.last["Location"] == "/customers/" and who(client) == "agent"  # type: ignore[attr-defined]
    linked = Identity.objects.get()
    assert (linked.issuer, linked.subject, linked.user.username) == (provider.url, "u-1", "agent")
    provider.person = {"sub": "u-1", "email": "new@elsewhere.example", "email_verified": False}
    assert who(come(provider)) == "agent"  # known by now, whatever the address
    assert Identity.objects.count() == 1
    assert provider.asked[0]["code_verifier"]
    from allauth.socialaccount.models import SocialAccount, SocialToken

    assert not SocialAccount.objects.exists() and not SocialToken.objects.exists()


@pytest.mark.parametrize(
    "person",
    [
        {"sub": "u-2", "email": "agent@lanku.example", "email_verified": False},
        {"sub": "u-2", "email": "agent@lanku.example"},
        {"sub": "u-2", "email": "stranger@lanku.example", "email_verified": True},
        {"sub": "u-2"},
    ],
)
def test_strangers_and_unconfirmed_addresses_stay_outside(provider: Provider, person: dict[str, object]) -> None:
    provider.person = person
    people = User.objects.count()
    client = come(provider)
    assert client.last["Location"] == reverse("web:sign_in") and who(client) == ""  # type: ignore[attr-defined]
    assert "公司账号" in client.get(reverse("web:sign_in")).content.decode()
    assert User.objects.count() == people and not Identity.objects.exists()


def test_two_people_with_one_address_are_not_guessed(provider: Provider) -> None:
    operations.create_user(
        username="twin", name="双", email="agent@lanku.example", posts=[], actor=actor("admin"), now=NOW
    )
    assert who(come(provider)) == "" and not Identity.objects.exists()


def test_who_has_left_stays_outside(provider: Provider) -> None:
    assert who(come(provider)) == "agent"
    operations.switch_person(
        person_id=User.objects.get(username="agent").pk, is_active=False, actor=actor("admin"), now=NOW
    )
    assert who(come(provider)) == ""


def test_colleagues_join_by_domain_with_the_role_that_was_set(provider: Provider) -> None:
    values: dict[AnyKey, object] = {
        policy.OIDC_DOMAINS: ("lanku.example",),
        policy.OIDC_ROLE: "engineer",
        policy.OIDC_DEPARTMENT: "cloud",
    }
    change_settings(values=values, actor=actor("admin"), now=NOW)
    provider.person = {"sub": "u-3", "email": "neu@evil-lanku.example", "email_verified": True, "name": "x"}
    assert who(come(provider)) == ""
    provider.person = {"sub": "u-3", "email": "Neu@lanku.example", "email_verified": True, "name": "新同事<b>"}
    assert who(come(provider)) == "neu"
    made = User.objects.get(username="neu")
    assert (made.name, made.has_usable_password()) == ("新同事<b>", False)
    post = Post.objects.get(user=made)
    assert (post.role.key, post.department.key) == ("engineer", "cloud")


@pytest.mark.parametrize("spoil", ["issuer", "audience", "old"])
def test_a_wrong_token_opens_nothing(provider: Provider, spoil: str) -> None:
    provider.spoil = spoil
    client = come(provider)
    assert client.last["Location"] == reverse("web:sign_in") and who(client) == ""  # type: ignore[attr-defined]


def test_a_forged_or_foreign_state_opens_nothing(provider: Provider) -> None:
    victim, thief = Client(), Client()
    answer = thief.get(reverse("openid_connect_login", args=["company"]))
    back = provider.authorize(answer["Location"]).partition("testserver")[2]
    assert victim.get(back).status_code in (302, 403) and who(victim) == ""


def test_a_provider_that_is_away_says_so(provider: Provider) -> None:
    change_settings(values={policy.OIDC_SERVER: "http://127.0.0.1:9"}, actor=actor("admin"), now=NOW)
    client = Client()
    answer = client.get(reverse("openid_connect_login", args=["company"]))
    assert answer.status_code == 302 and answer["Location"] == reverse("web:sign_in")


def test_without_a_provider_there_is_no_way() -> None:
    company()
    assert Client().get(reverse("openid_connect_login", args=["company"])).status_code == 404
    assert "sign-in/oidc" not in Client().get(reverse("web:sign_in")).content.decode()


def test_the_secret_is_nowhere_to_be_read(provider: Provider) -> None:
    client = Client()
    client.force_login(User.objects.get(username="admin"))
    page = client.get(reverse("web:settings_security")).content.decode()
    assert provider.url in page and SECRET not in page
    assert SECRET not in str(list(Setting.objects.values_list("value", flat=True)))
    assert SECRET not in str(list(AuditEntry.objects.values_list("detail", flat=True)))
    assert SECRET not in repr(policy.provider())
    form = {"part": "oidc", "server": provider.url, "client": CLIENT, "name": "统一登录", "secret": ""}
    assert client.post(reverse("web:settings_security"), form).status_code == 302
    found = policy.provider()
    assert found is not None and (found.secret, found.name) == (SECRET, "统一登录")
