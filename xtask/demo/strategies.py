"""Compares the call-emission strategies on a function with 200 calls, every one of them kept a call."""

import math

import armjit

CALLS = 200


def make(name, calls):
    """A function of one argument that adds up `calls` square roots of it, a line each."""
    lines = [f"def {name}(x):", "    s = 0.0", *["    s += math.sqrt(x)"] * calls, "    return s"]
    namespace = {"math": math, "__name__": __name__}
    exec(compile("\n".join(lines), f"<{name}>", "exec"), namespace)
    return namespace[name]


def main():
    f = make("f", CALLS)
    # The compiler takes the types from the interpreter's inline caches, which a few calls fill.
    for _ in range(100):
        f(9.0)
    armjit.enable()
    comparison = armjit.compare_strategies(f)
    print(f"{CALLS} lines `s += math.sqrt(x)`: bytes of machine code under each call strategy\n\n{comparison}\n")
    for row in comparison.rows:
        armjit.set_call_strategy(row.strategy)
        armjit.force_uncompile(f)
        if not armjit.force_compile(f):
            raise SystemExit(f"f does not compile under {row.strategy}: {armjit.why_not_compiled(f)}")
        result, size = f(9.0), armjit.get_compiled_size(f)
        if (result, size) != (600.0, row.total):
            raise SystemExit(f"f(9.0) under {row.strategy} is {result} from {size} bytes, not 600.0 from {row.total}")
    print("f(9.0) == 600.0 under every strategy, and each took the bytes that the table says.")


main()
