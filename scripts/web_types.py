"""Write the studio's types of the API from the OpenAPI document, or with --check say whether they are current."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from sojourn.cli.init import init
from sojourn.service.access.access import Access
from sojourn.service.api import make_api
from sojourn.service.health import Health
from sojourn.service.management import Management
from sojourn.service.runtime import Runtime

ROOT = Path(__file__).resolve().parent.parent
TYPES = ROOT / "web" / "src" / "api" / "schema.ts"


def openapi() -> str:
    """Return the OpenAPI document of the management API, made from an empty workspace that is never started."""
    with tempfile.TemporaryDirectory() as folder:
        with contextlib.redirect_stdout(io.StringIO()):
            init(Path(folder) / "shop", force=False)
        runtime = Runtime(Path(folder) / "shop")
        try:
            access = Access(
                runtime.database, runtime.audit, runtime.keyring, "", runtime.base_url, runtime.secret, None
            )
            return json.dumps(make_api(Management(runtime), access, Health(runtime, bool)).openapi(), sort_keys=True)
        finally:
            runtime.close()


def render() -> str:
    """Return the types."""
    with tempfile.TemporaryDirectory() as folder:
        document, types = Path(folder) / "openapi.json", Path(folder) / "schema.ts"
        document.write_text(openapi(), encoding="utf-8")
        script = ROOT / "scripts" / "web.sh"
        subprocess.run([script, "npm", "run", "--silent", "schema", "--", document, "-o", types], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        return types.read_text(encoding="utf-8")


def main() -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file is not current")
    found = render()
    if not parser.parse_args().check:
        TYPES.write_text(found, encoding="utf-8")
        return 0
    if TYPES.exists() and TYPES.read_text(encoding="utf-8") == found:
        return 0
    print(f"{TYPES.relative_to(ROOT)} is not current: run .venv/bin/python scripts/web_types.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
