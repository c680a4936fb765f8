"""E-mail: reading what comes in, writing what goes out, and the ways in and out. No Django, no database.

`parse_mail` reads bytes, `match_order` and `dedup_key` say where a mail may belong, `build_reply` writes, `clean_html`
makes a mail's HTML fit to be shown. The modules of the ways (`smtp_listener`, `imap_poller`, `smtp_sender`) are
imported by who runs them.
"""
