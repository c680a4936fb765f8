"""How ways of mail fail. The texts are for the log and the settings page; they never hold passwords."""


class MailFailure(Exception):
    """Something about mail did not work."""


class TemporaryFailure(MailFailure):
    """May work later: nothing is lost, try again."""


class PermanentFailure(MailFailure):
    """Will not work however often it is tried."""


class Unreachable(TemporaryFailure):
    """The server cannot be reached or broke the conversation off."""


class LoginRefused(TemporaryFailure):
    """The server does not take the name or the password: somebody must mend the settings."""


class WrongSettings(TemporaryFailure):
    """The server does not offer what the settings ask for."""


class HostRefused(TemporaryFailure):
    """The host's name leads to an address that must not be called from here."""


class MailTooLarge(PermanentFailure):
    """A mail beyond the size that is taken in; it stays where it is."""
