"""References: none lost, none given back twice, whatever way a function is left; finalizers see a consistent world."""

import dis
import gc
import sys
import unittest
import weakref

import armjit
from differential import DifferentialTest
from support import drift

#: Repetitions after which a drift of one reference each would be seen beyond doubt.
TIMES = 500

SOURCE = """
    import sys

    class Box:
        def __init__(self, value):
            self.value = value
            self.other = None
        def get(self):
            return self.value
        def put(self, value):
            self.value = value
            return self

    def identity(x):
        return x
    def store(x):
        y = x
        z = y
        y = None
        return z
    def pair(x):
        return (x, x)
    def first(x):
        a, b = (x, 1)
        b, a = a, b
        return b
    def attributes(x):
        box = Box(x)
        box.other = x
        box.value = box.other
        return box.get() is box.put(x).value
    def items(x):
        l = [x, x, 3]
        l[1] = l[0]
        l.append(x)
        l[:2] = [x]
        d = {'k': x}
        d['l'] = d['k']
        return l[0] is d['l'], len(l)
    def loop(x):
        for a in [x, x]:
            for b in (x, a):
                c = b
        return [y for y in (x, x)], c
    def early(x):
        for a in [x, x, x]:
            for b in (1, 2):
                if b == 2:
                    return a
    def closure(x):
        def inner():
            nonlocal x
            y, x = x, None
            x = y
            return x
        return inner()
    def fails(x):
        return [x, (x, x), identity(x), x.missing]
    def fails_below(x):
        return pair((x, identity((x, fails(x)))))
    def handled(x):
        try:
            a = [x, x.missing]
        except AttributeError:
            a = x
        return a
    def unpack_fails(x):
        a, b, c = x, x
        return a
    def keywords(x):
        return dict(a=x, b=identity(x=x), **{'c': x}), max(*[1, 2], key=lambda v: x and v)
    def deleted(x):
        y = x
        del y
        return x
    def conditional(x):
        return (x if x else None) or x, x and x
    def compared(x):
        return x == x, x is x, x in [x], not x
    def formatted(x):
        return f'{x!r}{x}' and x
"""


class Counts(DifferentialTest):
    def test_counts_do_not_drift(self):
        names = "identity store pair first attributes items loop early closure fails fails_below handled unpack_fails"
        names += " keywords deleted conditional compared formatted"
        for warm in (0, 30):
            namespace = self.namespace(SOURCE)
            arguments = [object(), [1], 10**20, 3.25, "text of its own" * 2, namespace["Box"](1), (1, 2)]
            for name in names.split():
                for argument in arguments:
                    for _ in range(warm):
                        self.attempt(namespace[name], argument)
            self.compile_all(namespace)
            for name in names.split():
                for argument in arguments:
                    with self.subTest(name=name, argument=argument, warm=warm):
                        function = namespace[name]
                        self.attempt(function, argument)
                        gc.collect()
                        before = sys.getrefcount(argument), sys.getrefcount(function), sys.getrefcount(function.__code__)
                        for _ in range(TIMES):
                            self.attempt(function, argument)
                        gc.collect()
                        after = sys.getrefcount(argument), sys.getrefcount(function), sys.getrefcount(function.__code__)
                        for old, new in zip(before, after, strict=True):
                            self.assertLess(abs(new - old), 10, (before, after))

    @staticmethod
    def attempt(function, argument):
        try:
            function(argument)
        except (AttributeError, ValueError, TypeError):
            pass

    def test_singletons_and_types_do_not_drift(self):
        namespace = self.namespace(
            """
            class C:
                def m(self):
                    return None
            def f(n):
                c = C()
                for i in range(n):
                    x = c.m() is None, i == 1, type(c), isinstance(c, C)
                return x
            """
        )
        for _ in range(30):
            namespace["f"](3)
        self.compile_all(namespace)
        watched = [namespace["C"], namespace["C"].m, namespace["f"], type]
        namespace["f"](10)
        before = [sys.getrefcount(it) for it in watched]
        namespace["f"](1000)
        after = [sys.getrefcount(it) for it in watched]
        for old, new in zip(before, after, strict=True):
            self.assertLess(abs(new - old), 10)


class Finalizers(DifferentialTest):
    def test_they_see_the_frame_as_it_is(self):
        self.differ(
            """
            import sys
            log = []
            class F:
                def __init__(self, name):
                    self.name = name
                def __del__(self):
                    frame = sys._getframe(1)
                    names = sorted(frame.f_locals)
                    log.append((self.name, frame.f_code.co_name, frame.f_lineno, names))
            def f():
                log.clear()
                x = F('a')
                x = F('b')
                y = [F('c')]
                y[0] = 1
                F('d')
                del x
                return list(log)
            def g():
                log.clear()
                x = F('x')
                x = None
                return list(log)
            """,
            "f()", "g()", leave=("__del__",),
        )

    def test_they_may_change_what_the_function_relies_upon(self):
        self.differ(
            """
            class C:
                k = 1
                def m(self):
                    return 'old'
            class F:
                def __del__(self):
                    global h
                    h = lambda: 'changed'
                    C.m = lambda self: 'new'
                    C.k = 2
            def h():
                return 'first'
            def f(c):
                x = F()
                before = h(), c.m(), c.k
                x = None
                return before, h(), c.m(), c.k
            def g(c):
                return h(), F() and c.m(), h(), c.k
            def again():
                global h
                h = original
                C.m = old
                C.k = 1
            original, old = h, C.m
            """,
            "f(C())", "again()", "g(C())", "again()", "f(C())",
            leave=("__del__", "<lambda>"), leaks=False,
        )

    def test_objects_die_when_the_interpreter_would_let_them(self):
        source = """
            import weakref
            class O:
                pass
            def f():
                a = O()
                r = weakref.ref(a)
                alive = r() is not None
                a = 1
                return alive, r() is None
            def g():
                r = weakref.ref(O())
                return r() is None
            def h():
                l = [O()]
                r = weakref.ref(l[0])
                l[0] = None
                return r() is None
            def k():
                a = O()
                a.self = O()
                r = weakref.ref(a.self)
                a.self = None
                return r() is None
        """
        self.differ(source, "f()", "g()", "h()", "k()")

    def test_code_dies_with_its_function(self):
        namespace = self.namespace("def f(x):\n    return x + 1\n")
        self.compile_all(namespace)
        function = namespace.pop("f")
        self.assertEqual(function(1), 2)
        alive = weakref.ref(function)
        code = weakref.ref(function.__code__)
        del function
        gc.collect()
        self.assertIsNone(alive())
        self.assertIsNone(code())

    def test_what_may_be_nothing_is_counted_where_it_is_copied(self):
        # No compiler copies what it has cleared, but code may come from elsewhere.
        def function(flag, value):
            if flag:
                kept = value
            copied = kept
            return copied

        target, cache = 10, 0
        words = [
            ("RESUME", 0),
            ("LOAD_FAST", 0),
            *[("TO_BOOL", 0), *[("CACHE", cache)] * 3],
            *[("POP_JUMP_IF_FALSE", target - 8), ("CACHE", cache)],
            ("LOAD_FAST", 1),
            ("STORE_FAST", 2),
            # The target of the jump.
            ("LOAD_FAST_AND_CLEAR", 2),
            ("COPY", 1),
            ("STORE_FAST", 3),
            ("STORE_FAST", 2),
            ("LOAD_FAST_CHECK", 3),
            ("RETURN_VALUE", 0),
        ]
        raw = bytes(byte for name, argument in words for byte in (dis.opmap[name], argument))
        function.__code__ = function.__code__.replace(co_code=raw, co_stacksize=4)
        value = object()
        self.assertIs(function(True, value), value)
        armjit.force_compile(function)
        self.assertEqual(drift(lambda: function(True, value), value), [0])
        self.assertIs(function(True, value), value)
        with self.assertRaises(UnboundLocalError):
            function(False, value)


if __name__ == "__main__":
    unittest.main()
