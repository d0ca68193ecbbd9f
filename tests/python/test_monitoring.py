"""Tracing, profiling and monitoring: whoever watches hears what the interpreter would tell."""

import sys
import textwrap
import threading
import unittest

import armjit
import support

SOURCE = """
def g(x):
    return x + 1

def f(n):
    total = 0
    for i in range(n):
        total = total + g(i)
    return total
"""


def functions(compiled):
    namespace = {"__name__": "tested"}
    exec(compile(SOURCE, "<watched>", "exec"), namespace)
    f, g = namespace["f"], namespace["g"]
    f(3)
    if compiled:
        armjit.force_compile(f)
        armjit.force_compile(g)
    return f, g


class Watching(unittest.TestCase):
    def compare(self, record):
        """What `record` writes down about f(3) must not depend on whether f is compiled."""
        f, g = functions(compiled=True)
        expected = record(*functions(compiled=False))
        self.assertTrue(expected)
        for _ in range(3):
            self.assertEqual(record(f, g), expected)
            self.assertTrue(armjit.is_jit_compiled(f))
            self.assertEqual(f(4), 10)

    def test_settrace(self):
        def record(f, _g):
            events = []

            def trace(frame, event, _argument):
                if frame.f_code.co_filename == "<watched>":
                    events.append((frame.f_code.co_name, event, frame.f_lineno))
                return trace

            sys.settrace(trace)
            try:
                f(3)
            finally:
                sys.settrace(None)
            return events

        self.compare(record)

    def test_setprofile(self):
        def record(f, _g):
            events = []

            def profile(frame, event, argument):
                if frame.f_code.co_filename == "<watched>":
                    events.append((frame.f_code.co_name, event, getattr(argument, "__name__", argument)))

            sys.setprofile(profile)
            try:
                f(3)
            finally:
                sys.setprofile(None)
            return events

        self.compare(record)

    def monitor(self, switch_on):
        def record(f, g):
            monitoring = sys.monitoring
            events = monitoring.events
            seen = []
            monitoring.use_tool_id(2, "test")

            def note(kind):
                def callback(code, *rest):
                    if code.co_filename == "<watched>":
                        plain = [getattr(it, "__name__", it) if callable(it) else it for it in rest]
                        seen.append((kind, code.co_name, *map(str, plain)))

                return callback

            for kind in "PY_START", "PY_RETURN", "LINE", "CALL", "C_RETURN":
                monitoring.register_callback(2, getattr(events, kind), note(kind))
            try:
                switch_on(monitoring, events, f, g)
                f(3)
            finally:
                monitoring.set_events(2, 0)
                for code in f.__code__, g.__code__:
                    monitoring.set_local_events(2, code, 0)
                monitoring.free_tool_id(2)
            return seen

        return record

    def test_monitoring(self):
        def switch_on(monitoring, events, _f, _g):
            monitoring.set_events(2, events.PY_START | events.PY_RETURN | events.LINE | events.CALL)

        self.compare(self.monitor(switch_on))

    def test_local_events(self):
        def switch_on(monitoring, events, _f, g):
            monitoring.set_local_events(2, g.__code__, events.PY_START | events.LINE)

        self.compare(self.monitor(switch_on))

    def test_tracing_begins_during_a_call(self):
        source = """
        def f(n):
            start()
            a = n + 1
            b = a + 1
            return b
        """
        events = []

        def trace(frame, event, _argument):
            events.append((event, frame.f_lineno))
            return trace

        def start():
            sys.settrace(trace)
            sys._getframe(1).f_trace = trace

        f = support.function(source, start=start)
        try:
            self.assertEqual(f(1), 3)
        finally:
            sys.settrace(None)
        self.assertEqual(f.__code__.co_name, "f")
        self.assertTrue(armjit.is_jit_compiled(f))

    def test_what_is_heard_from_the_middle_of_a_call(self):
        source = """
        def inner(start, error):
            start()
            x = [1]
            if error:
                raise error
            return x

        def f(start, error):
            try:
                a = inner(start, error)
            except KeyError as caught:
                a = caught
            return a

        def g(start, error):
            a = f(start, error=error)
            b = f(*(start, error))
            return a, b
        """

        def record(names, error):
            namespace = {"__name__": "tested"}
            exec(compile(textwrap.dedent(source), "<g>", "exec"), namespace)
            for name in names:
                armjit.force_compile(namespace[name])
            events = []

            def trace(frame, event, _argument):
                if frame.f_code.co_filename == "<g>":
                    events.append((frame.f_code.co_name, event, frame.f_lineno))
                return trace

            def start():
                sys.settrace(trace)
                frame = sys._getframe(1)
                while frame.f_code.co_filename == "<g>":
                    frame.f_trace = trace
                    frame = frame.f_back

            try:
                result = support.outcome(namespace["g"], start, error)
            finally:
                sys.settrace(None)
            return result[:2], events

        for error in None, KeyError("k"), ValueError("v"):
            expected = record((), error)
            self.assertTrue(expected[1])
            for names in ("g",), ("f",), ("inner",), ("f", "g"), ("inner", "f", "g"):
                with self.subTest(error=error, names=names):
                    self.assertEqual(str(record(names, error)), str(expected))

    def test_exceptions_reach_tools(self):
        source = """
        def inner(a):
            return a / 0

        def f(a):
            try:
                return inner(a)
            except ZeroDivisionError:
                return start(), inner(a)
        """
        monitoring = sys.monitoring

        def record(names):
            seen = []
            monitoring.use_tool_id(2, "test")

            def start():
                monitoring.set_events(2, monitoring.events.RAISE | monitoring.events.PY_UNWIND)

            def note(kind):
                def callback(code, offset, error):
                    if code.co_filename == "<g>":
                        seen.append((kind, code.co_name, offset, type(error).__name__))

                return callback

            for kind in "RAISE", "PY_UNWIND":
                monitoring.register_callback(2, getattr(monitoring.events, kind), note(kind))
            namespace = {"__name__": "tested", "start": start}
            exec(compile(textwrap.dedent(source), "<g>", "exec"), namespace)
            for name in names:
                armjit.force_compile(namespace[name])
            try:
                support.outcome(namespace["f"], 1)
            finally:
                monitoring.set_events(2, 0)
                monitoring.free_tool_id(2)
            return seen

        expected = record(())
        self.assertEqual([it[:2] for it in expected], [("RAISE", "inner"), ("PY_UNWIND", "inner"), ("RAISE", "f"), ("PY_UNWIND", "f")])
        for names in ("f",), ("inner",), ("inner", "f"):
            self.assertEqual(record(names), expected)

    def test_tracing_begins_in_a_loop(self):
        lines = set()

        def trace(frame, event, _argument):
            if frame.f_code.co_filename == "<f>":
                lines.add(frame.f_lineno)
            return trace

        def maybe(i):
            if i == 3:
                sys.settrace(trace)
                sys._getframe(1).f_trace = trace

        f = support.function("def f(n):\n    for i in range(n):\n        maybe(i)\n    return i\n", maybe=maybe)
        try:
            self.assertEqual(f(6), 5)
        finally:
            sys.settrace(None)
        self.assertTrue({2, 3, 4} <= lines, lines)

    def test_functions_made_while_watched(self):
        output = support.run(
            """
            import armjit, sys
            armjit.auto(0)
            sys.settrace(lambda *_: None)
            def f(a): return a + 1
            print(f(1), armjit.is_jit_compiled(f))
            sys.settrace(None)
            print(f(1), armjit.is_jit_compiled(f))
            """
        )
        self.assertEqual(output.splitlines(), ["2 False", "2 True"])

    def test_the_wrappers_look_like_the_originals(self):
        output = support.run(
            """
            import armjit, inspect, sys
            originals = sys.settrace, sys.setprofile, sys.monitoring.set_events
            signatures = [inspect.signature(original) for original in originals]
            armjit.enable()
            print([inspect.signature(it) for it in (sys.settrace, sys.setprofile, sys.monitoring.set_events)] == signatures)
            for wrapper, original in zip((sys.settrace, sys.setprofile, sys.monitoring.set_events), originals):
                print(wrapper.__name__ == original.__name__, wrapper.__doc__ == original.__doc__, callable(wrapper))
            armjit.disable(deopt_all=True)
            print((sys.settrace, sys.setprofile, sys.monitoring.set_events) == originals)
            """
        )
        self.assertEqual(output.splitlines(), ["True"] + ["True True True"] * 3 + ["True"])

    def test_signals_and_pending_calls_reach_a_loop(self):
        output = support.run(
            """
            import armjit, signal, sys
            def f():
                n = 0
                while True:
                    n = n + 1
            class Enough(Exception): pass
            def stop(*_): raise Enough
            signal.signal(signal.SIGALRM, stop)
            armjit.force_compile(f)
            for _ in range(2):
                signal.setitimer(signal.ITIMER_REAL, 0.2)
                try:
                    f()
                except Enough:
                    print("stopped", sys._getframe().f_lineno)
            """
        )
        self.assertEqual(len(output.splitlines()), 2)

    def test_other_threads_run_beside_a_loop(self):
        f = support.function("def f(done):\n    n = 0\n    while not done:\n        n = n + 1\n    return n\n")
        done = []
        timer = threading.Timer(0.2, lambda: done.append(1))
        timer.start()
        self.assertGreater(f(done), 0)
        timer.join()


if __name__ == "__main__":
    unittest.main()
