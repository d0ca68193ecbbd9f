"""Leaving compiled code: failed guards, exceptions with and without handlers, and what is on the operand stack then."""

import os
import sys
import traceback
import unittest

import armjit
import support


class Odd:
    """Adds to anything, and looks who asks."""

    def __init__(self, log):
        self.log = log

    def __radd__(self, other):
        frame = sys._getframe(1)
        self.log.append((frame.f_code.co_name, frame.f_lineno, dict(frame.f_locals)))
        return ("odd", other)

    def __add__(self, other):
        return self.__radd__(other)


class Guards(unittest.TestCase):
    def compare(self, source, warm_up, *calls):
        interpreted, compiled = support.pair(source, warm_up=warm_up)
        self.assertIsNone(armjit.why_not_compiled(compiled))
        for arguments in calls:
            expected = support.outcome(interpreted, *arguments)
            for _ in range(3):
                self.assertEqual(support.outcome(compiled, *arguments), expected, arguments)
        return compiled

    def test_types_change(self):
        calls = [(1, 2), (1.5, 2.5), ("a", "b"), (1, 2.5), (2**80, 1), ([1], [2]), (1, "a"), (None, 1)]
        for warm_up in ((1, 2),), ((1.5, 2.5),), (("a", "b"),), ():
            for operator in "+", "-", "*", "<", "==":
                self.compare(f"def f(a, b): return a {operator} b", warm_up, *calls)

    def test_overflow(self):
        big = 2**62
        self.compare("def f(a, b): return a * b + a - b", ((3, 4),), (big, big), (-big, 2), (2**29, 2**29), (2**30 - 1, 2**30 - 1), (-(2**30) + 1, 5))

    def test_operand_stack_in_the_middle(self):
        source = "def f(a, b, c): return [a, (b, a + b), {'k': a - b}, a * (b + (a - (b + c)))]"
        for warm_up in ((1, 2, 3),), ((1.0, 2.0, 3.0),):
            self.compare(source, warm_up, (1, 2, 3), (1, 2, 3.0), (1, 2, "x"), (1.0, 2, 3), (2**70, 1, 2**70))

    def test_numbers_in_locals_are_boxed(self):
        source = """
        def f(a, n):
            x = a * 2
            y = x + a
            for i in range(n):
                x = x + y
                y = y - i
            z = x + n
            return x, y, z, n
        """
        self.compare(source, ((1.5, 4),), (1.5, 4), (2, 4), (1.5, 0), ("a", 2), (10**30, 3))
        self.compare(source, ((2, 4),), (1.5, 4), (2, 4), (10**30, 3), (2, "x"))

    def test_a_guard_inside_a_loop(self):
        source = """
        def f(items):
            total = 0
            for item in items:
                total = total + item
            return total
        """
        self.compare(source, (([1, 2, 3],),), ([1, 2, 3],), ([1, 2.5, 3],), ([1, 2**70, 3],), ([1, "x"],), ((1, 2),), ({1: 2},), (5,))

    def test_others_see_the_frame(self):
        log = []
        source = """
        def f(a, b):
            c = 7
            return (a + b, c)
        """
        compiled = support.pair(source, warm_up=((1, 2),))[1]
        odd = Odd(log)
        self.assertEqual(compiled(1, odd), (("odd", 1), 7))
        self.assertEqual(log, [("f", 4, {"a": 1, "b": odd, "c": 7})])

    @unittest.skipIf("ARMJIT_DEOPT_EVERY" in os.environ, "forced exits do not count as failures")
    def test_code_for_another_phase_is_compiled_anew(self):
        compiled = support.pair("def f(a, b): return a + b", warm_up=((1, 2),))[1]
        before = armjit.disassemble(compiled)
        for _ in range(1100):
            self.assertEqual(compiled(1.5, 2.5), 4.0)
        self.assertTrue(armjit.is_jit_compiled(compiled))
        instructions = [line.split("  ")[2:] for line in armjit.disassemble(compiled).splitlines()[1:]]
        self.assertNotEqual(instructions, [line.split("  ")[2:] for line in before.splitlines()[1:]])
        self.assertEqual(compiled(1, 2), 3)

    def test_nothing_leaks(self):
        compiled = support.pair("def f(a, b): return [a, b, (a + b)]", warm_up=((1, 2),))[1]
        x, y = "left" * 3, ["right"]
        drift = support.drift(lambda: support.outcome(compiled, x, x) and support.outcome(compiled, x, y), x, y, compiled, compiled.__code__)
        self.assertEqual(drift, [0, 0, 0, 0])


HANDLERS = {
    "caught": """
        def f(a, b):
            try:
                return a / b
            except ZeroDivisionError as error:
                return "zero", str(error)
        """,
    "first instruction": """
        def f(a, b):
            try:
                a.missing
            except AttributeError:
                b = 5
            return a, b
        """,
    "not this one": """
        def f(a, b):
            try:
                return a / b
            except KeyError:
                return "key"
        """,
    "finally": """
        def f(a, b):
            log = []
            try:
                log.append(a / b)
            except TypeError:
                log.append("type")
            finally:
                log.append("finally")
            return log
        """,
    "nested": """
        def f(a, b):
            log = [a]
            try:
                try:
                    log.append(a / b)
                except ZeroDivisionError:
                    log.append("inner")
                    a + None
                log.append("after")
            except TypeError as error:
                log.append((str(error), type(error.__context__).__name__))
            return log
        """,
    "reraised": """
        def f(a, b):
            try:
                return a / b
            except ZeroDivisionError:
                b = 1
                raise
        """,
    "raised": """
        def f(a, b):
            try:
                raise ValueError(a)
            except ValueError as error:
                raise KeyError(b) from error
        """,
    "in a loop": """
        def f(a, b):
            log = []
            for i in range(4):
                try:
                    log.append(a // (b - i))
                except ZeroDivisionError:
                    log.append(i)
                    continue
                log.append("ok")
            return log
        """,
    "on the stack": """
        def f(a, b):
            return [a, b, (a, [b, a / b])]
        """,
    "with": """
        def f(a, b):
            with manager(a) as log:
                log.append(a / b)
            return log
        """,
}


class Manager:
    def __init__(self, value):
        self.log = [value]

    def __enter__(self):
        return self.log

    def __exit__(self, kind, error, trace):
        self.log.append(kind)
        return kind is ZeroDivisionError


class Exceptions(unittest.TestCase):
    def test_handlers(self):
        for name, source in HANDLERS.items():
            interpreted, compiled = support.pair(source, warm_up=((6, 3),), manager=Manager)
            if not armjit.is_jit_compiled(compiled):
                self.fail((name, armjit.why_not_compiled(compiled)))
            for arguments in (6, 3), (6, 0), (6, 2), ("x", 3), (6.0, 0), (None, None):
                with self.subTest(name=name, arguments=arguments):
                    expected = support.outcome(interpreted, *arguments)
                    for _ in range(3):
                        self.assertEqual(support.outcome(compiled, *arguments), expected)
                    self.assertIsNone(sys.exception())

    def test_tracebacks_are_the_interpreters(self):
        def lines(function, arguments):
            try:
                function(*arguments)
            except Exception as error:
                entries = traceback.extract_tb(error.__traceback__)[1:]
                return [(it.name, it.lineno, it.end_lineno, it.colno, it.end_colno) for it in entries]
            return None

        for name, source in HANDLERS.items():
            interpreted, compiled = support.pair(source, manager=Manager)
            for arguments in (6, 0), ("x", 3), (None, None):
                with self.subTest(name=name, arguments=arguments):
                    self.assertEqual(lines(compiled, arguments), lines(interpreted, arguments))

    def test_nothing_leaks(self):
        for name, source in HANDLERS.items():
            compiled = support.pair(source, manager=Manager)[1]
            x, y = "left" * 3, ["right"]
            with self.subTest(name=name):
                drift = support.drift(lambda f=compiled: support.outcome(f, x, y), x, y, compiled, compiled.__code__)
                self.assertEqual(drift, [0, 0, 0, 0])
                drift = support.drift(lambda f=compiled: support.outcome(f, 5, 0), compiled, compiled.__code__)
                self.assertEqual(drift, [0, 0])

    def test_an_exception_from_a_callee(self):
        source = """
        def f(call):
            x = [1]
            try:
                x.append(call())
            except ValueError as error:
                x.append(error.args)
            return x
        """

        def fail(error):
            raise error

        interpreted, compiled = support.pair(source)
        for call in (lambda: 3), (lambda: fail(ValueError(1, 2))), (lambda: fail(KeyError(4))):
            self.assertEqual(support.outcome(compiled, call), support.outcome(interpreted, call))

    def test_unbound_locals(self):
        sources = [
            "def f(a):\n    if a: b = a\n    return b",
            "def f(a):\n    del a\n    return a",
            "def f(a):\n    del b\n    b = a",
        ]
        for source in sources:
            interpreted, compiled = support.pair(source)
            for argument in 0, 1:
                self.assertEqual(support.outcome(compiled, argument), support.outcome(interpreted, argument), source)

    def test_a_context_is_set(self):
        compiled = support.function("def f(a): return a / 0")
        try:
            try:
                raise KeyError("outer")
            except KeyError:
                compiled(1)
        except ZeroDivisionError as error:
            self.assertIsInstance(error.__context__, KeyError)


if __name__ == "__main__":
    unittest.main()
