"""Each group of instructions, compiled and interpreted, errors included."""

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


class Containers(DifferentialTest):
    def test_building(self):
        self.differ(
            """
            def f(a, b, c):
                return (a, b), [a, b, c], {a, b}, {a: b, c: a}, (), [], {}, {'k': a}, [*b, c] if isinstance(b, list) else 0
            def g(a, b):
                return f'{a}-{b!r}-{a:>5}-{b!s:<4}|{a!a}'
            def h(a, b):
                return (*a, *b), [*a, *b], {*a, *b}, {**{1: a}, **{2: b}}
            """,
            "f(1, 2, 3)", "f('a', [2], 3)", "f(1, (2,), 3)", "g('x', 1)", "g(1.5, 'y')", "h((1, 2), [3])", "h(1, 2)",
            "h([1], 5)",
        )

    def test_the_garbage_collector_tracks_the_same_tuples(self):
        self.differ(
            """
            import gc
            def f(a, b):
                return gc.is_tracked((a, b)), gc.is_tracked((a,))
            """,
            "f(1, 2)", "f(object(), 'x')", "f(1, [])", "f(1.5, ([],))", "f((), ())",
        )

    def test_subscripts(self):
        self.differ(
            """
            def f(a, i):
                return a[i]
            def g(a, i, v):
                a[i] = v
                return a
            def h(a, i):
                del a[i]
                return a
            def k(a, i):
                a[i] += 1
                return a
            """,
            "f([1, 2, 3], 0)", "f([1, 2, 3], 2)", "f([1, 2, 3], 3)", "f([1, 2, 3], -1)", "f((4, 5), 1)", "f((4, 5), 9)",
            "f({'a': 1}, 'a')", "f({'a': 1}, 'b')", "f('abc', 1)", "f([1, 2, 3], slice(1, 2))", "f(5, 0)", "f([1], 'x')",
            "f([1, 2], True)", "f([1], 2**70)",
            "g([1, 2], 1, 'x')", "g([1, 2], 2, 'x')", "g([1, 2], -1, 'x')", "g({}, 1, 2)", "g((1,), 0, 2)", "g({}, [], 2)",
            "h([1, 2], 0)", "h({1: 2}, 1)", "h([1], 5)", "k([1, 2], 1)", "k({'x': 1.5}, 'x')", "k([1], 4)",
        )
        for call in ("f([1, 2, 3], 1)", "f((1, 2), 1)", "f({1: 2}, 1)"):
            self.differ("def f(a, i):\n    return a[i]", call)
        self.differ("def g(a, i, v):\n    a[i] = v\n    return a", "g([1, 2], 1, 'x')", "g([None], 0, 2.5)", "g([1], 5, 2)")

    def test_slices(self):
        self.differ(
            """
            def f(a, i, j):
                return a[i:j], a[:j], a[i:], a[:], a[i:j:2], a[::-1]
            def g(a, i, j):
                a[i:j] = 'xy'
                return a
            def h(a, k):
                a[:k + 1] = a[k::-1]
                return a
            """,
            "f([1, 2, 3, 4], 1, 3)", "f('hello', 0, -1)", "f((1, 2), 5, 9)", "f(3, 1, 2)", "f([1], 'a', 2)",
            "g([1, 2, 3], 1, 2)", "g((1, 2), 0, 1)", "h([1, 2, 3, 4], 2)",
        )

    def test_unpacking(self):
        self.differ(
            """
            def f(a):
                x, y = a
                return y, x
            def g(a):
                x, *y, z = a
                return x, y, z
            def h(a):
                (x, y), z = a
                return x, y, z
            def k(a):
                [u, v, w] = a
                return w, v, u
            """,
            "f((1, 2))", "f([1, 2])", "f('ab')", "f((1,))", "f((1, 2, 3))", "f(5)", "f({1: 2, 3: 4})", "f(iter([1, 2]))",
            "g((1, 2))", "g([1, 2, 3, 4])", "g((1,))", "g(None)", "h(((1, 2), 3))", "h((1, 2))", "k([1, 2, 3])", "k((1, 2, 3))",
        )
        self.differ("def f(a):\n    x, y = a\n    return y, x", "f((1, 2))", "f((1, 2, 3))", "f([1, 2])")
        self.differ("def f(a):\n    x, y, z = a\n    return y, x, z", "f([1, 2, 3])", "f((1, 2, 3))", "f([1])")

    def test_comprehensions(self):
        self.differ(
            """
            def f(a):
                x = 'kept'
                return [x * 2 for x in a], x
            def g(a):
                return {x: y for x, y in a}, {x for x, _ in a}
            def h(a):
                return [i * j for i in a for j in a if i != j]
            def k(a):
                return [x for x in a if x], [[y for y in range(x)] for x in a]
            """,
            "f([1, 2])", "f('ab')", "f(3)", "g([(1, 2), (3, 4)])", "g([1])", "h([1, 2, 3])", "h([1, 'a'])", "k([0, 1, 2])",
        )

    def test_iteration(self):
        self.differ(
            """
            def f(a):
                s = []
                for x in a:
                    s.append(x)
                else:
                    s.append('end')
                return s
            def g(n):
                s = 0
                for i in range(n):
                    if i == 7:
                        break
                    if i % 2:
                        continue
                    s += i
                return s
            def h(a, b):
                for x in a:
                    for y in b:
                        if x == y:
                            return x
            def k(n, m, s):
                return [i for i in range(n, m, s)]
            """,
            "f([1, 2, 3])", "f((1, 2))", "f('ab')", "f({1: 2})", "f(range(3))", "f([])", "f(())", "f(5)", "f(map(str, [1, 2]))",
            "f(iter([]))", "g(5)", "g(20)", "g(0)", "g('x')", "h([1, 2], [2, 3])", "h((1,), [2])", "h('abc', 'cde')",
            "k(0, 10, 3)", "k(10, 0, -4)", "k(2**62, 2**62 + 3, 1)", "k(2**70, 2**70 + 2, 1)", "k(1, 5, 0)",
        )
        for argument in ("[1, 2, 3]", "(1, 2)", "range(4)", "{1: 2}"):
            source = "def f(a):\n    s = 0\n    for x in a:\n        s = s + x\n    return s"
            self.differ(source, f"f({argument})", f"f({argument})")

    def test_a_list_that_changes_while_it_is_iterated(self):
        self.differ(
            """
            def f(a):
                seen = []
                for x in a:
                    seen.append(x)
                    if len(a) < 8:
                        a.append(x + 10)
                return seen, a
            def g(a):
                seen = []
                for x in a:
                    seen.append(x)
                    del a[0]
                return seen, a
            """,
            "f([1, 2])", "g([1, 2, 3, 4])",
        )


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


class Patterns(DifferentialTest):
    def test_patterns(self):
        self.differ(
            """
            class P:
                __match_args__ = ('x', 'y')
                def __init__(self, x, y):
                    self.x, self.y = x, y
            def f(a):
                match a:
                    case 0 | 1:
                        return 'small'
                    case int(n) if n > 100:
                        return 'large', n
                    case [x]:
                        return 'one', x
                    case [x, *rest, y]:
                        return 'ends', x, rest, y
                    case {'k': v, **others}:
                        return 'map', v, others
                    case P(1, y=q):
                        return 'P', q
                    case P(x, y) | (x, y):
                        return 'any', x, y
                    case str() as s:
                        return s
                    case None:
                        return 'none'
                    case _:
                        return 'other'
            """,
            "f(0)", "f(500)", "f(50)", "f([1])", "f((1, 2, 3))", "f({'k': 1, 'l': 2})", "f({'l': 2})", "f(P(1, 2))", "f(P(3, 4))",
            "f('text')", "f(None)", "f(2.5)", "f([])",
        )

    def test_constant_conditions(self):
        self.differ(
            """
            on, off, nothing, name = True, False, None, 'x'
            def f(a):
                r = []
                if on:
                    r.append(1)
                if off:
                    r.append(2)
                if nothing:
                    r.append(3)
                if name is None:
                    r.append(4)
                if off or a:
                    r.append(5)
                while on and not off:
                    r.append(6)
                    break
                return r, on and a, off and a
            def switch():
                global on, off
                on, off = off, on
            """,
            "f(1)", "f(0)", "switch()", "f(1)", "switch()",
            leaks=False,
        )


class Exceptions(DifferentialTest):
    def test_raising(self):
        self.differ(
            """
            def f(a):
                if a == 1:
                    raise ValueError('one')
                if a == 2:
                    raise KeyError from None
                if a == 3:
                    try:
                        raise ValueError('inner')
                    except ValueError as error:
                        raise TypeError('outer') from error
                if a == 4:
                    try:
                        1 / 0
                    finally:
                        a = 5
                assert a != 6, 'six'
                return a
            """,
            *(f"f({n})" for n in range(8)),
        )

    def test_handlers(self):
        self.differ(
            """
            def f(a, b):
                result = []
                for x in (1, 2):
                    try:
                        result.append(a / b)
                    except ZeroDivisionError as error:
                        result.append(str(error))
                    except (TypeError, ValueError):
                        result.append('type')
                    else:
                        result.append('fine')
                    finally:
                        result.append('finally')
                return result
            def g(a):
                try:
                    try:
                        return a.missing
                    finally:
                        a = 1
                except AttributeError:
                    return 'none', a
            def h(a):
                for x in a:
                    try:
                        y = x.value
                    except AttributeError:
                        continue
                    return y
            def k(a):
                return [int(x) + len([y for y in a if y == int(x)]) for x in a]
            """,
            "f(1, 2)", "f(1, 0)", "f('a', 1)", "g(1)", "h([1, 2])", "k('12')", "k('1x')",
        )

    def test_with(self):
        self.differ(
            """
            class M:
                def __init__(self, swallow=False):
                    self.log, self.swallow = [], swallow
                def __enter__(self):
                    self.log.append('enter')
                    return self
                def __exit__(self, kind, value, where):
                    self.log.append(kind)
                    return self.swallow
            class Bad:
                pass
            def f(m, fail):
                with m as n:
                    n.log.append(1)
                    if fail:
                        raise ValueError
                return m.log
            def g():
                with Bad():
                    pass
            def h(m):
                for x in (1, 2):
                    with m:
                        if x == 2:
                            return m.log
            """,
            "f(M(), False)", "f(M(True), True)", "f(M(), True)", "g()", "h(M())",
        )

    def test_lines_of_tracebacks(self):
        self.differ(
            """
            def inner(x):
                y = x
                return (y
                        .missing)
            def f(a):
                b = 1
                c = (a +
                     inner(b))
                return c
            def g(a):
                return [
                    a,
                    a[0],
                    a.x,
                ]
            """,
            "f(1)", "g([])", "g([1])", "g(5)",
        )

    def test_errors_in_the_middle_of_an_expression(self):
        self.differ(
            """
            def f(a, b):
                return [a, (a, b), {a: b}, a + b, f'{a + b}', (a * 2) + (b * 2) + (a - b)]
            def g(a, b):
                return max(a * 1.5, b * 2.5, (a - b) * 0.5, a.x)
            """,
            "f(1, 2)", "f(1, 'x')", "f([], 1)", "f('a', 'b')", "g(1.0, 2.0)", "g(1, 2)",
        )


if __name__ == "__main__":
    unittest.main()
