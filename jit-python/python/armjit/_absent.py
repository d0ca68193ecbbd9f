"""Stands in for the extension where it cannot be loaded: questions are answered, and whatever would compile explains itself."""

import contextlib
import platform
import sys
import sysconfig

_reason = "armjit's extension module could not be loaded"


def explain(error):
    """Find out why the extension could not be loaded, from what this Python says about itself."""
    global _reason
    version = "{}.{}".format(*sys.version_info[:2])
    if sys.implementation.name != "cpython":
        _reason = f"this is {sys.implementation.name}; armjit compiles for CPython 3.14 only"
    elif version != "3.14":
        _reason = f"this is Python {version}; this build of armjit is for 3.14"
    elif sysconfig.get_config_var("Py_GIL_DISABLED"):
        _reason = "this is a free-threaded build of Python; armjit needs one with the GIL"
    elif platform.machine() not in ("aarch64", "arm64"):
        _reason = f"this machine is {platform.machine()}; armjit compiles for aarch64 only"
    elif sys.platform != "linux":
        _reason = f"this is {sys.platform}; armjit compiles for Linux only"
    else:
        _reason = f"armjit's extension module could not be loaded: {error}"


def _refuse(*_arguments, **_keywords):
    raise RuntimeError(_reason)


enable = auto = start = force_compile = disassemble = compare_strategies = set_call_strategy = _refuse


def disable(deopt_all=False):
    """Nothing is compiled anyway."""


@contextlib.contextmanager
def pause(deopt_all=False):
    """Nothing is compiled anyway."""
    yield


def is_enabled():
    """Never here."""
    return False


def compile_after_n_calls(calls):
    """Nothing will be compiled."""
    if calls < 0:
        raise ValueError(f"calls must not be negative, and {calls} is")


def get_compile_after_n_calls():
    """Calls do not matter here."""
    return None


def force_uncompile(function):
    """No function is compiled."""
    return False


def is_jit_compiled(function):
    """No function is compiled."""
    return False


def get_compiled_functions():
    """No function is compiled."""
    return []


def get_compiled_size(function):
    """No function is compiled."""
    return -1


def get_function_compilation_time(function):
    """No function is compiled."""
    return -1.0


def get_compilation_time():
    """No function is compiled."""
    return 0.0


def jit_suppress(function):
    """No function is compiled anyway."""
    return function


def jit_unsuppress(function):
    """No function will be compiled."""
    return function


def append_jit_list(entry):
    """Nothing will be compiled."""


def read_jit_list(file):
    """Nothing will be compiled."""


def get_jit_list():
    """There is no list here."""
    return []


def why_not_compiled(function):
    """The reason that enable() gives."""
    return _reason


def call_strategy():
    """No code is generated here."""
    return None


def call_strategies():
    """No code is generated here."""
    return []
