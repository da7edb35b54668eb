"""Help links of the studio lead to pages of the guide that exist, and to places that exist on them."""

import re
from pathlib import Path

import pytest
from markdown import Markdown

from sojourn.service.studio.catalog_api import catalog

ROOT = Path(__file__).resolve().parents[4]
LINK = re.compile(r'"(guide/[\w/-]*(?:#[\w-]+)?)"')


def linked() -> list[str]:
    sources = [*(ROOT / "web/src").rglob("*.ts"), *(ROOT / "web/src").rglob("*.tsx")]
    written = {link for source in sources if source.name != "schema.ts" for link in LINK.findall(source.read_text())}
    known = catalog()
    return sorted(written | {step.guide for step in [*known.nodes, *known.activities]})


@pytest.mark.parametrize("link", linked())
def test_a_help_link_leads_somewhere(link: str) -> None:
    page, _, place = link.partition("#")
    path = ROOT / "docs" / f"{page.rstrip('/')}.md"
    assert page.endswith("/") and path.is_file(), "no such page"
    if place:
        html = Markdown(extensions=["toc", "attr_list", "tables"]).convert(path.read_text(encoding="utf-8"))
        assert f'id="{place}"' in html, "no such heading"


def test_links_are_found() -> None:
    assert {"guide/files/", "guide/access/#keys", "guide/nodes/wait/"} <= set(linked())
