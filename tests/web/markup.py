"""What every page keeps: tags that match, names used once, nothing that a strict content policy would stop."""

from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NO_FLOW = {"p", "h1", "h2", "h3", "h4", "span", "small", "time", "summary", "button"}  # these hold no blocks
BLOCKS = {"p", "div", "ul", "ol", "dl", "table", "section", "form", "h1", "h2", "h3", "blockquote", "fieldset", "nav"}


class Reader(HTMLParser):
    """Reads a page and writes down what is wrong with it."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.wrong = [], [], []
        self.refers, self.headings, self.in_script = [], [], None

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag in BLOCKS and NO_FLOW & set(self.open):
            self.wrong.append(f"<{tag}> inside of {self.open}")
        if len(said) != len(attrs):
            self.wrong.append(f"<{tag}> has an attribute twice: {attrs}")
        self.wrong += [f"<{tag} {name}>" for name in said if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in said and said.get("type") != "application/json"):
            self.wrong.append(f"inline <{tag}>")
        if (said.get("href") or "").lower().startswith("javascript:"):
            self.wrong.append(said["href"])
        if "id" in said:
            self.ids.append(said["id"])
        for name in ("aria-describedby", "aria-labelledby", "for"):
            self.refers += (said.get(name) or "").split()
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.wrong.append(f"</{tag}> closes {self.open[-1:]} in {self.open}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass


def faults(page):
    """Return what is wrong with a page's markup; an empty list for a page that is as it has to be."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    wrong = [*reader.wrong, *(f"<{tag}> stays open" for tag in reader.open)]
    wrong += [f"id {name} twice" for name in sorted({i for i in reader.ids if reader.ids.count(i) > 1})]
    wrong += [f"nothing has the id {name}" for name in sorted(set(reader.refers) - set(reader.ids))]
    if reader.headings.count(1) != 1:
        wrong.append(f"{reader.headings.count(1)} h1")
    steps = zip(reader.headings, reader.headings[1:], strict=False)
    return wrong + [f"h{after} follows h{before}" for before, after in steps if after > before + 1]
