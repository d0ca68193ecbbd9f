"""Compares compiled functions with the interpreter: the same source, the same calls, in two namespaces.

The interpreter is the oracle. A call's outcome is its result with its type, or its exception with message and the lines
of its traceback. Every comparison is made twice: compiled before the first call, when there is no type feedback, and
after enough interpreted calls for the inline caches to have settled.
"""

import gc
import sys
import textwrap
import traceback
import types
import unittest

import armjit

#: Interpreted calls before compilation, in the variant with type feedback.
WARM = 20

#: Calls over which the number of allocated blocks must not grow by more than SLACK.
REPEATS = 300
SLACK = 100


def functions_of(namespace, module):
    """Every Python function of a namespace and of its classes."""
    for value in list(namespace.values()):
        if isinstance(value, (staticmethod, classmethod)):
            value = value.__func__
        if isinstance(value, property):
            value = value.fget
        if isinstance(value, types.FunctionType) and value.__module__ == module:
            yield value
        elif isinstance(value, type) and value.__module__ == module:
            yield from functions_of(vars(value), module)


def outcome(namespace, call):
    """What a call does, comparable between namespaces."""
    try:
        result = eval(call, namespace)
    except BaseException as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [(frame.name, frame.lineno) for frame in frames[1:]]
        context = type(error.__context__), type(error.__cause__)
        return "raised", type(error), str(error), lines, context
    return "returned", type(result), repr(result)


class DifferentialTest(unittest.TestCase):
    """Tests that compare."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        armjit.enable()

    @staticmethod
    def namespace(source):
        """The source, executed, its functions not compiled."""
        module = "differential_sample"
        namespace = {"__name__": module}
        exec(compile(textwrap.dedent(source), "<sample>", "exec"), namespace)
        return namespace

    def compile_all(self, namespace, leave=()):
        """Compiles every function of a namespace but those named, which stay interpreted."""
        for function in functions_of(namespace, "differential_sample"):
            if function.__name__ in leave:
                continue
            armjit.force_compile(function)
            self.assertTrue(
                armjit.is_jit_compiled(function),
                f"{function.__qualname__}: {armjit.why_not_compiled(function)}",
            )

    def differ(self, source, *calls, leave=(), leaks=True):
        """Asserts that the calls have equal outcomes in both modes, in order, and leave nothing behind."""
        for warm in (0, WARM):
            with self.subTest(warm=warm):
                expected, actual = self.namespace(source), self.namespace(source)
                for _ in range(warm):
                    for call in calls:
                        first, second = outcome(expected, call), outcome(actual, call)
                        self.assertEqual(first, second, f"{call} differs without compilation")
                self.compile_all(actual, leave)
                for call in calls:
                    for repetition in range(3):
                        self.assertEqual(
                            outcome(actual, call), outcome(expected, call), f"{call}, {repetition}"
                        )
                if leaks:
                    self.assert_no_growth(actual, calls)

    def assert_no_growth(self, namespace, calls):
        """Asserts that repeating the calls does not make the number of allocated blocks grow."""
        codes = [compile(call, "<call>", "eval") for call in calls]

        def repeat(count):
            for _ in range(count):
                for code in codes:
                    try:
                        eval(code, namespace)
                    except BaseException:
                        pass

        repeat(REPEATS // 10)
        gc.collect()
        before = sys.getallocatedblocks()
        repeat(REPEATS)
        gc.collect()
        growth = sys.getallocatedblocks() - before
        self.assertLess(growth, SLACK, f"blocks left behind by {REPEATS} repetitions of {calls}")
