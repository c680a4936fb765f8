"""Other people's HTML, made harmless (mail bodies, articles)."""

import nh3
from markupsafe import Markup

_TAGS = {
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "img",
    "ins",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"alt", "title", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
    "abbr": {"title"},
}


def safe_html(value: str) -> Markup:
    """Keeps text and plain structure; drops script, style, forms, frames and every image source.

    Pictures lose their address, so that reading a message never calls the sender's server. Links open apart and
    carry no referrer; only http, https, mailto and tel survive.
    """
    return Markup(  # noqa: S704 - cleaned right here
        nh3.clean(
            value,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener noreferrer nofollow",
            strip_comments=True,
            set_tag_attribute_values={"a": {"target": "_blank"}},
            clean_content_tags={"script", "style", "title"},
        )
    )
