from demo.ending import DOCUMENTS
from demo.layout import HERE
from sojourn.workspace import load_workspace


def test_the_workspace_is_valid_and_has_what_the_demo_publishes() -> None:
    workspace = load_workspace(HERE / "workspace")
    assert set(DOCUMENTS) == {*workspace.journeys, *workspace.triggered}
