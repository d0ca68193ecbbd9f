"""When functions are compiled: by list, after a number of calls, on the first call; the variables; the log."""

import os
import tempfile
import unittest

import support


class Automatic(unittest.TestCase):
    def test_the_number_of_calls_is_honoured(self):
        for calls in 0, 1, 2, 50:
            output = support.run(
                f"""
                import armjit
                armjit.auto({calls})
                def f(a): return a + 1
                before = []
                for i in range({calls} + 2):
                    before.append(armjit.is_jit_compiled(f))
                    f(i)
                print(before.index(True), armjit.get_compile_after_n_calls())
                """
            )
            # Calls 1 to n are interpreted; the next one compiles the function and enters it.
            self.assertEqual(output.split(), [str(calls + 1), str(calls)])

    def test_functions_that_exist_already(self):
        output = support.run(
            """
            import armjit
            def f(a): return a + 1
            f(1)
            armjit.compile_after_n_calls(2)
            print(armjit.is_enabled())
            armjit.enable()
            print(armjit.is_enabled())
            for i in range(4):
                f(1)
                print(armjit.is_jit_compiled(f))
            """
        )
        self.assertEqual(output.split(), ["False", "True", "False", "False", "True", "True"])

    def test_disabling(self):
        output = support.run(
            """
            import armjit
            armjit.auto(0)
            def f(a): return a + 1
            def g(a): return a + 2
            f(1)
            armjit.disable()
            print(armjit.is_jit_compiled(f), g(1), armjit.is_jit_compiled(g), armjit.is_enabled())
            armjit.enable()
            print(armjit.is_jit_compiled(f), g(1), armjit.is_jit_compiled(g))
            armjit.disable(deopt_all=True)
            print(armjit.is_jit_compiled(f), f(1), armjit.get_compiled_functions())
            armjit.enable()
            print(armjit.is_jit_compiled(f), f(1))
            """
        )
        self.assertEqual(output.splitlines(), ["True 3 False False", "True 3 True", "False 2 []", "True 2"])

    def test_pausing(self):
        output = support.run(
            """
            import armjit
            armjit.auto(0)
            def f(a): return a + 1
            def g(a): return a + 2
            f(1)
            with armjit.pause():
                g(1)
                print(armjit.is_enabled(), armjit.is_jit_compiled(f), armjit.is_jit_compiled(g))
                with armjit.pause(deopt_all=True):
                    print(armjit.is_enabled(), armjit.is_jit_compiled(f))
            print(armjit.is_enabled(), g(1), armjit.is_jit_compiled(g), armjit.is_jit_compiled(f))
            """
        )
        self.assertEqual(output.splitlines(), ["False True False", "False False", "True 3 True True"])

    def test_wrong_numbers(self):
        import armjit

        for call in armjit.auto, armjit.compile_after_n_calls:
            with self.assertRaisesRegex(ValueError, "must not be negative, and -1 is"):
                call(-1)
            with self.assertRaises(TypeError):
                call("many")

    def test_suppressed_functions(self):
        output = support.run(
            """
            import armjit
            armjit.auto(0)
            @armjit.jit_suppress
            def f(a): return a + 1
            print(f(1), armjit.is_jit_compiled(f))
            armjit.jit_unsuppress(f)
            print(f(1), armjit.is_jit_compiled(f))
            """
        )
        self.assertEqual(output.splitlines(), ["2 False", "2 True"])

    def test_a_function_that_cannot_be_compiled(self):
        output = support.run(
            """
            import armjit
            armjit.auto(2)
            def f(a): return t"{a}"
            print([f(1).values[0] for _ in range(6)], armjit.is_jit_compiled(f), armjit.why_not_compiled(f))
            """
        )
        self.assertTrue(output.startswith("[1, 1, 1, 1, 1, 1] False "), output)
        self.assertIn("BUILD_INTERPOLATION", output)


class Lists(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, text, name="jit.txt"):
        path = os.path.join(self.folder.name, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    PROGRAM = """
    import armjit
    def f(a): return a + 1
    def g(a): return a + 2
    class C:
        def m(self): return 3
    f(1), g(1), C().m()
    print(*sorted(it.__qualname__ for it in armjit.get_compiled_functions()))
    """

    def test_a_file_named_by_the_variable(self):
        for text, compiled in (
            ("__main__:*  # all\n", "C.m f g"),
            ("# two\n__main__:C.m\n\n  __main__:g\n", "C.m g"),
            ("other:*\n", ""),
            ("f@<string>:3\ng@<string>:3\n", "f"),
            ("", ""),
        ):
            with self.subTest(text):
                self.assertEqual(support.run(self.PROGRAM, ARMJIT=f"list:{self.file(text)}").strip(), compiled)

    def test_subprocesses_compile_too(self):
        output = support.run(
            """
            import subprocess, sys
            program = "import armjit\\ndef f(): return 1\\nf()\\nprint(armjit.is_jit_compiled(f))"
            print(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout)
            """,
            ARMJIT=f"list:{self.file('__main__:f')}",
        )
        self.assertEqual(output.strip(), "True")

    def test_by_function_call(self):
        path = self.file("__main__:g\n__main__:C.m\n")
        output = support.run(
            f"""
            import armjit
            def f(a): return a + 1
            def g(a): return a + 2
            armjit.append_jit_list("__main__:f")
            armjit.enable()
            f(1), g(1)
            print(armjit.is_jit_compiled(f), armjit.is_jit_compiled(g))
            armjit.read_jit_list({path!r})
            f(1), g(1)
            print(armjit.is_jit_compiled(f), armjit.is_jit_compiled(g))
            print(armjit.get_jit_list())
            """
        )
        self.assertEqual(output.splitlines(), ["True False", "True True", "['__main__:f', '__main__:g', '__main__:C.m']"])

    def test_a_list_and_a_number_of_calls(self):
        output = support.run(
            """
            import armjit
            armjit.append_jit_list("__main__:f")
            armjit.auto(2)
            def f(a): return a + 1
            def g(a): return a + 2
            for i in range(4):
                f(1), g(1)
                print(armjit.is_jit_compiled(f), armjit.is_jit_compiled(g))
            """
        )
        self.assertEqual(output.splitlines(), ["False False", "False False", "True False", "True False"])

    def test_mistakes(self):
        import armjit

        path = self.file("# first\n__main__:f\nmain f\n")
        with self.assertRaises(ValueError) as caught:
            armjit.read_jit_list(path)
        self.assertTrue(str(caught.exception).startswith(f"{path}:3: "), caught.exception)
        self.assertEqual(armjit.get_jit_list(), [])
        for entry in "f", "", "# none", "a:b:c", ":f", "f@x.py:none":
            with self.assertRaises(ValueError):
                armjit.append_jit_list(entry)
        with self.assertRaises(FileNotFoundError):
            armjit.read_jit_list(os.path.join(self.folder.name, "missing"))
        with self.assertRaises(TypeError):
            armjit.append_jit_list(3)

    def test_mistakes_in_the_variable(self):
        for value, why in (
            ("list:/missing/list", "/missing/list"),
            (f"list:{self.file('x')}", "jit.txt:1:"),
            ("auto:many", "`many` is not a number of calls"),
            ("sometimes", "wanted auto, auto:CALLS"),
        ):
            done = support.run("print('runs')", ARMJIT=value, check=False)
            self.assertEqual((done.returncode, done.stdout), (0, "runs\n"))
            self.assertIn("armjit: ", done.stderr)
            self.assertIn(why, done.stderr)

    def test_the_variable_for_calls(self):
        for value, calls in (("auto:3", 3), ("auto", 50), ("first", 0)):
            output = support.run("import armjit; print(armjit.is_enabled(), armjit.get_compile_after_n_calls())", ARMJIT=value)
            self.assertEqual(output.split(), ["True", str(calls)])
        output = support.run("import armjit; print(armjit.is_enabled())", ARMJIT="off")
        self.assertEqual(output.strip(), "False")


class Log(unittest.TestCase):
    def test_a_line_for_each_function(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "log")
            output = support.run(
                """
                import armjit
                class Task:
                    def runTask(self): return 1
                def f(a): return t"{a}"
                Task().runTask(), f(1)
                print(armjit.get_compiled_size(Task.runTask))
                """,
                ARMJIT=f"list:{self.list(folder)}",
                ARMJIT_LOG=path,
            )
            with open(path) as file:
                lines = file.read().splitlines()
        finished = [line for line in lines if "__main__:Task.runTask" in line]
        self.assertEqual(len(finished), 1, lines)
        size = output.strip()
        self.assertRegex(finished[0], rf"^Finished compiling __main__:Task\.runTask in \d+ µs, code size: {size} bytes$")
        refused = [line for line in lines if line.startswith("Not compiling __main__:f: ")]
        self.assertEqual(len(refused), 1, lines)
        self.assertIn("BUILD_INTERPOLATION", refused[0])

    def list(self, folder):
        path = os.path.join(folder, "list")
        with open(path, "w") as file:
            file.write("__main__:*\n")
        return path

    def test_a_log_that_cannot_be_written(self):
        done = support.run("import armjit", ARMJIT_LOG="/missing/log", check=False)
        self.assertIn("ARMJIT_LOG=/missing/log", done.stderr)

    def test_a_wrong_period(self):
        for value in "0", "-1", "x":
            done = support.run("import armjit", ARMJIT_DEOPT_EVERY=value, check=False)
            self.assertIn(f"ARMJIT_DEOPT_EVERY={value}: not a whole number above 0", done.stderr)


if __name__ == "__main__":
    unittest.main()
