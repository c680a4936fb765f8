"""People who have only a keyboard, or only a thumb. Pictures that they take are the handbook's."""

from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.conftest import PATIENCE, ROOT, Product

SHOTS = ROOT / "var" / "screenshots"
_COUNTED = """
for (const kind of ["pointerdown", "keydown"])
  addEventListener(kind, (event) => {
    if (!event.isTrusted) return;
    const name = kind === "keydown" ? "keys" : event.pointerType;
    try { sessionStorage.setItem(name, Number(sessionStorage.getItem(name) || 0) + 1); } catch { /* about:blank */ }
  }, true);
"""
_FOCUSED = "wanted => document.activeElement?.matches(wanted) ?? false"
_WHERE = """() => { const a = document.activeElement; const r = a?.getBoundingClientRect();
  return { tag: a?.outerHTML.slice(0, 120), seen: !!r && r.width > 0 && r.height > 0 }; }"""


# How large the target is for a thumb, with what its ::after adds around it.
_REACH = """e => { const r = e.getBoundingClientRect(); const s = getComputedStyle(e, "::after");
  const more = s.content === "none" ? 0 : Math.max(0, -parseFloat(s.top) || 0) + Math.max(0, -parseFloat(s.bottom) || 0);
  return { width: r.width, height: r.height + more }; }"""


class Hands:
    """A signed-in person and the page before them."""

    def __init__(self, context: BrowserContext, product: Product) -> None:
        self.context, self.product = context, product
        self.faults: list[str] = []
        context.add_init_script(_COUNTED)
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def ready(self) -> None:
        """Waits until the page answers."""
        self.page.wait_for_selector("html[data-ready=true]")

    def used(self, kind: str) -> int:
        """How often a mouse, a touch or the keys were used in this window."""
        return int(self.page.evaluate("kind => Number(sessionStorage.getItem(kind) || 0)", kind))

    def shot(self, name: str) -> None:
        """A picture for the handbook."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(350)  # what moves has arrived
        self.page.screenshot(path=str(SHOTS / f"handbook-{name}.png"))


class Keyboard(Hands):
    """Nothing but keys."""

    def __init__(self, browser: Browser, product: Product) -> None:
        super().__init__(browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900}), product)

    def press(self, *keys: str) -> None:
        """One key after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Writes where the focus is, as an input method does."""
        self.page.keyboard.insert_text(text)

    def to(self, wanted: str, key: str = "Tab", most: int = 150) -> None:
        """Presses Tab until the focus is there: that proves that it can be reached, in sight."""
        for _ in range(most):
            if self.page.evaluate(_FOCUSED, wanted):
                assert self.page.evaluate(_WHERE)["seen"], f"{wanted} has the focus and is not to be seen"
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{wanted} is not reached; the focus is at {self.page.evaluate(_WHERE)}")

    def fill(self, name: str, text: str) -> None:
        """A field of a form."""
        self.to(f"[name='{name}']")
        self.press("Control+a")
        self.type(text)

    def choose(self, name: str, value: str) -> None:
        """One of a group of choices, or of a list."""
        self.to(f"[name='{name}']")
        wanted = f"[name='{name}'][value='{value}']:checked, select[name='{name}']"
        for _ in range(40):
            there = self.page.evaluate(
                "([name, value]) => document.querySelector(`select[name='${name}']`)?.value === value"
                " || !!document.querySelector(`[name='${name}'][value='${value}']:checked`)",
                [name, value],
            )
            if there:
                return
            if self.page.evaluate(
                "() => document.activeElement?.type === 'radio' && !document.activeElement.form.querySelector(`[name='${document.activeElement.name}']:checked`)"
            ):
                self.press("Space")
                continue
            self.press("ArrowDown")
        raise AssertionError(f"{wanted} is not reached")

    def next(self) -> None:
        """E leads to the button of the next step, Enter takes it."""
        self.press("Escape", "e")
        assert self.page.evaluate(_FOCUSED, ".next.main"), self.page.evaluate(_WHERE)
        self.press("Enter")


class Thumb(Hands):
    """A phone in one hand."""

    def __init__(self, browser: Browser, product: Product) -> None:
        super().__init__(
            browser.new_context(
                locale="zh-CN",
                viewport={"width": 390, "height": 844},
                has_touch=True,
                is_mobile=True,
                device_scale_factor=2,
            ),
            product,
        )

    def tap(self, wanted: str, text: str = "") -> None:
        """Touches it; it must be large enough for a thumb, and in sight."""
        found = self.page.locator(wanted, has_text=text) if text else self.page.locator(wanted)
        target = found.locator("visible=true").first
        reach = target.evaluate(_REACH)
        assert reach["height"] >= 24 and reach["width"] >= 24, f"{wanted} is too small: {reach}"
        target.tap()
        self.fits()

    def write(self, wanted: str, text: str) -> None:
        """Touches a field and writes."""
        self.tap(wanted)
        self.page.keyboard.insert_text(text)

    def fits(self) -> None:
        """Nothing goes beyond the edge; asked anew where the touch led to another page."""
        self.page.wait_for_function("document.documentElement.scrollWidth <= 390")
