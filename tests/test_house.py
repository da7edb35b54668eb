"""The house itself: what every file keeps to, whatever it is about."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
DOCS = ROOT / "docs"
EMPTY_NAMES = {"utils", "util", "helpers", "common", "manager", "base", "misc"}
LONGEST_FILE = 700
INDEX_HOSTS = {"pypi.org", "files.pythonhosted.org"}
CLOCK_CALLS = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time"), ("time", "time_ns")}


def committed_files() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    paths = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def texts() -> Iterator[tuple[Path, str]]:
    for path in committed_files():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def settings() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]


def layers() -> list[list[str]]:
    contracts = settings()["importlinter"]["contracts"]
    rows = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [re.findall(r"\w+", row) for row in rows]


def documented_layers() -> list[list[str]]:
    text = (DOCS / "reference" / "architecture.md").read_text(encoding="utf-8")
    block = text.split("## Layers", 1)[1].split("```")[1]
    return [re.split(r"\s+·\s+", re.split(r"\s{2,}", line)[0]) for line in block.strip().splitlines()]


def nav_pages(entry: object) -> list[str]:
    if isinstance(entry, str):
        return [entry]
    children = entry.values() if isinstance(entry, dict) else entry
    return [page for child in children for page in nav_pages(child)]


def calls_of_the_clock(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if (name, node.func.attr) in CLOCK_CALLS:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
        if isinstance(node, ast.Import) and any(alias.name == "random" for alias in node.names):
            found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
        if isinstance(node, ast.ImportFrom) and node.module == "random":
            found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


def test_no_source_file_is_too_long() -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {str(path.relative_to(ROOT)): size for path, size in sizes.items() if size > LONGEST_FILE} == {}


def test_no_module_has_an_empty_name() -> None:
    named = [path.relative_to(ROOT) for path in SOURCES if {path.stem, path.parent.name} & EMPTY_NAMES]
    assert named == []


def test_time_and_chance_are_in_one_file() -> None:
    places = [place for path in SOURCES for place in calls_of_the_clock(path)]
    assert len({place.split(":")[0] for place in places}) <= 1, f"one file may ask for time or chance: {places}"


def test_the_contract_has_the_layers_of_the_architecture_page() -> None:
    assert layers() == documented_layers()


def test_every_package_is_in_a_layer() -> None:
    packages = {path.parent.name for path in (ROOT / "src" / "sojourn").glob("*/__init__.py")}
    assert packages <= {name for row in layers() for name in row}


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_commands_of_the_page_are_in_the_makefile(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z0-9]+):", makefile, flags=re.MULTILINE))
    named = set(
        re.findall(r"(?:^\$ |`)make ([a-z0-9]+)", (ROOT / page).read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    assert named, "the page names no command: this test reads it wrongly"
    assert named <= targets


def test_every_page_of_the_docs_is_in_the_nav() -> None:
    nav = nav_pages(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"])
    pages = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
    assert sorted(nav) == pages


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_of_the_page_lead_to_files(page: str) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", (ROOT / page).read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


def test_every_example_of_the_guide_is_yaml() -> None:
    pages = sorted((DOCS / "guide").rglob("*.md"))
    examples = [
        block for page in pages for block in re.findall(r"```yaml\n(.*?)```", page.read_text(), flags=re.DOTALL)
    ]
    assert len(examples) > 10
    for example in examples:
        assert all(isinstance(document, dict | list) for document in yaml.safe_load_all(example))


def test_the_lock_names_the_default_index_only() -> None:
    hosts = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text(encoding="utf-8")))
    assert hosts == INDEX_HOSTS


def test_no_file_names_the_place_where_it_was_written() -> None:
    places = re.compile(r"(?<![\w.])/(?:home|root|Users|work)/\w|\.\./shared/")
    named = [str(path.relative_to(ROOT)) for path, text in texts() if path != Path(__file__) and places.search(text)]
    assert named == []


def test_bootstrap_says_and_does_nothing_when_nothing_changed() -> None:
    script = [ROOT / "scripts" / "bootstrap.sh"]
    subprocess.run(script, cwd=ROOT, capture_output=True, check=True)
    again = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, timeout=10, check=True)
    assert (again.stdout, again.stderr) == ("", "")
