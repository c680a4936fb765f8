"""What the arithmetic refuses. Every refusal says why in Chinese and in English."""


class WorktimeError(ValueError):
    """Base of all refusals. ``code`` is stable; ``zh`` and ``en`` are sentences for people."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.code = code
        self.zh = zh
        self.en = en

    def __reduce__(self) -> tuple[type["WorktimeError"], tuple[str, str, str]]:
        return (type(self), (self.code, self.zh, self.en))


class BadCalendar(WorktimeError):
    """The calendar's description is wrong. Code ``no_working_time`` means that it never opens."""


class BadAmount(WorktimeError):
    """An amount of time is negative or not a number."""


class BadInstant(WorktimeError):
    """An instant has no time zone, lies outside the years that are calculated, or a span is upside down."""


class NoTimeLeft(WorktimeError):
    """The calendar has no more working time after some date, so the amount is never reached."""
