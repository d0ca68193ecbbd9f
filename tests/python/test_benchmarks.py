"""pyperformance's benchmarks: every function compiles, results equal the interpreter's in every mode, strategy, and with exits forced.

The environment variable ARMJIT_PYPERFORMANCE names the folder with pyperformance's benchmarks (`bm_richards` and so on).
Each mode runs in a process of its own, which prints results and the state of every function; pyperf itself is not
needed, for the modules want nothing but a clock from it.
"""

import json
import os
import subprocess
import sys
import textwrap
import unittest

import armjit

#: How each benchmark is run, small enough for an emulator, as an expression over its module `m`. All have to yield
#: something that compares.
BENCHMARKS = {
    "richards": "m.Richards().run(1)",
    "deltablue": "(m.delta_blue(30), repr(m.planner.current_mark))",
    "nbody": "(m.bench_nbody(1, 'sun', 100), repr(m.SYSTEM))[1]",
    "fannkuch": "m.fannkuch(6)",
    "spectral_norm": "(m.bench_spectral_norm(1), repr(m.eval_AtA_times_u([1] * 10)), m.eval_A(3, 4))[1:]",
    "float": "repr(m.benchmark(300))",
}

PROGRAM = """
    import json, sys, time, types

    folder, name, expression, mode, strategy = sys.argv[1:]
    pyperf = types.ModuleType("pyperf")
    pyperf.perf_counter = time.perf_counter
    sys.modules["pyperf"] = pyperf
    path = f"{folder}/bm_{name}/run_benchmark.py"
    m = types.ModuleType("workload")
    m.__file__ = path
    sys.modules["workload"] = m

    if mode != "interpreter":
        import armjit
        if strategy:
            armjit.set_call_strategy(strategy)
        if mode == "list":
            armjit.append_jit_list("workload:*")
            armjit.enable()
        elif mode == "auto":
            armjit.auto(2)

    with open(path) as file:
        exec(compile(file.read(), path, "exec"), m.__dict__)
    m.DEFAULT_N = 10

    def functions(namespace):
        for value in list(namespace.values()):
            if isinstance(value, (staticmethod, classmethod)):
                value = value.__func__
            if isinstance(value, property):
                value = value.fget
            if isinstance(value, types.FunctionType) and value.__module__ == "workload":
                yield value
            elif isinstance(value, type) and value.__module__ == "workload":
                yield from functions(vars(value))

    results = [repr(eval(expression)) for _ in range(3)]
    refused, compiled = {}, 0
    if mode != "interpreter":
        compiled = sum(armjit.is_jit_compiled(f) for f in functions(vars(m)))
        for function in functions(vars(m)):
            armjit.force_compile(function)
            if not armjit.is_jit_compiled(function):
                refused[function.__qualname__] = armjit.why_not_compiled(function)
    results.append(repr(eval(expression)))
    print(json.dumps({"results": results, "refused": refused, "compiled": compiled}))
"""


def run(name, mode, strategy="", every=""):
    """Runs a benchmark in a process of its own; yields what it printed."""
    environment = {key: value for key, value in os.environ.items() if key != "ARMJIT"}
    environment["PYTHONHASHSEED"] = "0"
    if every:
        environment["ARMJIT_DEOPT_EVERY"] = every
    folder = environment["ARMJIT_PYPERFORMANCE"]
    arguments = [folder, name, BENCHMARKS[name], mode, strategy]
    command = [sys.executable, "-X", "faulthandler", "-c", textwrap.dedent(PROGRAM), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"{name}, {mode}, {strategy}, {every}: {done.returncode}\n{done.stdout}\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


@unittest.skipUnless(
    "ARMJIT_PYPERFORMANCE" in os.environ,
    "ARMJIT_PYPERFORMANCE does not name the folder of pyperformance's benchmarks",
)
class Benchmarks(unittest.TestCase):
    """One test for each benchmark."""

    def compare(self, name):
        expected = run(name, "interpreter")["results"]
        runs = [("list", "", ""), ("auto", "", ""), ("list", "", "1"), ("auto", "", "7")]
        runs += [("list", strategy, "") for strategy in armjit.call_strategies()]
        for mode, strategy, every in runs:
            with self.subTest(mode=mode, strategy=strategy, every=every):
                found = run(name, mode, strategy, every)
                self.assertEqual(found["results"], expected)
                self.assertEqual(found["refused"], {})
                self.assertGreater(found["compiled"], 0)


def test_of(name):
    """The test of one benchmark."""

    def test(self):
        self.compare(name)

    return test


for benchmark in BENCHMARKS:
    setattr(Benchmarks, f"test_{benchmark}", test_of(benchmark))


if __name__ == "__main__":
    unittest.main()
