"""Operators on numbers, comparisons and truth, compiled and interpreted, errors included."""

import unittest

from differential import DifferentialTest


class Arithmetic(DifferentialTest):
    def test_binary_operators(self):
        operators = ["+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^"]
        pairs = ["(7, 2)", "(-7, 2)", "(7, -2)", "(0, 3)", "(2**30, 3)", "(2**62, 5)"]
        pairs += ["(7, 0)", "(1.5, 2)", "(2, 1.5)", "(1.5, -0.25)", "(1.0, 0.0)", "('ab', 3)", "('a', 'b')", "([1], [2])"]
        pairs += ["(True, 2)", "(10**30, 7)", "(None, 1)", "(float('nan'), 1.0)", "(float('inf'), 1.0)", "(3, 200)"]
        huge = ["(2**29, 2**29)"]
        for operator in operators:
            tried = pairs if operator in ("**", "<<") else pairs + huge
            source = f"def f(a, b):\n    return a {operator} b\n"
            source += f"def g(a, b):\n    c = a\n    c {operator}= b\n    return c\n"
            with self.subTest(operator=operator):
                self.differ(source, *(f"{name}(*{pair})" for pair in tried for name in "fg"))

    def test_each_type_by_itself(self):
        for arguments in ("(3, 4)", "(3.5, 0.25)", "(2**40, 2**41)", "(2**29, 1)", "(-5, 4)", "(2.0, 3)", "(3, 2.0)"):
            source = """
                def f(a, b):
                    return (a + b, a - b, a * b, a + b * a - b, (a + b) * (a - b), a / b, -a, -(a + b))
                def g(a, b):
                    s = a
                    for i in range(20):
                        s = s * 3 + b - i
                    return s
            """
            with self.subTest(arguments=arguments):
                self.differ(source, f"f(*{arguments})", f"g(*{arguments})")

    def test_results_that_outgrow_a_register(self):
        self.differ(
            """
            def f(a):
                return a * a * a * a
            def g(a, n):
                for _ in range(n):
                    a = a * 1000003 + 1
                return a
            """,
            "f(3)", "f(2**15)", "f(2**29)", "f(-2**29)", "g(5, 3)", "g(5, 20)",
        )

    def test_division_by_a_power_of_two(self):
        self.differ(
            "def f(a, b):\n    return (a + b) // 2, (a + b) % 8, (a * b) // 1, (a - b) // 4, (a - b) % 4",
            "f(3, 4)", "f(-3, -4)", "f(-3, 0)", "f(7, -9)", "f(0, 0)", "f(1.5, 2.0)",
        )

    def test_small_ints_are_identical(self):
        self.differ(
            """
            def f(a, b):
                c = a + b
                return c is a + b, c is 256, c is 257, (c - c) is 0, (a - b) is -1
            """,
            "f(128, 128)", "f(1, 2)", "f(128, 129)", "f(-3, -2)",
        )

    def test_unary(self):
        self.differ(
            "def f(a):\n    return -a, ~a, not a, +a",
            "f(1)", "f(0)", "f(-1)", "f(True)", "f(2**70)", "f(1.5)", "f('x')",
        )

    def test_negative_zero(self):
        self.differ("def f(a, b):\n    return -(a * b), a * -b, -a", "f(0.0, 1.0)", "f(-0.0, 1.0)", "f(0, 5)")


class Comparison(DifferentialTest):
    VALUES = ("(1, 2)", "(2, 1)", "(2, 2)", "(1.5, 2.5)", "(2.5, 2.5)", "(float('nan'), 1.0)", "('a', 'b')",
              "(2**40, 2**40)", "(1, 1.0)", "(1, 'a')", "([1], [1, 2])", "(None, None)")

    def test_comparisons(self):
        for operator in ("<", "<=", "==", "!=", ">", ">="):
            source = f"""
                def f(a, b):
                    return a {operator} b
                def g(a, b):
                    if a {operator} b:
                        return 'yes'
                    return 'no'
                def h(a, b):
                    return not a {operator} b, (a {operator} b) + 1, [a {operator} b]
            """
            with self.subTest(operator=operator):
                self.differ(source, *(f"{name}(*{values})" for values in self.VALUES for name in "fgh"))
                self.differ(source, "f(1, 2)", "g(1, 2)", "g(2, 1)", "h(3, 4)")
                self.differ(source, "f(1.0, 2.0)", "g(1.0, 2.0)", "g(2.0, 1.0)", "h(3.0, 4.0)")

    def test_comparison_whose_result_is_no_bool(self):
        self.differ(
            """
            class C:
                def __lt__(self, other):
                    return 'less'
                def __eq__(self, other):
                    return []
            class B:
                def __gt__(self, other):
                    class T:
                        def __bool__(self):
                            raise ValueError('no truth')
                    return T()
            c, b = C(), B()
            def f(a, b):
                return a < b, 'yes' if a == b else 'no'
            def g(a, b):
                if a > b:
                    return 1
                return 0
            """,
            "f(c, 1)", "g(b, 1)", leave=("__bool__",),
        )

    def test_identity_and_membership(self):
        self.differ(
            """
            def f(a, b):
                return a is b, a is not b, a is None, b is not None
            def g(a, b):
                return a in b, a not in b
            def h(a, b):
                if a in b:
                    return 1
                return 2
            """,
            "f(1, 1)", "f(None, 2)", "f([], [])", "g(1, [1])", "g(1, {2})", "g('a', 'abc')", "g(1, 2)", "h(1, {1: 2})",
            "h([], {})",
        )

    def test_truth(self):
        self.differ(
            """
            def f(a):
                if a:
                    return 1
                return 2
            def g(a, b):
                return a and b, a or b, not a
            def h(a, b, c):
                return a if b else c
            """,
            *(f"f({value})" for value in ("0", "1", "''", "'a'", "[]", "[1]", "None", "True", "False", "0.0", "1.5", "2**70")),
            "g(0, 1)", "g([], 2)", "g('x', None)", "h(1, 0, 3)", "h(1, 2, 3)", "h([1], 'x', None)",
        )
        for value in ("0", "''", "[]", "None", "True", "0.0", "object()"):
            self.differ("def f(a):\n    if a:\n        return 1\n    return 2", f"f({value})")


if __name__ == "__main__":
    unittest.main()
