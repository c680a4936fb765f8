"""People, departments, roles: who may see and do what."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower


class Department(models.Model):
    """A node of the organisation's tree."""

    key = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    is_active = models.BooleanField(default=True)


class Role(models.Model):
    """A responsibility (``agent``, ``engineer`` …) with its permissions and how far it sees."""

    key = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    permissions = models.JSONField(default=list)
    scope = models.CharField(max_length=20, default="own")
    # Those that a role with the scope ``custom`` sees.
    departments = models.ManyToManyField(Department, related_name="+")


class UserManager(BaseUserManager["User"]):
    """Django's authentication looks people up here, without regard to case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A member of staff."""

    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=32, blank=True)
    staff_number = models.CharField(max_length=32, blank=True)
    initials = models.CharField(max_length=32, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    theme = models.CharField(max_length=10, default="auto")
    is_active = models.BooleanField(default=True)
    failed_sign_ins = models.IntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    deputy = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    absent_from = models.DateTimeField(null=True, blank=True)
    absent_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    link_digest = models.CharField(max_length=64, blank=True)
    link_until = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("username"), name="user_name_once")]


class Post(models.Model):
    """A person holds a role in a department; several posts are usual."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="posts")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="posts")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="posts")
    is_primary = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "department", "role"], name="post_once")]


class ApiToken(models.Model):
    """A bearer token; only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class SecondFactor(models.Model):
    """The key of a person's authenticator (sealed), the last step that was used, and hashes of what recovers."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor")
    secret = models.TextField()
    last_step = models.BigIntegerField(default=0)
    recovery = ArrayField(models.CharField(max_length=64), default=list)
    made_at = models.DateTimeField()


class SignIn(models.Model):
    """A try to come in; where it succeeded, the session that began.

    Addresses and devices stand here and not in the audit trail: they are personal data and go when their time is over.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    at = models.DateTimeField(db_index=True)
    outcome = models.CharField(max_length=16)
    way = models.CharField(max_length=16)
    address = models.CharField(max_length=64, blank=True)
    device = models.CharField(max_length=300, blank=True)
    session_key = models.CharField(max_length=40, blank=True)
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="sign_in_person"),
            models.Index(fields=["session_key"], name="sign_in_session", condition=~models.Q(session_key="")),
        ]


class Identity(models.Model):
    """Who a person is for the company's identity provider."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="sign_in_identity_once")]
