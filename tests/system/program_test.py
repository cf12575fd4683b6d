"""The driver of the other tests: what it sees, how long it waits, what it says when it waited in vain."""
import time
import unittest

from program import Failure, Program, Screen, run


class ScreenShows(unittest.TestCase):
    def shown(self, *pieces):
        screen = Screen()
        for piece in pieces:
            screen.feed(piece)
        return screen.text

    def test_text_without_colours_and_movements(self):
        self.assertEqual(self.shown(b"\x1b[1;32mada\x1b[0m\x1b[K: hi\r\n"), "ada: hi\n")

    def test_a_redrawn_line_as_a_line_of_its_own(self):
        self.assertEqual(self.shown(b"> hel\r\x1b[Kben: hi\r\r\n> hel"), "> hel\nben: hi\n> hel")

    def test_the_same_however_the_bytes_are_cut(self):
        raw = "\x1b[31mgrün\x1b[0m\r\n\x1b]0;title\x07» ".encode()
        for cut in range(len(raw)):
            self.assertEqual(self.shown(raw[:cut], raw[cut:]), "grün\n» ")


class ProgramIs(unittest.TestCase):
    def open(self, *command, **how):
        program = Program(*command, **how)
        self.addCleanup(program.close)
        return program

    def test_on_a_terminal_of_its_own(self):
        shell = self.open("sh", "-c", "tty; stty size; read line; echo got $line; tty </dev/tty")
        shell.expect(r"^/dev/pts/")
        shell.expect(r"^24 80$")
        shell.send("two words")
        shell.expect(r"^got two words$")
        self.assertEqual(shell.wait(), 0)

    def test_on_pipes_with_an_end_of_input(self):
        cat = self.open("cat", tty=False)
        cat.send("héllo")
        cat.expect(r"^héllo$")
        cat.close_input()
        self.assertEqual(cat.wait(), 0)

    def test_given_a_clean_environment(self):
        env = self.open("env", tty=False, environment={"NO_COLOR": "1"})
        env.wait()
        self.assertIn("NO_COLOR=1\n", env.text)
        self.assertIn(f"HOME={env.home}\n", env.text)
        self.assertNotIn("PYTHONUTF8", env.text)

    def test_expected_to_go_forward(self):
        shell = self.open("sh", "-c", "echo one; echo two; cat")
        shell.expect("one")
        shell.expect("two")
        shell.expect_none("one", 0.05)

    def test_shown_whole_when_it_does_not_say_what_was_expected(self):
        cat = self.open("cat")
        cat.send("hello")
        cat.expect("hello")
        with self.assertRaisesRegex(Failure, r"(?s)running.*expected 'bye' within.*⟦'hello\\r'⟧.*hello"):
            cat.expect("bye", 0.05)

    def test_not_waited_for_when_it_has_ended(self):
        began = time.monotonic()
        with self.assertRaisesRegex(Failure, "ended with 3.*but it ended"):
            shell = self.open("sh", "-c", "exit 3")
            shell.wait()
            shell.expect("anything")
        self.assertLess(time.monotonic() - began, 5)

    def test_told_when_its_terminal_goes_away(self):
        shell = self.open("sh", "-c", "trap 'exit 5' HUP; echo ready; while :; do read line; done")
        shell.expect("ready")
        shell.hang_up()
        self.assertEqual(shell.wait(), 5)

    def test_started_again_with_its_log_kept(self):
        shell = self.open("sh", "-c", "echo started; cat")
        shell.expect("started")
        shell.restart()
        shell.expect("started")
        self.assertEqual(shell.text.count("started"), 2)

    def test_ended_by_a_signal(self):
        cat = self.open("cat")
        self.assertEqual(cat.terminate(), -15)

    def test_measured(self):
        idle = self.open("cat")
        busy = self.open("sh", "-c", "while :; do :; done")
        self.assertLess(idle.cpu_share(0.3), 0.05)
        self.assertGreater(busy.cpu_share(0.3), 0.1)
        resident, anonymous = idle.memory()
        self.assertGreater(resident, anonymous)
        self.assertGreater(anonymous, 0)

    def test_run_to_its_end(self):
        result = run("sh", "-c", "cat; echo no >&2; exit 4", stdin="yes")
        self.assertEqual((result.stdout, result.stderr, result.returncode), ("yes", "no\n", 4))


if __name__ == "__main__":
    unittest.main()
