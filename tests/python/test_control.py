"""Patterns, conditions that are constant, exceptions and their handlers, compiled and interpreted."""

import unittest

from differential import DifferentialTest


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
