"""The form component: one JSON Schema shown, read back and judged (docs/reference/forms.md).

``build_form`` makes what the template ``components/form/form.html`` draws, ``read_form`` turns a posted page into
JSON, ``clean_form`` drops what is blank or not visible, ``validate_form`` says what is wrong in the user's words.
"""

from bihuan.web.ui.forms.model import FieldError, FileInfo, FormContext, Option
from bihuan.web.ui.forms.read import read_form
from bihuan.web.ui.forms.schema import Schema
from bihuan.web.ui.forms.validate import clean_form, validate_form
from bihuan.web.ui.forms.view import FieldView, FormView, GroupView, build_form

__all__ = [
    "FieldError",
    "FieldView",
    "FileInfo",
    "FormContext",
    "FormView",
    "GroupView",
    "Option",
    "Schema",
    "build_form",
    "clean_form",
    "read_form",
    "validate_form",
]
