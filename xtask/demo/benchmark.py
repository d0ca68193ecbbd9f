"""Runs pyperformance's richards as `__main__` of this process, and says what armjit compiled of it.

To be imported by `python -c`, whose `__main__` is empty: so `__main__:*` means the benchmark's functions and nothing else.
"""

import contextlib
import io
import json
import sys

import __main__
import armjit


def run(path):
    """Runs the benchmark file `path` once through pyperf and once directly; prints what came out as JSON."""
    sys.argv = [path, "--debug-single-value"]
    with open(path, encoding="utf-8") as file:
        code = compile(file.read(), path, "exec")
    # pyperf reports a time, which says nothing under an emulator.
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, vars(__main__))
    passed = __main__.Richards().run(1)
    area = __main__.taskWorkArea
    compiled = [function for function in armjit.get_compiled_functions() if function.__module__ == "__main__"]
    report = {
        "result": {"passed": passed, "holdCount": area.holdCount, "qpktCount": area.qpktCount},
        "compiled": {function.__qualname__: armjit.get_compiled_size(function) for function in compiled},
    }
    print(json.dumps(report))
