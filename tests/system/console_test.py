"""The console on terminals, pipes, files and nothing at all: what it prints, what it never prints, how it ends."""
import contextlib
import os
import re
import signal
import sqlite3
import unittest

from linnet import LINNET, PASSWORD, REGISTRY, Test, free_port
from program import Program, run, wait_until
from terminal import Terminal

COLOUR = re.compile(rb"\x1b\[[0-9;]*m")


class Input(Test):
    """What standard input may be."""

    SCRIPT = f"/register ada\n{PASSWORD}\n{PASSWORD}\n/who\n/nonsense\n/help logout\n"

    def shell(self, peer_options, redirections, **how):
        """linnet started by a shell with such redirections."""
        command = " ".join([LINNET, "--state-dir", "state", "--listen", f"127.0.0.1:{free_port()}", *peer_options])
        return self.open(Program("sh", "-c", f"exec {command} {redirections}", tty=False, **how))

    def check_script(self, output):
        self.assertRegex(output, r"(?s)ok: logged in as ada\n.*  ada  \(you\)\nok: 1 online\n"
                                 r"no: there is no command /nonsense[^\n]*\n  /logout[^\n]*\nok\n")
        self.assertNotIn(PASSWORD, output)

    def test_a_pipe_is_a_script_whose_lines_wait_for_each_other(self):
        meeting = self.registry()
        result = run(*self.commandline(meeting), stdin=self.SCRIPT)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.check_script(result.stdout)
        self.assertRegex(meeting.admin("list"), r"^ada ")

    def commandline(self, meeting):
        return [LINNET, "--state-dir", "state", "--listen", f"127.0.0.1:{free_port()}", "--registry", meeting.address]

    def test_a_file_is_a_script_too(self):
        meeting = self.registry()
        holder = self.open(Program("sh", "-c", 'printf %s "$SCRIPT" >script; exec "$@" <script', "sh",
                                   *self.commandline(meeting), tty=False, environment={"SCRIPT": self.SCRIPT}))
        self.assertEqual(holder.wait(), 0)
        self.check_script(holder.text)

    def test_lines_may_end_in_any_way_and_the_last_not_at_all(self):
        for end in ("\n", "\r\n", "\r"):
            result = run(LINNET, "--state-dir", "state", "--no-registry", "--listen", f"127.0.0.1:{free_port()}",
                         stdin=end.join(["/help quit", "", "/nonsense", "/help menu"]))
            self.assertRegex(result.stdout, r"(?s)/quit.*/nonsense;.*  /menu[^\n]*\nok\n\Z", repr(end))
            self.assertEqual(result.returncode, 0)

    def test_an_empty_pipe_ends_it(self):
        result = run(LINNET, "--state-dir", "state", "--no-registry", "--listen", f"127.0.0.1:{free_port()}")
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_the_end_of_input_logs_out_at_the_registry(self):
        meeting = self.registry()
        ada = self.piped("ada", meeting)
        ben = self.user("ben", meeting)
        self.assertIn("ada  online", ben.ok("/find ada"))
        ada.close_input()
        self.assertEqual(ada.wait(), 0)
        self.assertIn("ada  offline", ben.ok("/find ada"))

    def piped(self, name, meeting, *options):
        peer = self.peer(*options, registry=meeting, tty=False, name=name)
        for line in (f"/register {name}", PASSWORD, PASSWORD):
            peer.send(line)
        peer.online()
        return peer

    def test_with_stay_it_goes_on_after_the_end_of_input(self):
        meeting = self.registry()
        ada = self.piped("ada", meeting, "--stay")
        ben = self.user("ben", meeting)
        self.friends_with_piped(ben, ada)
        ada.close_input()
        ben.ok("are you still there?")
        ben.expect("delivered to ada")
        self.assertTrue(ada.is_running())
        self.assertEqual(ada.terminate(), 0)

    def friends_with_piped(self, ben, ada):
        ben.ok("/chat ada")
        ada.expect("ben asks to chat")
        ada.send("/accept ben")
        ben.expect("ada accepted the chat")

    def test_nothing_to_read_makes_it_a_service_until_it_is_told_to_stop(self):
        meeting = self.registry()
        for redirection in ("</dev/null", "<&-", "<&- >&- 2>&-"):
            with self.subTest(redirection=redirection):
                peer = self.shell(["--registry", meeting.address], redirection, name=f"linnet {redirection}")
                wait_until(lambda: os.path.exists(os.path.join(peer.home, "state/linnet.lock")), "its start")
                peer.expect_none(".", 0.3)
                self.assertEqual(peer.terminate(), 0)

    def test_a_service_stays_the_account_it_was(self):
        meeting = self.registry()
        ada, ben = self.user("ada", meeting), self.user("ben", meeting)
        self.friends(ben, ada)
        ada.ok("/quit")
        ada.wait()
        service = self.open(Program("sh", "-c", 'exec "$@" </dev/null', "sh", *ada.command(), tty=False))
        ben.ok("for later")
        ben.expect("delivered to ada: #1")
        self.assertEqual((service.terminate(), service.text), (0, ""))
        ada.start()  # a person comes: what they have not seen is shown
        self.assertRegex(ada.text, r"\* 1 unread from ben\n.*\n?\[[^\n]*\] ben: for later\n")

    def test_a_terminal_that_hangs_up_ends_it(self):
        meeting = self.registry()
        ada, ben = self.user("ada", meeting), self.user("ben", meeting)
        ada.hang_up()
        self.assertEqual(ada.wait(), 0)
        self.assertIn("ada  offline", ben.ok("/find ada"))

    def test_control_d_on_an_empty_line_ends_it(self):
        peer = self.peer()
        peer.type("not empty\x04")
        peer.expect("not empty")
        peer.type("\x15\x04")
        self.assertEqual(peer.wait(), 0)


class Screen(Test):
    """What a person sees on a terminal."""

    def setUp(self):
        self.meeting = self.registry()

    def test_an_incoming_line_does_not_break_the_line_being_typed(self):
        ada, ben = self.user("ada", self.meeting), self.user("ben", self.meeting)
        self.friends(ada, ben)
        ada.type("half a lin")
        ada.expect("half a lin")
        self.says(ben, ada, "I am faster")
        ada.expect(r"half a lin\Z")
        rows = Terminal().feed(ada.raw.decode()).lines
        self.assertRegex(rows[-2], r"^\[\d\d:\d\d\] ben: I am faster$")
        self.assertEqual(rows[-1], "ada to ben> half a lin")
        ada.type("\x1b[D\x1b[D\x1b[Dsuch a \x1b[C\x1b[C\x1b[Ce\r")
        ben.expect(r"ada: half a such a line\n")
        rows = Terminal().feed(ada.raw.decode()).lines
        self.assertEqual(rows.count("ada to ben> half a such a line"), 1)
        self.assertFalse([row for row in rows if "<ESC" in row])

    def test_it_is_edited_as_everywhere(self):
        peer = self.peer()
        for typed, line in (("/helq\x7fp quit", "/help quit"), ("nonsense\x15/help menu", "/help menu"),
                            ("/help what ever\x17\x17login", "/help login"), ("\x1b[A\x1b[A", "/help menu"),
                            ("grüß\x7f\x7f\x7f\x7f/help quit", "/help quit"), ("/hel\tmenu", "/help menu")):
            begin = len(peer.text)
            peer.type(typed)
            peer.ok("")
            rows = Terminal().feed(peer.raw.decode()).lines
            self.assertIn(f"linnet> {line}", rows, repr(typed))
            self.assertIn(f"/{line.split()[1]}", peer.text[begin:])

    def test_it_has_colours_where_they_are_wanted_and_none_elsewhere(self):
        for environment, wanted in (({}, True), ({"NO_COLOR": "1"}, False)):
            peer = self.user("ada-" + "".join(environment).lower(), self.meeting, environment=environment)
            self.assertEqual(bool(COLOUR.search(peer.raw)), wanted, environment)

    def test_a_dumb_terminal_gets_plain_ascii_and_backspaces(self):
        before = self.user("ada", self.meeting)
        before.terminate()
        ada = self.peer(registry=self.meeting, state_dir=before.state, environment={"TERM": "dumb"})
        ada.send("/help logout")
        ada.expect("log out and go offline")
        ada.type("half a li")
        ben = self.user("ben", self.meeting)
        ben.ok("/chat ada")
        ada.expect(r"(?s)ben asks to chat.*half a li\Z")
        self.assertTrue(re.fullmatch(rb"[\r\n\b -~]*", ada.raw), ada.raw)
        rows = Terminal().feed(ada.raw.decode()).lines
        self.assertRegex(rows[-2], r"^! ben asks to chat")
        self.assertEqual(rows[-1], "ada> half a li")

    def test_a_pipe_gets_no_escapes_and_no_prompts(self):
        result = run(LINNET, "--state-dir", "state", "--listen", f"127.0.0.1:{free_port()}", "--registry",
                     self.meeting.address, stdin=Input.SCRIPT)
        self.assertNotIn("\x1b", result.stdout)
        self.assertNotIn("\r", result.stdout)
        self.assertNotIn("linnet>", result.stdout)

    def test_control_characters_of_others_are_neutralised(self):
        ada, eve = self.user("ada", self.meeting), self.user("eve", self.meeting)
        self.friends(eve, ada)
        ada.terminate()
        eve.ok("harmless")
        eve.terminate()
        # No console lets such things through; a hostile peer is one that does not ask its console.
        evil = "<\x1b[2Jb\x1b]0;c\x07d\x9b2Je\u202ef\u2066g\u200bh\x00i\r\nj\tk>"
        with contextlib.closing(sqlite3.connect(os.path.join(eve.state, "eve.db"))) as database:
            changed = database.execute("UPDATE messages SET body = ? WHERE body = ?", (evil.encode(), b"harmless"))
            self.assertEqual(changed.rowcount, 1)
            database.commit()
        begin = len(ada.raw)
        ada.start()
        eve.start()
        ada.expect(r"eve: <[^\n]*>\n")
        ada.ok("/history eve")
        shown = re.sub(r"\x1b\[\d*[mKCD]|[\r\n\b]", "", ada.raw[begin:].decode())  # what the console itself sends
        self.assertNotRegex(shown, "[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]")
        self.assertEqual(shown.count("<?[2Jb?]0;c?d?2Jefgh?i??j k>"), 2)

class Secrets(Test):
    def test_passwords_appear_nowhere(self):
        meeting = self.registry("--log-level", "debug")
        ada = self.user("ada", meeting, "--log-level", "debug", "--log-file", "log")
        ada.send("/password")
        ada.new_password("another " + PASSWORD)
        ada.done()
        new = self.peer("--log-level", "debug", "--log-file", "log", registry=meeting)
        new.begin_to_login("ada", PASSWORD + "?")
        new.refused()
        new.type("\x1b[A\x1b[A")  # nor does the history of lines bring one back
        for program in (ada, new, meeting):
            program.terminate()
            self.assertNotIn(PASSWORD.encode(), program.raw)
            for folder, _, files in os.walk(program.home):
                for file in files:
                    with open(os.path.join(folder, file), "rb") as content:
                        self.assertNotIn(PASSWORD.encode(), content.read(), file)


class Logs(Test):
    def test_they_never_come_to_the_console(self):
        meeting = self.registry()
        ada = self.user("ada", meeting, "--log-level", "debug")
        ben = self.user("ben", meeting)
        self.friends(ada, ben)
        ben.kill()
        ada.expect_none(r"debug|info:", 0.5)

    def test_a_hangup_signal_opens_the_log_file_again(self):
        meeting = self.registry("--log-file", "log", "--log-level", "debug")
        ada = self.user("ada", meeting, "--log-file", "log", "--log-level", "debug")
        for program in (meeting, ada):
            log = os.path.join(program.home, "log")
            wait_until(lambda log=log: os.path.getsize(log) > 0, "a log")
            os.rename(log, log + ".1")
            program.signal(signal.SIGHUP)
            wait_until(lambda log=log: os.path.exists(log), "a new log file")
        ben = self.user("ben", meeting)
        ben.ok("/chat ada")
        ada.expect("ben asks to chat")
        ben.ok("/quit")
        for program in (meeting, ada):
            wait_until(lambda: os.path.getsize(os.path.join(program.home, "log")) > 0, "lines in the new log")
        ada.ok("/who")

    def test_a_hangup_signal_reads_the_configuration_again(self):
        folder = self.peer().home  # one that is cleaned up
        file, log = os.path.join(folder, "linnet.conf"), os.path.join(folder, "log")

        def configure(text):
            with open(file, "w", encoding="utf-8") as config:
                config.write(f"log-file = {log}\n{text}\n")

        def read():
            with open(log, encoding="utf-8") as lines:
                return lines.read()

        meeting = self.registry()
        configure("log-level = error")
        ada = self.user("ada", meeting, "--config", file)
        self.assertEqual(read(), "")
        configure("log-level = info")
        ada.signal(signal.SIGHUP)
        ada.ok("/logout")
        ada.ok("/login ada")
        wait_until(lambda: "ada is online" in read(), "a more talkative log")
        configure("log-level = maybe")
        ada.signal(signal.SIGHUP)
        wait_until(lambda: "the configuration is at fault" in read(), "a complaint")
        ada.online()
        ada.ok("/who")


class Ending(Test):
    def test_a_signal_logs_out_and_ends_it_well(self):
        meeting = self.registry()
        ben = self.user("ben", meeting)
        for number in (signal.SIGTERM, signal.SIGINT):
            ada = self.user(f"ada{int(number)}", meeting)
            self.assertIn("ok: 2 online", ben.ok("/who"))
            ada.signal(number)
            self.assertEqual(ada.wait(), 0)
            self.assertIn("ok: 1 online", ben.ok("/who"))
            # Seconds, not the minute after which silence counts as offline.
            self.assertRegex(ben.ok(f"/find ada{int(number)}"),
                             rf"ada{int(number)}  offline, last seen \d seconds? ago")
            ada.start()  # and its account comes back with it
            ada.online()
            ada.terminate()
        meeting.signal(signal.SIGTERM)
        self.assertEqual(meeting.wait(), 0)

    def test_it_ends_at_once_though_the_registry_is_gone(self):
        meeting = self.registry()
        ada = self.user("ada", meeting)
        meeting.kill()
        ada.send("/quit")
        self.assertEqual(ada.wait(5), 0)

    def test_the_terminal_is_left_as_it_was(self):
        shell = self.open(Program("sh", "-c", 'stty -g; "$@"; echo ended $?; stty -g', "sh", LINNET, "--state-dir",
                                  "state", "--no-registry", "--listen", f"127.0.0.1:{free_port()}"))
        before = shell.expect(r"^([0-9a-f]+(?::[0-9a-f]+)+)\n")[1]
        shell.expect(r"^linnet> \Z")
        shell.send("/quit")
        shell.expect(r"^ended 0\n")
        self.assertEqual(shell.expect(r"^([0-9a-f]+(?::[0-9a-f]+)+)\n")[1], before)


class Help(Test):
    OPTIONS = ("help", "version", "config", "config-test", "state-dir", "registry", "host-registry", "no-registry",
               "listen", "advertise", "durability", "stay", "log-level", "log-file")

    def test_help_lists_every_option_and_does_nothing_else(self):
        for program, options in ((LINNET, self.OPTIONS), (REGISTRY, ("listen", "udp-port", "state-dir", "sign-up"))):
            home = self.open(Program("sh", "-c", '"$@"; echo "code $?"; ls -A', "sh", program, "--help", tty=False))
            home.wait()
            for option in options:
                self.assertRegex(home.text, rf"(?m)^  --{option}\b")
            self.assertRegex(home.text, r"code 0\n\Z")
            self.assertTrue(all(len(line) <= 110 for line in home.text.splitlines()))

    def test_version_is_a_name_and_a_number(self):
        for program in (LINNET, REGISTRY):
            result = run(program, "--version")
            self.assertRegex(result.stdout, rf"\A{os.path.basename(program)} \d+\.\d+\.\d+\n\Z")
            self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_every_command_has_its_help(self):
        peer = self.peer()
        commands = re.findall(r"(?m)^  /(\w+)", peer.ok("/help"))
        self.assertGreaterEqual(len(commands), 20)
        for command in commands:
            self.assertRegex(peer.ok(f"/help {command}"), rf"  /{command}\b.*  -  \w")


if __name__ == "__main__":
    unittest.main()
