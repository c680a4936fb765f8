"""Reading rendered pages the way browsers and screen readers do."""

from collections.abc import Iterator
from typing import cast

from django.http import QueryDict
from lxml import html
from lxml.html import HtmlElement


def parse(text: str) -> HtmlElement:
    """A rendered piece as a tree; pieces of a table or list are wrapped by the parser."""
    return html.fromstring(f"<div>{text}</div>" if "<html" not in text else text)


def outside_templates(tree: HtmlElement, path: str) -> list[HtmlElement]:
    """Elements at the path that are part of the page, not of a ``<template>``."""
    found = cast("list[HtmlElement]", tree.xpath(path))
    return [one for one in found if not any(parent.tag == "template" for parent in one.iterancestors())]


def name_of(element: HtmlElement, tree: HtmlElement) -> str:
    """The accessible name, as far as these pages need the algorithm."""
    if element.get("aria-label"):
        return str(element.get("aria-label")).strip()
    if element.get("aria-labelledby"):
        named = tree.xpath(f"//*[@id='{element.get('aria-labelledby')}']")
        return named[0].text_content().strip() if named else ""
    text = [element.text_content().strip(), *(str(one.get("aria-label")) for one in element.xpath(".//*[@aria-label]"))]
    if element.tag in ("input", "select", "textarea"):
        labels = tree.xpath(f"//label[@for='{element.get('id')}']") if element.get("id") else []
        labels += list(element.iterancestors("label"))
        text = [label.text_content().strip() for label in labels] + [str(element.get("title") or "")]
        text += [str(one.get("aria-label")) for label in labels for one in label.xpath(".//*[@aria-label]")]
    return " ".join(part for part in text if part).strip()


def _values(element: HtmlElement) -> Iterator[str]:
    if element.tag == "textarea":
        text = element.text or ""
        # The parser of browsers drops one line feed right after the tag.
        yield text[1:] if text.startswith("\n") else text
    elif element.tag == "select":
        options = element.xpath(".//option")
        chosen = [one for one in options if one.get("selected") is not None] or options[:1]
        yield from (str(one.get("value")) for one in chosen)
    elif element.get("type") in ("checkbox", "radio"):
        if element.get("checked") is not None:
            yield str(element.get("value") or "on")
    elif element.get("type") not in ("submit", "button", "file"):
        yield str(element.get("value") or "")


def posted(text: str) -> QueryDict:
    """What a browser would send of a rendered form without anybody touching it."""
    sent = QueryDict(mutable=True)
    for element in outside_templates(parse(text), "//input|//select|//textarea"):
        if element.get("name") and element.get("disabled") is None:
            for value in _values(element):
                sent.appendlist(str(element.get("name")), value)
    return sent
