"""One module a template: its chart, and the forms and tables that are its own."""
