"""What the tests share: the same source as an interpreted and a compiled function, and fresh processes."""

import gc
import os
import subprocess
import sys
import textwrap

import armjit


def function(source, name="f", compiled=True, module="tested", **names):
    """The function that `source` defines, in a namespace of its own; compiled at once unless asked otherwise."""
    namespace = {"__name__": module, **names}
    exec(compile(textwrap.dedent(source), f"<{name}>", "exec"), namespace)
    result = namespace[name]
    if compiled:
        armjit.force_compile(result)
    return result


def pair(source, name="f", warm_up=(), **names):
    """The same function twice: interpreted, and compiled after it has been called with each tuple of `warm_up`."""
    interpreted = function(source, name, compiled=False, **names)
    compiled = function(source, name, compiled=False, **names)
    for arguments in warm_up:
        for _ in range(20):
            outcome(compiled, *arguments)
    armjit.force_compile(compiled)
    return interpreted, compiled


def outcome(function, *arguments, **keywords):
    """What a call gives, in a form that can be compared: its result, or its exception's class and text."""
    try:
        return "returned", function(*arguments, **keywords)
    except BaseException as error:
        return "raised", type(error), str(error)


def run(source, *arguments, check=True, **variables):
    """Run a program in a process of its own, with these environment variables. Its output, or the process if not checked."""
    environment = {key: value for key, value in os.environ.items() if key != "ARMJIT"}
    environment.update(variables)
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", textwrap.dedent(source), *arguments],
        env=environment,
        capture_output=True,
        text=True,
    )
    if not check:
        return done
    if done.returncode != 0:
        raise AssertionError(f"exit status {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def drift(call, *watched, times=200):
    """How the reference counts of `watched` change by so many calls."""
    call()
    gc.collect()
    before = [sys.getrefcount(it) for it in watched]
    for _ in range(times):
        call()
    gc.collect()
    after = [sys.getrefcount(it) for it in watched]
    return [count - old for count, old in zip(after, before, strict=True)]
