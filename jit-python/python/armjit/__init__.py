"""A compiler for Python functions, for CPython 3.14 on 64-bit Arm.

`armjit.auto()` compiles what is called often; `force_compile(f)` compiles one function; a JIT list says which functions to
compile. Importing the package changes nothing, and works where functions cannot be compiled, too: there `enable()` raises
RuntimeError, which says why.
"""

from armjit._names import NAMES as __all__

try:
    from armjit import _armjit as _implementation
except ImportError as _error:
    # Another version or build of Python, or another processor: its loader does not take the extension.
    from armjit import _absent as _implementation

    _implementation.explain(_error)
else:
    import atexit as _atexit

    _implementation.configure()
    _atexit.register(_implementation.shut_down)

globals().update({name: getattr(_implementation, name) for name in __all__})
