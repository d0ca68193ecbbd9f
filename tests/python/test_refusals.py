"""Processes that cannot run compiled code: the package can be imported, enabling says why, and nothing is hooked."""

import unittest

import support

REASONS = {
    "architecture": "aarch64 only",
    "version": "this is Python 3.13",
    "cookie": "offsets was not found",
    "free_threaded": "free-threaded",
    "offset": "struct layouts differ: PyThreadState.interp is 24 in this interpreter, 16 in the headers",
}


class Refusals(unittest.TestCase):
    def test_every_reason(self):
        for what, why in REASONS.items():
            with self.subTest(what):
                output = support.run(
                    """
                    import armjit, sys
                    settrace = sys.settrace
                    def f(a): return a
                    for call in (armjit.enable, armjit.auto, lambda: armjit.force_compile(f), lambda: armjit.compare_strategies(f)):
                        try:
                            call()
                        except RuntimeError as error:
                            print(error)
                        else:
                            print("went well")
                    f(1)
                    print(armjit.why_not_compiled(f))
                    print(armjit.is_enabled(), armjit.is_jit_compiled(f), armjit.get_compiled_functions(), sys.settrace is settrace)
                    armjit.disable()
                    """,
                    ARMJIT_PRETEND=what,
                )
                lines = output.splitlines()
                self.assertEqual(len(lines), 6, output)
                for line in lines[:5]:
                    self.assertIn(why, line)
                self.assertEqual(lines[5], "False False [] True")

    def test_starting_does_not_fail(self):
        done = support.run("print('runs')", ARMJIT="auto:0", ARMJIT_PRETEND="version", check=False)
        self.assertEqual((done.returncode, done.stdout), (0, "runs\n"))

    def test_without_the_extension(self):
        output = support.run(
            """
            import sys
            sys.modules["armjit._armjit"] = None
            sys.version_info = (3, 13, 0)
            import armjit
            print(armjit.is_enabled(), armjit.get_compiled_functions())
            try:
                armjit.enable()
            except RuntimeError as error:
                print(error)
            with armjit.pause():
                armjit.disable()
            """
        )
        self.assertIn("this is Python 3.13; this build of armjit is for 3.14", output)


if __name__ == "__main__":
    unittest.main()
