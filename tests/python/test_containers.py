"""Containers that are built, subscripted, unpacked and iterated, compiled and interpreted, errors included."""

import unittest

from differential import DifferentialTest


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


if __name__ == "__main__":
    unittest.main()
