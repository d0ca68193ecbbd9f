"""Does what the variable ARMJIT says when Python starts. A mistake in it is reported and does not keep Python from starting."""

import os
import sys


def start():
    """Called by armjit.pth in every process whose environment has ARMJIT."""
    try:
        from armjit import _implementation

        _implementation.start(os.environ.get("ARMJIT", ""))
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        print(f"armjit: {error}", file=sys.stderr)
