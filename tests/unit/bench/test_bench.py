import json

import pytest

from bench.result import Result
from bench.run import NAMES, main


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_runs_at_a_tiny_size_and_prints_json(name, capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("bench.run.RESULTS", tmp_path)
    assert main([name, "--scale", "0.001"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["machine"]["cores"] >= 1
    assert printed["results"]
    assert all(result["figure"] > 0 for result in printed["results"])
    assert json.loads(next(tmp_path.glob("*.json")).read_text()) == printed


def test_an_unknown_benchmark_is_named_with_those_that_there_are(capsys):
    with pytest.raises(SystemExit):
        main(["latencies"])
    assert "no benchmark `latencies`; there are audience_entry" in capsys.readouterr().err


@pytest.mark.parametrize(("lower_is_better", "ratio"), [(False, 0.5), (True, 2.0)])
def test_a_ratio_of_1_is_as_fast_as_by_hand(lower_is_better, ratio):
    assert Result("x", 10, "u", 20, lower_is_better=lower_is_better).ratio == ratio
