"""REST, version 1: the API object with its way of reading bodies, knowing callers and answering errors."""

from ninja import NinjaAPI

from bihuan.api.auth import SessionActor, TokenAuth
from bihuan.api.body import MEGABYTES, JsonParser
from bihuan.api.charts import router as charts
from bihuan.api.issues import router as issues
from bihuan.api.problems import install
from bihuan.api.steps import router as steps

api = NinjaAPI(
    title="Bihuan",
    version="1",
    description="Customer issues that run through the company's own chart. "
    "Errors are RFC 9457 problem documents in the language of Accept-Language (zh-hans, en).",
    urls_namespace="api",
    docs_url=None,
    auth=[TokenAuth(), SessionActor()],
    parser=JsonParser(),
)
install(api, megabytes=MEGABYTES)
api.add_router("/charts", charts)
api.add_router("/issues", issues)
api.add_router("/steps", steps)
