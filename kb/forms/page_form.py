"""The editor's form: what came in as a tree of texts, and a tree of texts as fields with their problems beside them.

A field is named by its place: `causes.0.confirm.run`. The names of rows only tell them apart; their order is that in
which they stand in the form, so that whoever moves a row need not rename anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.text import slugify

from kb.content.problems import Finding, Where
from kb.content.references import KEYED_FIELDS
from kb.content.trees import Branch, branches
from kb.content.yaml_reading import Tree
from kb.forms.page_fields import PAGE_FIELDS, Field, Group, Leaf, Rows, Widget

MOST_ROWS = 200
"""In one list. A page with more would be read by nobody."""
MOST_CHARACTERS = 1024 * 1024
"""Of all fields together: twice what a page file holds, for the long code of fixes stands beside that."""
LONGEST_NAME = 200
KEY_LENGTH = 64
_NAMED_AFTER = ("title", "platform", "what", "question", "text", "regex")
"""What a key is made from where none was typed."""

Sent = dict[str, "Sent | list[str]"]


class TooMuch(ValueError):
    """More than a page can hold; the text says what."""


# --- what came in -----------------------------------------------------------------------------------------------------


def read(post: QueryDict) -> Branch:
    """The tree that was sent, rows in which nothing stands included; whatever is no field of a page is left aside."""
    sent: Sent = {}
    total = 0
    for name, values in post.lists():
        if len(name) > LONGEST_NAME:
            continue
        total += sum(len(str(value)) for value in values)
        _put(sent, name.split("."), [_plain(str(value)) for value in values])
    if total > MOST_CHARACTERS:
        raise TooMuch(
            f"These fields hold {total:,} characters together, and a page at most {MOST_CHARACTERS:,}. "
            "Nothing was saved. Go back, and shorten what is long."
        )
    return _branch(PAGE_FIELDS, sent)


def tidied(tree: Branch) -> Branch:
    """The same without rows and optional records in which nothing stands, and with a key for each part without one."""
    whole = _tidied(PAGE_FIELDS, tree)
    taken = {str(part.get("key")) for name in KEYED_FIELDS for part in branches(whole.get(name))}
    for name in KEYED_FIELDS:
        for part in branches(whole.get(name)):
            if not part.get("key"):
                part["key"] = _new_key(part, taken)
    return whole


def _plain(value: str) -> str:
    """With line ends as documents have them; no database keeps a NUL."""
    return value.replace("\r\n", "\n").replace("\x00", "␀")


def _put(sent: Sent, path: Sequence[str], values: list[str]) -> None:
    for step in path[:-1]:
        inner = sent.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        sent = inner
    sent.setdefault(path[-1], values)


def _branch(fields: Sequence[Field], sent: Sent) -> Branch:
    return {each.name: _read(each, sent.get(each.name)) for each in fields}


def _read(each: Field, sent: Sent | list[str] | None) -> Tree:
    if isinstance(each, Leaf):
        values = sent if isinstance(sent, list) else []
        if each.widget is Widget.LINES:
            return [line for line in "\n".join(values).split("\n") if line.strip()]
        return [value for value in values if value] if each.is_list else (values[0] if values else "")
    inner = sent if isinstance(sent, dict) else {}
    if isinstance(each, Group):
        return _branch(each.fields, inner)
    if len(inner) > MOST_ROWS:
        raise TooMuch(f"{each.label} has {len(inner):,} rows, and at most {MOST_ROWS} are kept. Nothing was saved.")
    if each.is_texts:
        return [row[0] for row in inner.values() if isinstance(row, list) and row]
    return [_branch(each.fields, row) for row in inner.values() if isinstance(row, dict)]


def _tidied(fields: Sequence[Field], tree: Branch) -> Branch:
    whole: Branch = {}
    for each in fields:
        value = tree.get(each.name)
        if isinstance(each, Group):
            if not each.is_optional or _says_something(each.fields, value):
                whole[each.name] = _tidied(each.fields, value if isinstance(value, dict) else {})
        elif isinstance(each, Rows) and not each.is_texts:
            rows = [row for row in branches(value) if _says_something(each.fields, row)]
            whole[each.name] = [_tidied(each.fields, row) for row in rows]
        elif isinstance(value, list):
            whole[each.name] = [item for item in value if item]
        else:
            whole[each.name] = value or ("" if isinstance(each, Leaf) and not each.is_list else [])
    return whole


def _says_something(fields: Sequence[Field], value: Tree | None) -> bool:
    """A choice says nothing by itself: it always stands on something."""
    if not isinstance(value, dict):
        return bool(value)
    return any(
        _says_something(() if isinstance(each, Leaf) else each.fields, value.get(each.name))
        if not isinstance(each, Rows)
        else any(_says_something(each.fields, item) for item in _items(value.get(each.name)))
        for each in fields
        if not (isinstance(each, Leaf) and each.choices)
    )


def _items(value: Tree | None) -> list[Tree]:
    return value if isinstance(value, list) else []


def _new_key(part: Branch, taken: set[str]) -> str:
    """Made from what the part says, and not yet on the page; empty where it says nothing that could be a key."""
    said = next((str(part[name]) for name in _NAMED_AFTER if part.get(name)), "")
    stem = slugify(said)[: KEY_LENGTH - 3].replace("_", "-").strip("-")
    if not stem:
        return ""
    key = next(one for one in (stem, *(f"{stem}-{number}" for number in range(2, 99))) if one not in taken)
    taken.add(key)
    return key


# --- what is shown ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Box:
    """A leaf with what stands in it."""

    leaf: Leaf
    name: str
    value: str
    values: Sequence[str]
    problems: Sequence[str]
    is_kept: bool = False
    """A key by which readers, evidence and feedback know the part: shown, and not to be typed over."""
    causes: Sequence[str] = ()
    """What may be chosen, where causes are."""

    kind = "leaf"

    @property
    def id(self) -> str:
        return f"f-{self.name.replace('.', '-')}"

    @property
    def is_key(self) -> bool:
        return self.leaf.name == "key"

    @property
    def lab(self) -> str:
        """Which kind of signature this is, beside which the lab stands; empty where it is none."""
        is_signature = self.name.startswith("signatures.") and self.leaf.name in ("text", "regex")
        return self.leaf.name if is_signature else ""

    @property
    def height(self) -> int:
        least = 1 if self.leaf.widget in (Widget.LINES, Widget.CODE) else 3
        return min(max(self.value.count("\n") + 1 + len(self.value) // 90, least), 24)


@dataclass(slots=True)
class Record:
    """A group or a row: fields together."""

    label: str
    help: str
    name: str
    items: Sequence[Box | Record | List]
    problems: Sequence[str] = ()
    title: str = ""
    """What tells the row from others."""
    is_open: bool = False
    is_at: bool = False
    """Where whoever pressed a button of a row goes on."""
    is_first: bool = False
    is_last: bool = False

    kind = "group"

    @property
    def id(self) -> str:
        return f"f-{self.name.replace('.', '-')}"


@dataclass(slots=True)
class List:
    """Rows, and an empty one to be added."""

    rows_field: Rows
    name: str
    rows: Sequence[Record]
    blank: Record
    problems: Sequence[str] = ()

    kind = "rows"

    @property
    def id(self) -> str:
        return f"f-{self.name.replace('.', '-')}"


@dataclass(frozen=True, slots=True)
class Told:
    """A problem in the summary, with where it is to be mended; without `id` it is not in this form."""

    text: str
    id: str = ""
    code: str = ""


@dataclass
class PageForm:
    """Everything that the editor shows of a wording."""

    tree: Branch
    findings: Sequence[Finding] = ()
    kept_keys: Mapping[str, Collection[str]] = field(default_factory=dict)
    """By kind of part the keys that the public page has."""
    at: str = ""
    """Name of the row that was just added or moved."""
    items: list[Box | Record | List] = field(init=False)
    told: list[Told] = field(init=False)

    def __post_init__(self) -> None:
        self._unplaced = list(self.findings)
        self._placed: dict[int, str] = {}
        self.items = self._items(PAGE_FIELDS, self.tree, "", ())
        self.told = [
            Told(finding.message, self._placed.get(id(finding), ""), finding.code) for finding in self.findings
        ]

    @property
    def plain(self) -> list[Box | Record | List]:
        """What stands at the top: the page's own fields, without the lists of its parts."""
        return [item for item in self.items if item.kind != "rows"]

    @property
    def lists(self) -> list[Box | Record | List]:
        return [item for item in self.items if item.kind == "rows"]

    @property
    def part_keys(self) -> list[str]:
        """What an outcome may lead to."""
        return [key for name in ("causes", "fixes", "steps") for key in self._keys(name)]

    def _keys(self, name: str) -> Iterator[str]:
        return (str(part["key"]) for part in branches(self.tree.get(name)) if part.get("key"))

    def _items(self, fields: Sequence[Field], tree: Branch, prefix: str, where: Where) -> list[Box | Record | List]:
        return [self._item(each, tree.get(each.name), f"{prefix}{each.name}", (*where, each.name)) for each in fields]

    def _item(self, each: Field, value: Tree | None, name: str, where: Where) -> Box | Record | List:
        if isinstance(each, Leaf):
            return self._box(each, value, name, where)
        if isinstance(each, Group):
            inner = self._items(each.fields, value if isinstance(value, dict) else {}, f"{name}.", where)
            return Record(each.label, each.help, name, inner, self._problems(name, where))
        return self._list(each, _items(value), name, where)

    def _list(self, each: Rows, values: Sequence[Tree], name: str, where: Where) -> List:
        rows = [self._row(each, value, f"{name}.{number}", (*where, number)) for number, value in enumerate(values)]
        if rows:
            rows[0].is_first = rows[-1].is_last = True
        blank = self._row(each, "" if each.is_texts else {}, f"{name}.__row{name.count('.') // 2}__", ("",))
        blank.is_open = True
        return List(each, name, rows, blank, self._problems(name, where))

    def _row(self, each: Rows, value: Tree, name: str, where: Where) -> Record:
        waiting = len(self._unplaced)
        if each.is_texts:
            items: list[Box | Record | List] = [self._box(_text_of(each), value, name, where)]
        else:
            items = self._items(each.fields, value if isinstance(value, dict) else {}, f"{name}.", where)
        row = Record(each.one, "", name, items, self._problems(name, where), _title(value))
        row.is_at = name == self.at
        row.is_open = row.is_at or f"{self.at}.".startswith(f"{name}.") or waiting > len(self._unplaced)
        return row

    def _box(self, leaf: Leaf, value: Tree | None, name: str, where: Where) -> Box:
        values = [str(item) for item in value] if isinstance(value, list) else []
        text = "\n".join(values) if leaf.is_list else str(value or "")
        box = Box(leaf, name, text, values, self._problems(name, where, is_leaf=True))
        if leaf.name == "key":
            box.is_kept = text in self.kept_keys.get(str(where[0]), ())
        if leaf.widget is Widget.CAUSES:
            box.causes = list(dict.fromkeys([*self._keys("causes"), *values]))
        return box

    def _problems(self, name: str, where: Where, *, is_leaf: bool = False) -> list[str]:
        """What is told of this very place; of a leaf, also what is told of an entry in it."""
        here = [one for one in self._unplaced if (one.where[: len(where)] if is_leaf else one.where) == where]
        self._unplaced = [one for one in self._unplaced if one not in here]
        self._placed |= {id(one): f"f-{name.replace('.', '-')}" for one in here}
        return [one.message for one in here]


def _text_of(each: Rows) -> Leaf:
    (leaf,) = each.fields
    assert isinstance(leaf, Leaf)
    return leaf


def _title(value: Tree) -> str:
    if not isinstance(value, dict):
        return ""
    said = [str(value.get(name) or "") for name in ("key", "page", "date", "when", *_NAMED_AFTER)]
    return " · ".join(" ".join(text.split())[:90] for text in said if text)[:140]


def where(place: Sequence[str], tree: Branch) -> Where:
    """A place by keys, as the publish gate names it, as a place in this tree; as far as it is there."""
    return tuple(_steps(place, tree))


def _steps(place: Sequence[str], node: Tree | None) -> Iterator[str | int]:
    for step in place:
        if isinstance(node, dict) and step in node:
            node = node[step]
            yield step
        elif isinstance(node, list):
            number = next((at for at, item in enumerate(node) if step in _names(item)), None)
            if number is None:
                number = _number(step)
            if number is None or number >= len(node):
                return
            node = node[number]
            yield number
        else:
            return


def _names(item: Tree) -> set[str]:
    return {str(item[name]) for name in ("key", "page") if item.get(name)} if isinstance(item, dict) else set()


# --- rows without JavaScript ------------------------------------------------------------------------------------------


def rearranged(tree: Branch, deed: str, name: str) -> str:
    """Do to the tree what a button of a row or list says; the name of the row to go to, empty where nothing is done.

    `add causes`, `remove causes.1`, `up steps.0.outcomes.2`, `down …`
    """
    *way, last = name.split(".")
    if deed == "add":
        rows = _list_at(tree, [*way, last])
        if rows is None:
            return ""
        is_texts = _rows_field([*way, last]).is_texts
        rows.append("" if is_texts else {})
        return f"{name}.{len(rows) - 1}"
    rows = _list_at(tree, way)
    number = _number(last)
    if rows is None or number is None or number >= len(rows):
        return ""
    if deed == "remove":
        del rows[number]
        return ".".join([*way, str(min(number, len(rows) - 1))]) if rows else ".".join(way)
    other = number + {"up": -1, "down": 1}.get(deed, 0)
    if 0 <= other < len(rows):
        rows[number], rows[other] = rows[other], rows[number]
        number = other
    return ".".join([*way, str(number)])


def _number(step: str) -> int | None:
    return int(step) if step.isascii() and step.isdecimal() and len(step) < 6 else None


def _rows_field(way: Sequence[str]) -> Rows:
    fields: Sequence[Field] = PAGE_FIELDS
    found: Field | None = None
    for step in way:
        if not step.isdecimal():
            found = next((each for each in fields if each.name == step), None)
            if not isinstance(found, Rows):
                raise KeyError(".".join(way))
            fields = found.fields
    if not isinstance(found, Rows):
        raise KeyError(".".join(way))
    return found


def _list_at(tree: Branch, way: Sequence[str]) -> list[Tree] | None:
    """The rows at this place, if the page can have rows there."""
    try:
        _rows_field(way)
    except KeyError:
        return None
    node: Tree | None = tree
    for step in way:
        if isinstance(node, dict):
            node = node.setdefault(step, [])
        elif isinstance(node, list) and (number := _number(step)) is not None and number < len(node):
            node = node[number]
        else:
            return None
    return node if isinstance(node, list) else None
