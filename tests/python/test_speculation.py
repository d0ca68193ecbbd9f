"""What was seen before compilation may cease to hold: results stay right, and code that keeps failing is compiled anew."""

import unittest

import armjit
from differential import DifferentialTest

#: More failed guards than code is left with.
MANY = 3000


class Speculation(DifferentialTest):
    def change(self, source, warm, then):
        """Compiles after calls of one kind, then makes many of another; the function is compiled again in the end."""
        expected, actual = self.namespace(source), self.namespace(source)
        for namespace in (expected, actual):
            for _ in range(30):
                eval(warm, namespace)
        self.compile_all(actual)
        code, other = compile(then, "<then>", "eval"), compile(warm, "<warm>", "eval")
        for _ in range(MANY):
            result = eval(code, actual)
            eval(other, actual)
        self.assertEqual(repr(result), repr(eval(code, expected)))
        self.assertEqual(repr(eval(other, actual)), repr(eval(other, expected)))
        self.assertTrue(armjit.is_jit_compiled(actual["f"]), armjit.why_not_compiled(actual["f"]))

    def test_types_of_operands(self):
        self.change("def f(a, b):\n    return a + b, a < b, a * b - a", "f(1, 2)", "f(1.5, 2.5)")
        self.change("def f(a, b):\n    return a + b, a < b, a * b - a", "f(1, 2)", "f(2**60, 2**61)")
        self.change("def f(a, b):\n    return a + b, a < b", "f(1.0, 2.0)", "f('a', 'b')")

    def test_classes(self):
        self.change(
            """
            class A:
                k = 1
                def __init__(self):
                    self.x = 1
                def m(self):
                    return 'A', self.x
            class B:
                k = 2
                __slots__ = ('x', 'y')
                def __init__(self):
                    self.x = 2
                def m(self):
                    return 'B', self.x
            def f(o):
                o.x = o.x + 1
                return o.m(), o.x, o.k
            """,
            "f(A())",
            "f(B())",
        )

    def test_containers(self):
        self.change("def f(a):\n    x, y = a\n    return x, a[0]", "f((1, 2))", "f([3, 4])")
        self.change("def f(a):\n    return [x for x in a], 1 if a else 2", "f([1, 2])", "f((3, 4))")
        self.change("def f(a, i):\n    return a[i]", "f([1, 2], 0)", "f([1, 2], -1)")


if __name__ == "__main__":
    unittest.main()
