import json
import subprocess
import sys

import pytest

from bench.result import Result
from bench.run import NAMES, main


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_runs_at_a_tiny_size_and_prints_json(name, tmp_path):
    code = "import sys, pathlib, bench.run as run; run.RESULTS = pathlib.Path(sys.argv[2]); "
    code += "sys.exit(run.main([sys.argv[1], '--scale', '0.001']))"
    command = [sys.executable, "-c", code, name, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
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
