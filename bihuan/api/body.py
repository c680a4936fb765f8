"""Reading request bodies: strict UTF-8 JSON of bounded size."""

from typing import cast

from django.http import HttpRequest
from ninja.parser import Parser
from pydantic_core import from_json

from bihuan.api.problems import BodyNotReadable, BodyTooLarge, MediaTypeNotSupported

MEGABYTES = 2
_MOST_BYTES = MEGABYTES * 1024 * 1024


class JsonParser(Parser):
    """JSON only: no other media type, no other charset, no NaN, no half characters, bounded depth."""

    def parse_body(self, request: HttpRequest) -> dict[str, object]:
        charset = (request.content_params or {}).get("charset", "utf-8").strip("\"'").lower()
        if request.content_type != "application/json" or charset not in ("utf-8", "utf8"):
            raise MediaTypeNotSupported
        if len(request.body) > _MOST_BYTES:
            raise BodyTooLarge(params={"megabytes": MEGABYTES})
        try:
            return cast(dict[str, object], from_json(request.body, allow_inf_nan=False))
        except ValueError as error:
            raise BodyNotReadable(params={"why": str(error)[:200]}) from error
