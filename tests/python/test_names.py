"""Locals, globals, closures, imports and classes, compiled and interpreted, errors included."""

import unittest

from differential import DifferentialTest


class Names(DifferentialTest):
    def test_unbound_locals(self):
        self.differ(
            """
            def f(a):
                if a:
                    x = 1
                return x
            def g():
                del y
                y = 1
            def h(a):
                x = a
                del x
                return x
            def k(a):
                try:
                    del z
                except UnboundLocalError as error:
                    return str(error)
                z = 1
            """,
            "f(1)", "f(0)", "g()", "h(3)", "k(1)",
        )

    def test_globals(self):
        self.differ(
            """
            n = 1
            def f():
                return n + len('abc')
            def g(v):
                global n
                n = v
                return n
            def h():
                global m
                m = 5
                del m
                return m
            def k():
                return missing
            def l():
                global never
                del never
            """,
            "f()", "g(7)", "f()", "h()", "k()", "l()", "f()",
        )

    def test_builtins_can_be_shadowed_while_running(self):
        self.differ(
            """
            def shadow(on):
                if on:
                    globals()['len'] = lambda x: 99
                else:
                    globals().pop('len', None)
            def f(a):
                first = len(a)
                shadow(True)
                second = len(a)
                shadow(False)
                return first, second, len(a)
            """,
            "f('abc')", leaks=False,
        )

    def test_a_function_that_replaces_another_while_it_is_called(self):
        self.differ(
            """
            def one(x):
                return 1
            def two(x):
                return 2
            current = one
            def switch():
                global current
                current = two if current is one else one
                return 0
            def f():
                return current(switch()), current(switch())
            def vanish(x):
                global vanish_me
                del vanish_me
                return x
            vanish_me = lambda x: vanish(x)
            def g():
                global vanish_me
                vanish_me = eval('lambda x: vanish(x)', globals())
                return call()
            def call():
                return vanish_me([1, 2])
            """,
            "f()", "g()", leaks=False, leave=("<lambda>",),
        )

    def test_closures(self):
        self.differ(
            """
            def f(a):
                def g(b):
                    nonlocal a
                    a += b
                    return a
                return g(1), g(2), a
            def h(n):
                functions = [lambda i=i: i * n for i in range(3)]
                n += 1
                return [g() for g in functions]
            def k():
                def g():
                    return x
                if 0:
                    x = 1
                return g()
            def l(a):
                def g():
                    nonlocal a
                    del a
                g()
                return a
            def m(a):
                b = [a]
                def g(x=a, *, y=b):
                    return x, y, b
                b = 5
                return g(), g(7, y=8), g.__name__, g.__qualname__, g.__defaults__
            """,
            "f(1)", "f('a')", "h(2)", "k()", "l(1)", "m(3)",
        )

    def test_imports(self):
        self.differ(
            """
            def f():
                import math
                from os.path import join, basename as b
                import os.path as p
                return math.floor(2.5), join('a', 'b'), b('x/y'), p.sep
            def g():
                import no_such_module_at_all
            def h():
                from math import no_such_name
            """,
            "f()", "g()", "h()",
        )

    def test_classes_made_in_functions(self):
        self.differ(
            """
            def f(a):
                class C:
                    x = a
                    def m(self):
                        return self.x + a
                return C().m(), C.__name__, C.__qualname__
            """,
            "f(1)", "f('a')",
        )


if __name__ == "__main__":
    unittest.main()
