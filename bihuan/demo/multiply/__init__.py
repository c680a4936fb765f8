"""A large company quickly: the rows of the issues that were played, multiplied inside the database.

To play a million issues takes days; to copy the rows of a few hundred takes minutes. A copy has its own number, time,
customer, place, device and search row, and everything that belongs to an issue, so that lists, searches and plans of
the database are those of a company of that size. Written past the operations, like a backup that is restored: the audit
trail says that it was done, and holds no acts of the copies, because nobody did them.
"""

from bihuan.demo.multiply.run import Multiplied, NeedsSuperuser, multiply

__all__ = ["Multiplied", "NeedsSuperuser", "multiply"]
