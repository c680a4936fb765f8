"""How safe signing in must be, as the administrator sets it; and the company's own identity provider."""

from dataclasses import dataclass

from django.conf import settings as django_settings

from bihuan.core.settings import number, switch, text, value, words

RIGHT = "people.edit"
LOCK_AFTER = number("security.lock_after", 5, least=3, most=20, right=RIGHT)
LOCK_MINUTES = number("security.lock_minutes", 15, least=1, most=1440, right=RIGHT)
SESSION_HOURS = number("security.session_hours", 12, least=1, most=720, right=RIGHT)
PASSWORD_LENGTH = number("security.password_length", 8, least=8, most=64, right=RIGHT)
CODE_ROLES = words("security.code_roles", most=200, right=RIGHT)
# Half a year at the least: what the network security law asks for.
SIGN_IN_MONTHS = number("security.sign_in_months", 12, least=6, most=120, right=RIGHT)

OIDC_NAME = text("oidc.name", most=60, right=RIGHT)
OIDC_SERVER = text("oidc.server", right=RIGHT)
OIDC_CLIENT = text("oidc.client", right=RIGHT)
OIDC_SECRET = text("oidc.secret", right=RIGHT, secret=True)
OIDC_DOMAINS = words("oidc.domains", right=RIGHT)
OIDC_ROLE = text("oidc.role", most=64, right=RIGHT)
OIDC_DEPARTMENT = text("oidc.department", most=64, right=RIGHT)
OIDC_TRUSTED = switch("oidc.second_factor", False, right=RIGHT)


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID provider. Strangers whose address is of one of ``domains`` become people with ``role`` in
    ``department``. ``second_factor``: it asks for one itself. ``fixed``: the environment says so, not the pages."""

    name: str
    server: str
    client: str
    secret: str
    domains: tuple[str, ...]
    role: str
    department: str
    second_factor: bool
    fixed: bool

    def __repr__(self) -> str:
        return f"Provider({self.server})"

    def takes_strangers(self, email: str) -> bool:
        """Whether somebody unknown with this confirmed address may come in."""
        return bool(self.role and self.department) and email.lower().rpartition("@")[2] in self.domains


def provider() -> Provider | None:
    """The identity provider: the environment's, else the one set on the page; None without one."""
    fixed: dict[str, str] = getattr(django_settings, "OIDC", {})
    by_environment = bool(fixed.get("server"))
    server = fixed["server"] if by_environment else value(OIDC_SERVER)
    client = fixed.get("client", "") if by_environment else value(OIDC_CLIENT)
    if not server or not client:
        return None
    return Provider(
        name=value(OIDC_NAME) or fixed.get("name", "") or "OpenID",
        server=server.rstrip("/"),
        client=client,
        secret=fixed.get("secret", "") if by_environment else value(OIDC_SECRET),
        domains=tuple(domain.lower() for domain in value(OIDC_DOMAINS)),
        role=value(OIDC_ROLE),
        department=value(OIDC_DEPARTMENT),
        second_factor=value(OIDC_TRUSTED),
        fixed=by_environment,
    )


def wants_code(roles: frozenset[str]) -> bool:
    """Whether somebody with these roles must sign in with a second factor."""
    return bool(roles.intersection(value(CODE_ROLES)))
