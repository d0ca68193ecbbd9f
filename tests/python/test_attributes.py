"""Attributes of instances, classes and modules, compiled and interpreted, errors included."""

import unittest

from differential import DifferentialTest


class Attributes(DifferentialTest):
    def test_attributes(self):
        self.differ(
            """
            class P:
                k = 'class'
                def __init__(self, x):
                    self.x = x
                def m(self, y=1):
                    return self.x, y
                @property
                def p(self):
                    return self.x * 2
                @staticmethod
                def s(a):
                    return a
                @classmethod
                def c(cls, a):
                    return cls.__name__, a
            class S:
                __slots__ = ('x', 'y')
                def __init__(self, x):
                    self.x = x
                def m(self):
                    return self.x
            class D:
                def __getattr__(self, name):
                    return name
            def f(o):
                return o.x, o.m()
            def g(o, v):
                o.x = v
                o.x += 1
                return o.x
            def h(o):
                del o.x
                return o.x
            def k(o):
                return o.k, o.p, o.s(1), o.c(2), type(o).k, P.k
            def l(o):
                o.new = 1
                return o.new
            """,
            "f(P(1))", "f(S(2))", "f(D())", "f(5)", "g(P(1), 5)", "g(S(1), 6)", "g(5, 1)", "h(P(1))", "h(S(1))", "k(P(3))",
            "k(S(1))", "l(P(1))", "l(S(1))", "l(D())", "f(S.__new__(S))",
        )
        for make in ("P(1)", "S(1)"):
            self.differ(
                """
                class P:
                    def __init__(self, x):
                        self.x = x
                        self.y = None
                    def m(self, a):
                        self.y = a
                        return self.x
                class S:
                    __slots__ = ('x', 'y')
                    def __init__(self, x):
                        self.x = x
                    def m(self, a):
                        self.y = a
                        return self.x
                def f(o):
                    o.x = o.x + 1
                    return o.x, o.m(o), o.y is o
                """,
                f"f({make})", f"f({make})",
            )

    def test_a_class_that_changes(self):
        self.differ(
            """
            class C:
                k = 1
                def m(self):
                    return 'old'
            def new(self):
                return 'new'
            def change(o):
                C.m = new
                C.k = 2
                o.k = 3
                return 0
            def f():
                o = C()
                before = o.m(), o.k, C.k
                change(o)
                after = o.m(), o.k, C.k
                o.m = lambda: 'instance'
                return before, after, o.m()
            def restore():
                C.m = old
                C.k = 1
            old = C.m
            """,
            "f()", "restore()", "f()", leaks=False,
        )

    def test_instances_with_a_dictionary(self):
        self.differ(
            """
            class C:
                def __init__(self):
                    self.a = 1
            def f(o):
                o.a = o.a + 1
                return o.a
            def make(n):
                o = C()
                if n == 1:
                    o.__dict__
                if n == 2:
                    o.__dict__ = {'a': 5}
                if n == 3:
                    for i in range(40):
                        setattr(o, f'x{i}', i)
                if n == 4:
                    o.__dict__['a'] = 9
                return o
            """,
            *(f"f(make({n}))" for n in range(5)), "[f(make(n)) for n in (0, 1, 0, 2, 0, 3, 4, 0)]",
            "list(vars(make(3)))[:3]",
        )

    def test_order_of_attributes(self):
        self.differ(
            """
            class C:
                def __init__(self, swap):
                    if swap:
                        self.b = 1
                        self.a = 2
                    else:
                        self.a = 1
                        self.b = 2
            """,
            "vars(C(0))", "vars(C(1))", "vars(C(0))", "vars(C(1))",
        )

    def test_super(self):
        self.differ(
            """
            class A:
                def m(self, x):
                    return 'A', x
                k = 'k'
            class B(A):
                def m(self, x):
                    return 'B', super().m(x), super(B, self).m(x), super().k
                def n(self):
                    return super().missing
            """,
            "B().m(1)", "B().n()",
        )

    def test_modules(self):
        self.differ(
            """
            import math, sys
            def f(x):
                return math.sqrt(x), math.pi, sys.maxsize, math.__name__
            def g():
                return math.nothing
            """,
            "f(2.0)", "f(4)", "f('x')", "g()",
        )


if __name__ == "__main__":
    unittest.main()
