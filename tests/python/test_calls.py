"""Calls of functions of every kind, compiled and interpreted, errors included."""

import unittest

from differential import DifferentialTest


class Calls(DifferentialTest):
    def test_calls(self):
        self.differ(
            """
            def t(*a, **k):
                return a, sorted(k.items())
            def d(a, b=2, /, c=3, *, e=4):
                return a, b, c, e
            def f(x):
                return t(), t(x), t(x, 1), t(1, 2, 3, x), t(1, 2, 3, 4, 5), t(1, 2, 3, 4, 5, 6, 7, 8, 9)
            def g(x):
                return t(a=x), t(x, b=1), t(*x, **{'q': 1}), t(*x, 5, *x, r=2, **{'s': 3})
            def h(x):
                return d(x), d(x, 1), d(x, 1, c=2), d(x, e=9)
            def k(x):
                return d(x, bad=1)
            def l():
                return d()
            def m(x):
                return x(1)
            def n(x):
                return t(**x)
            def o(x):
                return t(*x)
            def p(x):
                return d(1, c=2, **{'c': x})
            """,
            "f('x')", "g((1, 2))", "h(0)", "k(1)", "l()", "m(str)", "m(5)", "m([].append)", "m(lambda y: y + 1)", "n({'a': 1})",
            "n({1: 2})", "n(5)", "o(5)", "o([1])", "p(3)", "g(5)",
        )

    def test_builtins(self):
        self.differ(
            """
            class L:
                def __init__(self, n):
                    self.n = n
                def __len__(self):
                    return self.n
            def f(a):
                return len(a), len(a) + 1, type(a), isinstance(a, (int, list)), isinstance(a, L)
            def g(a):
                l = []
                l.append(a)
                l.append(l.append(a))
                return l
            def h(a):
                return abs(a), str(a), tuple([a]), max(a, 2), int(a), min([a, a])
            def k(a):
                a.append(1)
                return a
            """,
            "f([1])", "f('abc')", "f(L(3))", "f(L(-1))", "f(L('x'))", "f(5)", "g(1)", "h(1)", "h(-2.5)", "h('x')", "k([])", "k(5)",
        )

    def test_recursion(self):
        self.differ(
            """
            import sys
            def fib(n):
                return n if n < 2 else fib(n - 1) + fib(n - 2)
            def deep(n):
                return 0 if n == 0 else 1 + deep(n - 1)
            def endless(n):
                return endless(n + 1)
            def caught():
                try:
                    endless(0)
                except RecursionError as error:
                    return str(error)
            """,
            "fib(12)", "deep(200)", "caught()", leaks=False,
        )

    def test_finding_the_caller(self):
        self.differ(
            """
            import sys
            def look():
                frame = sys._getframe(1)
                return frame.f_code.co_name, frame.f_lineno, dict(frame.f_locals)
            def f(a):
                b = a + 1
                first = look()
                c = [b]
                second = look()
                del b
                return first, second, look()
            def g(a):
                x = 1
                return locals()
            """,
            "f(1)", "f('a') if 0 else 0", "g(2)",
        )


if __name__ == "__main__":
    unittest.main()
