"""An issue whose first department step lies in the pool of the device department; prints ``scene ISSUE STEP`` twice."""

import os
import sys


def main() -> None:
    """On the installation of the environment."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    import django

    django.setup()
    from bihuan.core.clock import system_now
    from tests.factories import customer_issue
    from tests.issues.test_story import do, open_step

    for _ in range(2):
        now = system_now()
        issue = customer_issue(now=now)
        do(issue, "register", now)
        do(issue, "classify", now)
        sys.stdout.write(f"scene {issue.pk} {open_step(issue).pk}\n")


if __name__ == "__main__":
    main()
