"""Decision tables: DMN XML compiled once, asked with a dict."""
