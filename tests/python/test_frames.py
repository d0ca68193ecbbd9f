"""Frames of compiled functions: arguments, what others see of them, recursion, references, lifetime of code."""

import gc
import inspect
import sys
import threading
import traceback
import unittest
import weakref

import armjit
import support

BINDING = """
def f({parameters}):
    return ({names})
"""


class Arguments(unittest.TestCase):
    def compare(self, parameters, names, *calls):
        source = BINDING.format(parameters=parameters, names=names)
        interpreted, compiled = support.pair(source)
        self.assertTrue(armjit.is_jit_compiled(compiled))
        for arguments, keywords in calls:
            expected = support.outcome(interpreted, *arguments, **keywords)
            got = support.outcome(compiled, *arguments, **keywords)
            self.assertEqual(got, expected, (parameters, arguments, keywords))

    def test_positional(self):
        self.compare("a, b", "a, b", ((1, 2), {}), ((1,), {}), ((), {}), ((1, 2, 3), {}), ((1,), {"b": 2}), ((), {"b": 1, "a": 2}), ((1,), {"a": 2}), ((1, 2), {"c": 3}))

    def test_no_parameters(self):
        self.compare("", "1, 2", ((), {}), ((1,), {}), ((), {"a": 1}))

    def test_defaults(self):
        self.compare("a, b=2, c=3", "a, b, c", ((1,), {}), ((1, 5), {}), ((1, 5, 6), {}), ((), {}), ((1,), {"c": 7}), ((1, 2, 3, 4), {}))

    def test_keyword_only(self):
        self.compare("a, *, b, c=3", "a, b, c", ((1,), {"b": 2}), ((1,), {}), ((1, 2), {}), ((1,), {"b": 2, "c": 4}), ((), {}), ((1,), {"b": 1, "d": 2}))

    def test_positional_only(self):
        self.compare("a, b=5, /, c=6", "a, b, c", ((1,), {}), ((), {"a": 1}), ((1, 2, 3), {}), ((1,), {"b": 2}), ((1,), {"c": 2}))

    def test_packed(self):
        self.compare("a, *args, b=1, **keywords", "a, args, b, keywords", ((1,), {}), ((1, 2, 3), {}), ((), {}), ((1, 2), {"b": 3, "z": 4}), ((1,), {"a": 3}))
        self.compare("*args", "args, 0", ((), {}), ((1, 2), {}), ((), {"a": 1}))
        self.compare("**keywords", "keywords, 0", ((), {}), ((), {"a": 1}), ((1,), {}))

    def test_changed_defaults(self):
        f = support.function("def f(a, b=1, *, c=2): return a, b, c")
        self.assertEqual(f(0), (0, 1, 2))
        f.__defaults__ = (5,)
        f.__kwdefaults__ = {"c": 6}
        self.assertEqual(f(0), (0, 5, 6))
        f.__defaults__ = None
        with self.assertRaisesRegex(TypeError, "missing 1 required positional argument: 'b'"):
            f(0)

    def test_methods(self):
        class C:
            def m(self, x):
                return self, x

            @classmethod
            def k(cls, x):
                return cls, x

            @staticmethod
            def s(x):
                return x

        for f in (C.m, C.k, C.s):
            self.assertTrue(armjit.force_compile(f))
        c = C()
        self.assertEqual((c.m(1), C.k(2), C.s(3), C.m(c, 4)), ((c, 1), (C, 2), 3, (c, 4)))

    def test_closures(self):
        source = """
        def f(a):
            def inner(b):
                return a + b
            return inner
        """
        f = support.function(source)
        first, second = f(1), f(10)
        armjit.force_compile(first)
        self.assertEqual((first(1), second(1)), (2, 11))
        armjit.force_compile(second)
        self.assertEqual((first(2), second(2)), (3, 12))


class Visibility(unittest.TestCase):
    def test_a_caller_is_seen(self):
        seen = {}

        def look():
            frame = sys._getframe(1)
            seen.update(code=frame.f_code, line=frame.f_lineno, back=frame.f_back.f_code, locals=dict(frame.f_locals))

        source = """
        def f(a):
            b = [a]
            look()
            return b
        """
        f = support.function(source, look=look)
        self.assertEqual(f(3), [3])
        self.assertIs(seen["code"], f.__code__)
        self.assertEqual(seen["line"], 4)
        self.assertEqual(seen["locals"], {"a": 3, "b": [3]})
        self.assertIs(seen["back"], sys._getframe().f_code)

    def test_locals_assigned_to_from_outside_are_seen(self):
        def change():
            variables = sys._getframe(1).f_locals
            variables["a"] = "changed"
            variables["b"] = ["changed"]

        source = """
        def f(a):
            b = [a]
            change()
            return a, b
        """
        interpreted, compiled = support.pair(source, change=change)
        self.assertTrue(armjit.is_jit_compiled(compiled))
        self.assertEqual(interpreted("given"), ("changed", ["changed"]))
        self.assertEqual(compiled("given"), interpreted("given"))

    def test_a_captured_frame_outlives_the_call(self):
        frames = []
        f = support.function(
            """
            def f(a):
                b = [a]
                frames.append(getframe(0))
                return None
            """,
            frames=frames,
            getframe=sys._getframe,
        )
        value = object()
        self.assertEqual(support.drift(lambda: (f(value), frames.clear()), value, f, f.__code__), [0, 0, 0])
        f(value)
        self.assertIs(frames[0].f_locals["a"], value)
        self.assertEqual(frames[0].f_locals["b"], [value])
        self.assertIsNone(frames[0].f_back and None)

    def test_stack_and_locals(self):
        f = support.function(
            """
            def f():
                x = 5
                return look(), locals()
            """,
            look=lambda: [(it.function, it.lineno) for it in inspect.stack(0)[1:3]],
        )
        stack, names = f()
        self.assertEqual(stack[0], ("f", 4))
        self.assertEqual(stack[1][0], "test_stack_and_locals")
        self.assertEqual(names, {"x": 5})

    def test_collection_while_it_runs(self):
        f = support.function(
            """
            def f(a):
                b = [a, a]
                b.append(b)
                collect()
                return b[0]
            """,
            collect=gc.collect,
        )
        for _ in range(5):
            self.assertEqual(f("x"), "x")


class Recursion(unittest.TestCase):
    SOURCE = """
    def f(n):
        if n == 0:
            return 0
        return f(n - 1) + 1
    """

    def test_the_limit_is_the_interpreters(self):
        interpreted, compiled = support.pair(self.SOURCE)

        def depth(function):
            low, high = 1, 2000
            while low + 1 < high:
                middle = (low + high) // 2
                try:
                    function(middle)
                    low = middle
                except RecursionError:
                    high = middle
            return low

        self.assertEqual(depth(compiled), depth(interpreted))

    def test_many_chunks_of_the_stack(self):
        compiled = support.function(self.SOURCE)
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(4000)
        try:
            self.assertEqual(compiled(3000), 3000)
        finally:
            sys.setrecursionlimit(limit)

    def test_the_c_stack(self):
        output = support.run(
            """
            import sys, armjit
            def f(n):
                return f(n + 1)
            armjit.force_compile(f)
            sys.setrecursionlimit(10**6)
            for _ in range(3):
                try:
                    f(0)
                except RecursionError as error:
                    print(type(error).__name__)
            """
        )
        self.assertEqual(output.split(), ["RecursionError"] * 3)

    def test_a_small_stack(self):
        compiled = support.function("def f(n):\n    return f(n + 1)")
        results = []
        size = threading.stack_size(512 * 1024)
        try:
            thread = threading.Thread(target=lambda: results.append(support.outcome(compiled, 0)[:2]))
            thread.start()
            thread.join()
        finally:
            threading.stack_size(size)
        self.assertEqual(results, [("raised", RecursionError)])


class References(unittest.TestCase):
    def test_arguments_locals_and_results(self):
        f = support.function(
            """
            def f(a, b=None, *c, **d):
                e = [a, b]
                a = e
                del b
                return a
            """
        )
        x, y, z = object(), object(), object()
        self.assertEqual(support.drift(lambda: f(x, y, z, k=z), x, y, z, f, f.__code__, None), [0] * 6)

    def test_exceptions(self):
        f = support.function(
            """
            def f(a, b):
                c = [a]
                return c + b
            """
        )
        x = object()
        self.assertEqual(support.drift(lambda: support.outcome(f, x, x), x, f, f.__code__), [0, 0, 0])
        error = None
        try:
            f(x, x)
        except TypeError as caught:
            error = caught
        text = "".join(traceback.format_exception(error))
        self.assertIn('File "<f>", line 4, in f', text)

    def test_wrong_arguments(self):
        f = support.function("def f(a, *, k): return a")
        x = object()
        self.assertEqual(support.drift(lambda: support.outcome(f, x, x, k=x), x, f, f.__code__), [0, 0, 0])

    def test_finalisers_run_in_order(self):
        source = """
        def f(make):
            a = make("a")
            b = make("b")
            c = make("c")
            return 1
        """

        def order(function):
            log = []

            class Noisy:
                def __init__(self, name):
                    self.name = name

                def __del__(self):
                    log.append(self.name)

            function(Noisy)
            return log

        interpreted, compiled = support.pair(source)
        self.assertEqual(order(compiled), order(interpreted))


class Lifetime(unittest.TestCase):
    def test_code_dies_with_its_function(self):
        f = support.function("def f(): return 1")
        size, alive = armjit.get_compiled_size(f), weakref.ref(f.__code__)
        self.assertGreater(size, 0)
        del f
        gc.collect()
        self.assertIsNone(alive())

    def test_a_function_may_vanish_while_it_runs(self):
        namespace = {"gc": gc}
        exec("def f(n):\n    globals().pop('f')\n    gc.collect()\n    return [n] + [n]", namespace)
        armjit.force_compile(namespace["f"])
        self.assertEqual(namespace["f"](4), [4, 4])
        self.assertNotIn("f", namespace)

    def test_a_function_may_be_uncompiled_while_it_runs(self):
        f = support.function("def f(n):\n    undo()\n    return [n] + [n]", undo=lambda: armjit.force_uncompile(f))
        other = support.function("def other(): return 1", "other", compiled=False)
        for _ in range(3):
            armjit.force_compile(f)
            self.assertEqual(f(4), [4, 4])
            self.assertFalse(armjit.is_jit_compiled(f))
            armjit.force_compile(other)
            armjit.force_uncompile(other)

    def test_a_replaced_code_object(self):
        f = support.function("def f(a): return a + 1")
        g = support.function("def g(a): return a * 100", "g", compiled=False)
        self.assertEqual(f(2), 3)
        f.__code__ = g.__code__
        self.assertEqual(f(2), 200)
        self.assertFalse(armjit.is_jit_compiled(f))
        self.assertTrue(armjit.force_compile(f))
        self.assertEqual(f(3), 300)

    def test_globals_are_watched(self):
        namespace = {"__name__": "tested", "x": 1}
        exec("def f(): return x, len('abc')", namespace)
        f = namespace["f"]
        armjit.force_compile(f)
        self.assertEqual(f(), (1, 3))
        for value in (2, "three", [4]):
            namespace["x"] = value
            self.assertEqual(f(), (value, 3))
        namespace["len"] = lambda text: text.upper()
        self.assertEqual(f(), ([4], "ABC"))
        del namespace["len"]
        self.assertEqual(f(), ([4], 3))
        del namespace["x"]
        with self.assertRaisesRegex(NameError, "name 'x' is not defined"):
            f()

    def test_globals_change_during_a_call(self):
        namespace = {"__name__": "tested", "x": 1}
        exec("def set(value):\n    global x\n    x = value\ndef f():\n    a = x\n    set(2)\n    return a, x", namespace)
        f = namespace["f"]
        armjit.force_compile(f)
        for _ in range(3):
            namespace["x"] = 1
            self.assertEqual(f(), (1, 2))

    def test_threads(self):
        f = support.function(
            """
            def f(n):
                total = 0
                for i in range(n):
                    total = total + len([i, [i]])
                return total
            """
        )
        results, interval = [], sys.getswitchinterval()
        sys.setswitchinterval(1e-4)
        try:
            threads = [threading.Thread(target=lambda: results.extend(f(300) for _ in range(10))) for _ in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            sys.setswitchinterval(interval)
        self.assertEqual(results, [600] * 60)


if __name__ == "__main__":
    unittest.main()
