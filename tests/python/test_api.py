"""The functions of the package: what they return, and how they explain wrong arguments."""

import inspect
import unittest

import armjit
import support


class Functions(unittest.TestCase):
    def setUp(self):
        self.f = support.function("def f(a, b=1):\n    return a + b", compiled=False)

    def test_compiling_by_hand(self):
        f = self.f
        self.assertFalse(armjit.is_jit_compiled(f))
        self.assertEqual(armjit.get_compiled_size(f), -1)
        self.assertEqual(armjit.get_function_compilation_time(f), -1.0)
        before = armjit.get_compilation_time()
        self.assertIs(armjit.force_compile(f), True)
        self.assertIs(armjit.force_compile(f), False)
        self.assertTrue(armjit.is_jit_compiled(f))
        self.assertIn(f, armjit.get_compiled_functions())
        self.assertGreater(armjit.get_compiled_size(f), 100)
        self.assertEqual(armjit.get_compiled_size(f) % 4, 0)
        took = armjit.get_function_compilation_time(f)
        self.assertGreater(took, 0.0)
        self.assertGreaterEqual(armjit.get_compilation_time() + 1e-6, before + took)
        self.assertIsNone(armjit.why_not_compiled(f))
        self.assertEqual(f(2), 3)
        self.assertIs(armjit.force_uncompile(f), True)
        self.assertIs(armjit.force_uncompile(f), False)
        self.assertFalse(armjit.is_jit_compiled(f))
        self.assertNotIn(f, armjit.get_compiled_functions())
        self.assertEqual(f(2), 3)

    def test_bound_methods_mean_their_function(self):
        class C:
            def m(self):
                return 5

        self.assertTrue(armjit.force_compile(C().m))
        self.assertTrue(armjit.is_jit_compiled(C.m))
        self.assertEqual(C().m(), 5)

    def test_not_a_function(self):
        for call in (
            armjit.force_compile,
            armjit.force_uncompile,
            armjit.is_jit_compiled,
            armjit.get_compiled_size,
            armjit.get_function_compilation_time,
            armjit.jit_suppress,
            armjit.jit_unsuppress,
            armjit.disassemble,
            armjit.why_not_compiled,
            armjit.compare_strategies,
        ):
            for wrong, name in ((len, "builtin_function_or_method"), (3, "int"), ("f", "str"), (int, "type")):
                with self.assertRaisesRegex(TypeError, f"expected a Python function or method, not {name}"):
                    call(wrong)
            with self.assertRaises(TypeError):
                call()

    def test_why_not(self):
        def generator():
            yield 1

        async def coroutine():
            return 1

        async def asynchronous():
            yield 1

        for function, why in (
            (generator, "a generator's body"),
            (coroutine, "a coroutine's body"),
            (asynchronous, "an asynchronous generator's body"),
        ):
            self.assertIn(why, armjit.why_not_compiled(function))
            with self.assertRaisesRegex(RuntimeError, why):
                armjit.force_compile(function)
        self.assertIsNone(armjit.why_not_compiled(self.f))
        self.assertFalse(armjit.is_jit_compiled(self.f))

    def test_why_not_names_opcode_and_line(self):
        f = support.function("def f(a):\n    b = a\n    return t'{b}'\n", compiled=False)
        why = armjit.why_not_compiled(f)
        self.assertRegex(why, r"BUILD_INTERPOLATION.* line 3\b")
        with self.assertRaisesRegex(RuntimeError, "BUILD_INTERPOLATION"):
            armjit.force_compile(f)
        self.assertEqual(f(3).values, (3,))

    def test_suppress(self):
        f = self.f
        armjit.force_compile(f)
        self.assertIs(armjit.jit_suppress(f), f)
        self.assertFalse(armjit.is_jit_compiled(f))
        self.assertIn("jit_suppress", armjit.why_not_compiled(f))
        with self.assertRaisesRegex(RuntimeError, "jit_suppress"):
            armjit.force_compile(f)
        self.assertEqual(f(2), 3)
        self.assertIs(armjit.jit_unsuppress(f), f)
        self.assertTrue(armjit.force_compile(f))

    def test_disassembly(self):
        f = self.f
        with self.assertRaisesRegex(RuntimeError, "not compiled"):
            armjit.disassemble(f)
        armjit.force_compile(f)
        text = armjit.disassemble(f)
        lines = text.splitlines()[1:]
        self.assertEqual(len(lines), armjit.get_compiled_size(f) // 4)
        self.assertIn(" ret ", text)
        self.assertIn("BINARY_OP, line 2", text)
        for line in lines:
            self.assertRegex(line, r"^0x[0-9a-f]+  [0-9a-f]{8}  \S")


class Strategies(unittest.TestCase):
    NAMES = ["mov_blr", "literal_blr", "function_stub", "arena_stub", "near_bl", "adaptive"]

    def tearDown(self):
        armjit.set_call_strategy(armjit.call_strategies()[-1])

    def test_choosing(self):
        self.assertTrue(set(armjit.call_strategies()) <= set(self.NAMES))
        for name in armjit.call_strategies():
            armjit.set_call_strategy(name)
            self.assertEqual(armjit.call_strategy(), name)

    def test_an_unknown_name(self):
        with self.assertRaises(ValueError) as caught:
            armjit.set_call_strategy("blr")
        for name in ["blr", *armjit.call_strategies()]:
            self.assertIn(name, str(caught.exception))
        with self.assertRaises(TypeError):
            armjit.set_call_strategy(3)

    def test_every_strategy_gives_the_same(self):
        source = """
        def f(a, b):
            c = [a, b]
            try:
                c.append(a / b)
            except ZeroDivisionError:
                c.append(len(c))
            return c, str(a)
        """
        interpreted = support.function(source, compiled=False)
        compiled = support.function(source, compiled=False)
        for name in armjit.call_strategies():
            armjit.set_call_strategy(name)
            armjit.force_compile(compiled)
            for arguments in (1, 2), (1, 0), ("a", 1):
                self.assertEqual(support.outcome(compiled, *arguments), support.outcome(interpreted, *arguments), name)
            self.assertEqual(armjit.get_compiled_size(compiled), armjit.compare_strategies(compiled)[name].total, name)
            armjit.force_uncompile(compiled)

    def test_comparison(self):
        f = support.function("def f(a, b):\n    return a + b, a - b, [a], {b: a}", compiled=False)
        comparison = armjit.compare_strategies(f)
        self.assertEqual([row.strategy for row in comparison.rows], armjit.call_strategies())
        self.assertEqual(len(comparison), len(comparison.rows))
        for row in comparison.rows:
            self.assertEqual(row.sites + row.stubs + row.pools + row.rest, row.total, row)
            self.assertGreater(row.site_count, 0)
            self.assertGreater(row.instruction_count, 0)
            self.assertEqual(comparison[row.strategy].total, row.total)
        text = str(comparison)
        for row in comparison.rows:
            self.assertIn(row.strategy, text)
            self.assertIn(str(row.total), text)
        self.assertFalse(armjit.is_jit_compiled(f))
        with self.assertRaises(KeyError):
            comparison["blr"]


class Package(unittest.TestCase):
    def test_everything_is_documented(self):
        for name in armjit.__all__:
            self.assertTrue(inspect.getdoc(getattr(armjit, name)), name)
        self.assertTrue(armjit.__doc__)

    def test_stubs_name_everything(self):
        folder = armjit.__path__[0]
        with open(f"{folder}/__init__.pyi") as file:
            stubs = file.read()
        for name in armjit.__all__:
            self.assertIn(f"def {name}(", stubs)
        with open(f"{folder}/py.typed"):
            pass

    def test_the_stand_in_offers_the_same(self):
        from armjit import _absent

        for name in armjit.__all__:
            self.assertTrue(callable(getattr(_absent, name)), name)
            if getattr(_absent, name).__name__ == name:
                stand_in, real = inspect.signature(getattr(_absent, name)), inspect.signature(getattr(armjit, name))
                self.assertEqual(list(stand_in.parameters), list(real.parameters), name)


if __name__ == "__main__":
    unittest.main()
