"""The process that draws one page of a PDF: ``SOURCE TARGET PAGE EDGE``; its output is how many pages there are.

It reads what strangers sent, with a library that is not written in Python: so it is a process of its own, with little
memory and little time, without our code, our settings and our database. It ends with 3 where the file is not to be read.
"""

import resource
import sys
from contextlib import suppress

MEMORY = 1024 * 1024 * 1024
SECONDS = 10
WRITTEN = 20 * 1024 * 1024
UNREADABLE = 3


def main(source: str, target: str, page: int, edge: int) -> int:
    """Draws the page so that its longer edge has ``edge`` pixels (WebP)."""
    for what, most in (("AS", MEMORY), ("CPU", SECONDS), ("FSIZE", WRITTEN), ("CORE", 0)):
        with suppress(ValueError):  # macOS knows no limit of memory
            resource.setrlimit(getattr(resource, f"RLIMIT_{what}"), (most, most))
    import pypdfium2  # within the limits

    try:
        paper = pypdfium2.PdfDocument(source)
        drawn = paper[page - 1]
        longer = max(drawn.get_size())
        picture = drawn.render(scale=edge / longer, may_draw_forms=False).to_pil()
    except (pypdfium2.PdfiumError, ValueError, IndexError, ZeroDivisionError, MemoryError, OverflowError):
        return UNREADABLE
    picture.convert("RGB").save(target, "WEBP", quality=80, method=3)
    sys.stdout.write(str(len(paper)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
