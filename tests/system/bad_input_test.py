"""What users and strangers do wrong: one clear sentence, nothing changed, and the program goes on."""
import os
import re
import shutil
import socket
import subprocess
import tempfile
import unittest

from linnet import LINNET, REGISTRY, Test, free_port
from program import PATIENCE, run, wait_until


class Console(Test):
    """Lines that can't be carried out."""

    @classmethod
    def setUpClass(cls):
        maker = cls()
        cls.addClassCleanup(maker.doCleanups)
        meeting = maker.registry()
        cls.ada, cls.ben = maker.user("ada", meeting), maker.user("ben", meeting)

    def setUp(self):
        self.ada.no("/nothing-yet")  # whatever the test before it left has been said

    def test_a_text_over_the_limit_is_refused_whole_and_the_limit_named(self):
        self.friends(self.ada, self.ben)
        before = self.ada.ok("/history")
        reason = self.ada.no("ä" * 2048 + "!")
        self.assertIn("4096", reason)
        self.assertEqual(self.ada.ok("/history"), before)
        self.assertIn("4096", self.ada.no("x" * 20000))
        self.says(self.ada, self.ben, "ö" * 2048)
        self.ada.ok("/close")

    def test_the_words_of_a_request_have_a_limit_too(self):
        self.assertIn("256", self.ada.no("/chat ben " + "x" * 257))

    def test_of_an_unknown_command_the_nearest_is_suggested(self):
        for typed, meant in (("/hsitory", "history"), ("/lgout", "logout"), ("/Who?", "who"), ("/acept ben", "accept")):
            self.assertRegex(self.ada.no(typed), rf"^there is no command {re.escape(typed.split()[0])}; "
                                                 rf"did you mean /{meant}\?$")
        self.assertEqual(self.ada.no("/xyzzyxyzzy"),
                         "there is no command /xyzzyxyzzy; /help lists what there is")

    def test_a_command_with_too_few_or_too_many_words_shows_its_usage(self):
        for typed, usage in (("/chat", "/chat NAME [WORDS]"), ("/find", "/find NAME|BEGINNING*"),
                             ("/msg ben", "/msg NAME TEXT"), ("/logout now", "/logout"), ("/accept", "/accept NAME")):
            self.assertEqual(self.ada.no(typed), f"usage: {usage}")

    def test_a_number_that_the_menu_has_not_is_refused(self):
        self.assertEqual(self.ada.no("77"), "the menu has no 77")

    def test_a_user_who_does_not_exist(self):
        for typed in ("/find nobody", "/chat nobody", "/msg nobody hi", "/find n*"):
            self.assertRegex(self.ada.no(typed), r"(?i)^there is no user", typed)
        self.assertNotIn("nobody", self.ada.ok("/contacts").replace("nobody yet", ""))
        self.assertEqual(self.ada.no("/accept nobody"), "nobody called nobody asks to chat")

    def test_oneself(self):
        for typed in ("/chat ada", "/msg ADA hi"):
            self.assertEqual(self.ada.no(typed), "that is yourself")

    def test_a_line_that_is_no_text(self):
        self.ada.type(b"\xff\xfe broken\r")
        self.assertRegex(self.ada.refused(), "not valid UTF-8")
        self.ada.ok("/status")


class TheRegistry(Test):
    """A registry that is away, or another one."""

    def test_one_that_is_unreachable_is_said_and_the_name_is_not_kept(self):
        ada = self.peer(registry=f"127.0.0.1:{free_port()}")
        for begin in (ada.begin_to_register, ada.begin_to_login):
            begin("ada")
            self.assertRegex(ada.refused(), r"^the registry at 127\.0\.0\.1:\d+ can't be reached \(.*refused.*\)$")
        self.assertFalse(os.path.exists(os.path.join(ada.state, "ada.key")))
        self.assertIn("none logged in", ada.ok("/status"))

    def test_one_whose_name_does_not_exist_is_said(self):
        ada = self.peer(registry="no-such-host.invalid")
        ada.begin_to_register("ada")
        self.assertRegex(ada.refused(), r"^the registry at no-such-host\.invalid:3131 can't be reached \(.*\)$")

    def test_one_whose_key_changed_is_sent_nothing(self):
        meeting = self.registry()
        ada = self.user("ada", meeting)
        ada.terminate()
        meeting.terminate()
        shutil.rmtree(meeting.state)
        meeting.start()
        ada.start()
        ada.expect(r"^! the registry at [^\n]* has another key than expected: nothing was sent to it")
        self.assertRegex(ada.no("/who"), "another key than expected: nothing was sent to it")
        ada.ok("/logout")
        ada.begin_to_register("adam")
        self.assertRegex(ada.refused(), "another key than expected: nothing was sent to it")
        self.assertEqual(meeting.admin("list"), "")
        ada.terminate()
        told = self.peer(registry=f"{meeting.address}#{meeting.admin('fingerprint').strip()}", state_dir=ada.state)
        told.register("adam")

    def test_one_with_another_key_than_the_configured_fingerprint_is_sent_nothing(self):
        meeting, other = self.registry(), self.registry()
        ada = self.peer(registry=f"{meeting.address}#{other.admin('fingerprint').strip()}")
        ada.begin_to_register("ada")
        self.assertRegex(ada.refused(), "has another key than expected: nothing was sent to it")
        self.assertEqual(meeting.admin("list"), "")

    def test_none_at_all_is_said(self):
        ada = self.peer()
        ada.begin_to_login("ada")
        self.assertEqual(ada.refused(), "no registry is configured (--registry HOST)")


class Start(Test):
    """A start that is impossible, or doubtful."""

    def start(self, *options, expected, stdin=""):
        """Runs linnet, which must end with this code, and with one sentence: that sentence."""
        result = run(LINNET, *options, stdin=stdin)
        self.assertEqual(result.returncode, expected, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertRegex(result.stderr, r"\Alinnet: [^\n]+\n\Z")
        return result.stderr

    def folder(self, parent=None):
        made = tempfile.mkdtemp(prefix="linnet-", dir=parent)
        self.addCleanup(shutil.rmtree, made, ignore_errors=True)
        return made

    def test_on_a_port_in_use(self):
        with socket.create_server(("127.0.0.1", free_port())) as taken:
            port = taken.getsockname()[1]
            told = self.start("--state-dir", self.folder(), "--no-registry", "--listen", f"127.0.0.1:{port}",
                              expected=2)
            self.assertRegex(told, rf"port {port}\b.*in use")
            told = self.start("--state-dir", self.folder(), f"--host-registry=127.0.0.1:{port}", expected=2)
            self.assertRegex(told, rf"port {port}\b.*in use")
            result = run(REGISTRY, "--state-dir", self.folder(), "--listen", f"127.0.0.1:{port}", "--udp-port", "0")
            self.assertEqual(result.returncode, 2)
            self.assertRegex(result.stderr, rf"port {port}\b.*in use")

    def test_on_a_state_directory_that_is_not_writable(self):
        folder = self.folder()
        os.chmod(folder, 0o555)
        as_nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] if os.getuid() == 0 else []
        for program, path in ((LINNET, folder), (LINNET, folder + "/below"), (REGISTRY, folder)):
            # A copy: the build may lie where only its owner may go.
            copy = shutil.copy(program, self.folder("/tmp"))
            os.chmod(os.path.dirname(copy), 0o755)
            result = run(*as_nobody, copy, "--state-dir", path, *(["--no-registry"] if program == LINNET else []))
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertRegex(result.stderr, rf"(?i)\A{os.path.basename(program)}: [^\n]*{re.escape(path)}: "
                                            r"Permission denied[^\n]*\n\Z")
            self.assertIn("--state-dir", result.stderr)

    def test_on_a_state_directory_that_is_a_file(self):
        path = os.path.join(self.folder(), "file")
        with open(path, "w", encoding="ascii"):
            pass
        self.assertIn(path, self.start("--state-dir", path, "--no-registry", expected=2))

    @unittest.skipUnless(os.path.isdir("/dev/shm") and os.access("/dev/shm", os.W_OK), "no /dev/shm here")
    def test_on_a_state_directory_in_memory_is_warned_of(self):
        peer = self.peer(state_dir=self.folder("/dev/shm"))
        self.assertRegex(peer.text, r"(?m)^! the state directory /dev/shm/\S+ is in memory: "
                                    r"the identity would be gone at the next boot")

    def test_on_a_state_directory_in_use_names_the_other_process(self):
        first = self.peer()
        told = self.start("--state-dir", first.state, "--no-registry", expected=2)
        self.assertIn(f"(process {first.pid}) uses the state directory {first.state}", told)
        meeting = self.registry()
        result = run(REGISTRY, "--state-dir", meeting.state, "--listen", "127.0.0.1:0", "--udp-port", "0")
        self.assertEqual(result.returncode, 2)
        self.assertIn("another linnet-registry (process", result.stderr)
        first.kill()  # a crash leaves no lock behind
        first.start()

    def test_with_a_wrong_option(self):
        for options, word in ((["--colour"], "unknown option --colour"), (["--listen", "a b"], "listen: `a b`"),
                              (["--listen", "127.0.0.1:99999"], "listen"), (["--listen"], "--listen needs a value"),
                              (["--registry", "a b"], "registry: `a b`"), (["--registry", ":"], "registry"),
                              (["--log-level", "loud"], "log-level: `loud`"), (["--durability", "soso"], "durability"),
                              (["--advertise", "a b"], "advertise"), (["word"], "`word` is not understood"),
                              (["--no-registry", "--registry", "a"], "no-registry contradicts")):
            self.assertIn(word, self.start(*options, expected=1))

    def test_with_a_log_file_that_can_not_be_opened(self):
        told = self.start("--state-dir", self.folder(), "--no-registry", "--log-file", "/nowhere/log", expected=2)
        self.assertIn("/nowhere/log", told)


class Configuration(Test):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="linnet-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.file = os.path.join(self.folder, "linnet.conf")

    def check(self, program, text):
        with open(self.file, "w", encoding="utf-8") as file:
            file.write(text)
        return run(program, "--config", self.file, "--config-test")

    def test_a_good_file_passes_silently_and_touches_nothing(self):
        for program, text in ((LINNET, "# board\n[peer]\nregistry = meet.example\nlisten = 6000\nstay = yes\n"
                                       f"state-dir = {self.folder}/state\n"),
                              (REGISTRY, f"listen = :4000\nsign-up = closed\nstate-dir = {self.folder}/state\n")):
            result = self.check(program, text)
            self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
        self.assertEqual(os.listdir(self.folder), ["linnet.conf"])

    def test_a_bad_line_is_named_by_its_number(self):
        for program in (LINNET, REGISTRY):
            for text, line, word in (("\n# good\nlisten 5858\n", 3, "name = value"),
                                     ("colour = red\n", 1, "there is no setting `colour`"),
                                     ("log-level =\n", 1, "needs a value"), ("\n[peer\n", 2, "section")):
                result = self.check(program, text)
                self.assertEqual(result.returncode, 3, text)
                self.assertRegex(result.stderr, rf"\A\S+: {re.escape(self.file)}, line {line}: [^\n]*{word}[^\n]*\n\Z")
                started = run(program, "--config", self.file, "--state-dir", self.folder + "/state")
                self.assertEqual((started.returncode, started.stderr), (3, result.stderr))
        self.assertEqual(os.listdir(self.folder), ["linnet.conf"])

    def test_a_bad_value_is_named(self):
        for program, text, word in ((LINNET, "\nlisten = here and there\n", "line 2: `here and there` is not"),
                                    (LINNET, "log-level = maybe\n", "line 1: `maybe` is not"),
                                    (REGISTRY, "sign-up = maybe\n", "sign-up")):
            result = self.check(program, text)
            self.assertEqual(result.returncode, 3, text)
            self.assertIn(word, result.stderr)

    def test_a_file_that_is_not_there_is_said(self):
        for program in (LINNET, REGISTRY):
            result = run(program, "--config", "/nowhere/linnet.conf", "--config-test")
            self.assertEqual(result.returncode, 3)
            self.assertIn("/nowhere/linnet.conf can't be read", result.stderr)


class Strangers(Test):
    """Bytes that are no Linnet, on every open port, while others talk."""

    GARBAGE = (b"GET / HTTP/1.1\r\nHost: board\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", bytes(64),
               b"LNET\x02\x01\x01" + b"\xff" * 300, b"LNET\x01\x01\x01" + b"\xff" * 300, b"LNET\x02\x09\x09",
               b"LNET\x07\x01\x01", b"\xff" * 70000)

    def setUp(self):
        self.meeting = self.registry("--log-level", "debug")
        self.ada = self.user("ada", self.meeting, "--log-level", "debug", "--log-file", "log")
        self.ben = self.user("ben", self.meeting)
        self.friends(self.ada, self.ben)

    def log(self):
        with open(os.path.join(self.ada.home, "log"), encoding="utf-8") as file:
            return file.read()

    def throw(self, port, garbage):
        """Sends it and waits until the program has closed the connection."""
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as one:
            try:
                one.sendall(garbage)
                while one.recv(4096):
                    pass
            except ConnectionError:
                pass

    def test_garbage_closes_its_own_connection_with_a_logged_reason(self):
        for garbage in self.GARBAGE:
            for port in (self.ada.port, self.meeting.port):
                with self.subTest(garbage=garbage[:20], port=port):
                    before = len(self.log()), len(self.meeting.text)
                    self.throw(port, garbage)
                    told = wait_until(lambda: self.log()[before[0]:] + self.meeting.text[before[1]:], "a log line")
                    self.assertRegex(told, r"127\.0\.0\.1")
            self.says(self.ada, self.ben, "unharmed")
        self.assertIn("ok: 2 online", self.ben.ok("/who"))
        self.assertNotRegex(self.ada.text, "(?i)connection|handshake")  # the log is the place for that

    def test_garbage_datagrams_are_dropped(self):
        with socket.socket(type=socket.SOCK_DGRAM) as one:
            for size in range(0, 300, 7):
                one.sendto(os.urandom(size), ("127.0.0.1", self.meeting.port))
            one.settimeout(0.3)
            with self.assertRaises(TimeoutError):
                one.recv(2048)
        self.assertIn("ok: 2 online", self.ada.ok("/who"))

    def test_silent_connections_hold_up_nobody(self):
        silent = [socket.create_connection(("127.0.0.1", port), PATIENCE)
                  for port in (self.ada.port, self.meeting.port) for _ in range(8)]
        for one in silent:
            self.addCleanup(one.close)
        self.says(self.ben, self.ada, "still quick")
        cyd = self.user("cyd", self.meeting)
        self.friends(cyd, self.ada)
        self.says(cyd, self.ada, "me too")
        for one in silent:  # after ten seconds without a handshake they are sent away
            one.settimeout(PATIENCE + 5)
            while one.recv(4096):
                pass


if __name__ == "__main__":
    unittest.main()
