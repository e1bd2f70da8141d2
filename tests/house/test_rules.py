"""The rules of the house that a program can check."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
OURS = ("relations", "recommendations")
LONGEST_MODULE, LONGEST_FUNCTION, LONGEST_VIEW, LONGEST_TASK, MEDIAN = 280, 40, 20, 5, 10  # "about 250"
JUNK = {"utils", "helpers", "common", "core", "services", "misc", "manager", "managers"}
SAME_EVERYWHERE = {"SHA", "API", "CSV", "JSON", "XLSX", "NDJSON", "YAML", "Atom", "BibTeX", "CSL"}
NO_CLOCK = {"rules", "texts", "models", "actions"}


def modules(*folders):
    found = [path for folder in folders or OURS for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path):
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(function):
    """The lines of a function as one reads it: its decorators and its docstring are not counted."""
    body = function.body
    documented = isinstance(body[0], ast.Expr) and isinstance(getattr(body[0], "value", None), ast.Constant)
    start = body[0].end_lineno + 1 if documented else function.lineno
    return function.end_lineno - start + 1 + (1 if documented else 0)


def name(path):
    return str(path.relative_to(ROOT))


def test_there_is_something_to_look_at():
    assert len(modules()) > 60


def test_rooms_are_small():
    long = {name(path): lines for path in modules() if (lines := path.read_text().count("\n")) > LONGEST_MODULE}
    assert long == {}


def test_functions_are_short():
    long = {f"{name(path)}:{f.name}": length(f) for path in modules() for f in functions(path)}
    assert {where: lines for where, lines in long.items() if lines > LONGEST_FUNCTION} == {}
    assert sorted(long.values())[len(long) // 2] <= MEDIAN


def test_doors_only_translate():
    views = {f"{name(p)}:{f.name}": length(f) for p in modules("recommendations/web") for f in functions(p)}
    assert {where: lines for where, lines in views.items() if lines > LONGEST_VIEW} == {}
    tasks = {f.name: length(f) for p in (ROOT / "recommendations").glob("tasks.py") for f in functions(p)}
    assert {where: lines for where, lines in tasks.items() if lines > LONGEST_TASK} == {}


def test_no_import_hides_in_a_function():
    hidden = [
        f"{name(path)}:{function.name}"
        for path in modules()
        for function in functions(path)
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
    ]
    assert hidden == []


def test_no_room_is_named_after_nothing():
    assert [name(path) for path in modules() if JUNK & {*path.parts, path.stem}] == []


def test_every_module_says_what_lives_there():
    silent = [name(path) for path in modules() if path.read_text().strip() and not ast.get_docstring(tree(path))]
    assert silent == []


def test_time_is_passed_in_below_the_doors():
    clock = re.compile(r"timezone\.now\(|datetime\.now\(|date\.today\(|utcnow\(|localdate\(|time\.time\(")
    users = [
        name(p)
        for floor in sorted(NO_CLOCK)
        for p in modules(f"recommendations/{floor}")
        if clock.search(p.read_text())
    ]
    assert users == []


def test_no_signals():
    assert [
        name(path) for path in modules() if re.search(r"@receiver|_(save|delete)\.connect\(", path.read_text())
    ] == []


def test_doors_save_no_model():
    writes = re.compile(r"\.(?:save|bulk_create|bulk_update)\(|\.objects\.(?:create|update|get_or_create)\(")
    doors = [
        path
        for place in ("web", "api")
        if (ROOT / "recommendations" / place).exists()
        for path in modules(f"recommendations/{place}")
    ]
    assert [name(path) for path in doors if writes.search(path.read_text())] == []


def test_floors_are_kept():
    lint = "import sys; from importlinter.cli import lint_imports_command as lint; sys.exit(lint(['--no-cache']))"
    done = subprocess.run([sys.executable, "-c", lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def templates():
    return sorted([*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")])


@pytest.mark.parametrize("path", templates(), ids=name)
def test_words_of_a_template_can_be_translated(path):
    text = path.read_text()
    bare = re.sub(
        r"\{%\s*(?:blocktranslate|blocktrans)\b.*?%\}.*?\{%\s*end(?:blocktranslate|blocktrans)\s*%\}",
        "",
        text,
        flags=re.DOTALL,
    )
    bare = re.sub(r"\{% block width %\}.*?\{% endblock %\}", "", bare)  # a class, not a word
    bare = re.sub(r"<(\w+)[^>]*\slang=\"(?:en|ru)\".*?</\1>", "", bare, flags=re.DOTALL)  # named in its own language
    bare = re.sub(r"<(code|pre)\b.*?</\1>", "", bare, flags=re.DOTALL)  # typed, not spoken
    bare = re.sub(r"\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}", "", bare, flags=re.DOTALL)
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->|<[^>]*>|&\w+;", " ", bare, flags=re.DOTALL)
    assert [word for word in re.findall(r"[^\W\d_]{3,}", bare) if word not in SAME_EVERYWHERE] == []


@pytest.mark.parametrize("path", [p for p in templates() if p.suffix == ".html"], ids=name)
def test_no_template_needs_an_unsafe_policy(path):
    text = path.read_text()
    if "mail" in path.relative_to(ROOT / "templates").parts:
        return  # mails carry their styles with them, and no policy
    assert re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)", text) is None
    assert re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text) is None


@pytest.mark.django_db
def test_migrations_are_made():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db(transaction=True)  # an index that is made concurrently refuses to be written down within one
@pytest.mark.slow
def test_migrations_can_be_run_beside_the_old_program():
    call_command("lintmigrations", "recommendations", quiet=["ok", "ignore"], no_cache=True)
