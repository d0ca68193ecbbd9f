"""Checks an extension that was built with one call-emission strategy: python one_strategy.py NAME."""

import math
import sys

import armjit


def norm(values):
    total = 0.0
    for value in values:
        total += math.sqrt(value) + len(values)
    return total


def main():
    [name] = sys.argv[1:]
    assert list(armjit.call_strategies()) == [name], armjit.call_strategies()
    assert armjit.call_strategy() == name, armjit.call_strategy()
    values = [1.0, 4.0, 2.25]
    expected = norm(values)
    armjit.enable()
    assert armjit.force_compile(norm), armjit.why_not_compiled(norm)
    assert armjit.is_jit_compiled(norm)
    assert norm(values) == expected == 13.5, (norm(values), expected)
    try:
        armjit.set_call_strategy("no_such_strategy")
    except ValueError as error:
        assert name in str(error), error
    else:
        raise AssertionError("a strategy that does not exist was accepted")
    print(f"{name}: {armjit.get_compiled_size(norm)} bytes")


main()
