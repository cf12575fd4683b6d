"""What earlier programs of this kind did on bad input, as far as whole programs show it. B1 to B21 are the numbers of
their failures; the others are in the unit tests under the same names."""
import glob
import os
import re
import socket
import struct
import unittest

from linnet import LINNET, PASSWORD, Test, free_port
from program import PATIENCE, Program, run, wait_until
from relay import Relay

TESTS = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))


class EarlierFailures(Test):
    def setUp(self):
        self.meeting = self.registry()

    def pair(self):
        ada, ben = self.user("ada", self.meeting), self.user("ben", self.meeting)
        self.friends(ada, ben)
        return ada, ben

    def connect(self, port):
        one = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.addCleanup(one.close)
        return one

    def test_B6_a_peer_that_connects_and_stays_silent_holds_up_nobody(self):
        ada = self.user("ada", self.meeting)
        for _ in range(20):
            self.connect(ada.port)
        ben = self.user("ben", self.meeting)
        self.friends(ben, ada)
        self.says(ben, ada, "got through")

    def test_B7_a_second_peer_on_one_host_takes_the_next_free_port(self):
        peers = [self.open(Program(LINNET, "--state-dir", f"state{i}", "--no-registry")) for i in range(3)]
        ports = []
        for peer in peers:
            peer.expect(r"^linnet> \Z")
            ports += [port for port in range(5858, 5958) if peer.is_listening_on(port)]
        self.assertEqual(len(set(ports)), 3, ports)

    def test_B8_an_empty_line_and_a_closed_registry_connection_do_no_harm(self):
        wire_port = free_port()
        wire = Relay(("127.0.0.1", wire_port), ("127.0.0.1", self.meeting.port))
        self.addCleanup(wire.close)
        ada = self.user("ada", f"127.0.0.1:{wire_port}")
        ada.send("")
        ada.expect("Who is online")
        wire.hang_up()

        def is_online():  # what it asks before it has noticed may be refused
            ada.send("/who")
            return ada.expect(r"^(ok: 1 online)|^no: ")[1]

        wait_until(is_online, "a new connection")

    def test_B9_a_registry_that_was_killed_lets_everyone_in_again(self):
        ada, ben = self.user("ada", self.meeting), self.user("ben", self.meeting)
        ada.kill()
        self.meeting.restart()
        ben.restart()
        ben.online()
        self.assertIn("ok: 1 online", ben.ok("/who"))
        ada.start()
        ada.online()
        self.assertIn("ok: 2 online", ben.ok("/who"))

    def test_B11_a_peer_that_vanishes_costs_the_other_no_time(self):
        ada, ben = self.pair()
        ben.kill()
        wait_until(lambda: "ben  not linked" in ada.ok("/contacts"), "the link to be lost")
        self.assertLess(ada.cpu_share(1), 0.1)

    def test_B12_messages_that_arrive_together_stay_apart(self):
        ada, ben = self.pair()
        ben.terminate()
        for number in range(50):
            ada.ok(f"line {number}.")
        ben.start()
        for number in range(50):
            ben.expect(rf"^\[[^\n]*\] ada: line {number}\.\n")

    def test_B13_B17_more_accounts_than_once_fitted_are_made_found_and_listed(self):
        names = [f"n{number:03}-{'x' * 27}" for number in range(105)]
        lines = [line for name in names for line in (f"/register {name}", PASSWORD, PASSWORD, "/logout")]
        result = run(LINNET, "--state-dir", "state", "--listen", f"127.0.0.1:{free_port()}", "--registry",
                     self.meeting.address, stdin="\n".join(lines), timeout=12 * PATIENCE)
        self.assertEqual(result.returncode, 0)
        self.assertEqual(result.stdout.count("ok: logged in as n"), 105)
        ada = self.user("ada", self.meeting)
        found = ada.ok("/find n*")
        self.assertEqual(re.findall(r"(?m)^  (n\S+)", found), names[:16])
        self.assertIn("... and more: a longer beginning finds fewer", found)
        self.assertEqual(re.findall(r"(?m)^  (n\S+)", ada.ok("/find N10*")), names[100:])

    def test_B14_a_menu_choice_or_a_number_that_is_none_is_answered(self):
        ada = self.user("ada", self.meeting)
        self.assertRegex(ada.no("x"), "^no conversation is open")
        self.assertEqual(ada.no("99"), "the menu has no 99")
        self.assertEqual(ada.no("/history abc"), "there is no history with abc")
        ada.no("/history ada 5x")
        ada.ok("/who")

    def test_B15_passwords_and_words_with_spaces_are_kept_whole(self):
        ada = self.peer(registry=self.meeting, name="ada")
        ada.register("ada", "  a  password with   spaces ")
        new = self.peer(registry=self.meeting, name="ada")
        new.login("ada", "  a  password with   spaces ")
        other = self.peer(registry=self.meeting, name="other board")
        other.begin_to_login("ada", "a  password with   spaces")
        self.assertEqual(other.refused(), "wrong name or password")
        ben = self.user("ben", self.meeting)
        self.friends(new, ben)
        self.says(new, ben, "two  spaces   kept")

    def test_B16_a_wrong_password_a_taken_name_and_a_port_of_letters_are_refused(self):
        self.user("ada", self.meeting)
        other = self.peer(registry=self.meeting)
        other.begin_to_login("ada", "wrong horse")
        self.assertEqual(other.refused(), "wrong name or password")
        other.begin_to_register("ada")
        self.assertRegex(other.refused(), "(?i)taken")
        result = run(LINNET, "--state-dir", "state", "--no-registry", "--listen", "127.0.0.1:abc")
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertRegex(result.stderr, r"\Alinnet: (?:--)?listen: `127\.0\.0\.1:abc` is not \[HOST:\]PORT\n\Z")

    def test_B17_a_port_beyond_the_last_is_refused_by_name(self):
        result = run(LINNET, "--state-dir", "state", "--no-registry", "--listen", "65536")
        self.assertEqual(result.returncode, 1)
        self.assertIn("listen: `65536`", result.stderr)

    def test_B18_histories_of_similar_names_are_kept_apart_and_a_colon_is_no_part_of_a_name(self):
        ada, ben = self.pair()
        bene = self.user("bene", self.meeting)
        self.says(ada, ben, "for ben")
        self.friends(bene, ada)
        self.says(ada, bene, "for bene")
        self.assertNotIn("for bene", ada.ok("/history ben"))
        self.assertNotIn("for ben\n", ada.ok("/history bene"))
        self.assertNotIn("for bene", ben.ok("/history ada"))
        ben.ok("/logout")
        self.assertRegex(ben.no("/register ben:x"), "^a name has 3 to 32 of")

    def test_B19_connections_that_come_and_go_leave_nothing_behind(self):
        ada = self.user("ada", self.meeting)

        def descriptors():
            return [len(os.listdir(f"/proc/{program.pid}/fd")) for program in (ada, self.meeting)]

        wait_until(lambda: self.meeting.text.count("logged in") == 1, "a log-in")
        before = descriptors()
        for number in range(60):
            for port in (ada.port, self.meeting.port):
                one = socket.create_connection(("127.0.0.1", port), PATIENCE)
                if number % 3 == 0:  # with a reset
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                elif number % 3 == 1:
                    one.sendall(b"LNET\x02\x01\x01")
                one.close()
        wait_until(lambda: all(now <= then for now, then in zip(descriptors(), before)), "descriptors to be closed")

    def test_B20_unknown_commands_and_missing_words_are_answered(self):
        ada = self.user("ada", self.meeting)
        self.assertEqual(ada.no("/privat ben"), "there is no command /privat; /help lists what there is")
        self.assertEqual(ada.no("/msg"), "usage: /msg NAME TEXT")
        self.assertEqual(ada.no("/close"), "no conversation is open")
        self.assertEqual(ada.no("/"), "no conversation is open: /chat NAME opens one, /menu shows what there is")
        ada.ok("/who")

    def test_B21_a_text_of_more_than_a_kilobyte_arrives_whole_or_is_refused(self):
        ada, ben = self.pair()
        self.says(ada, ben, "".join(chr(0x4e00 + number) for number in range(1365)))
        self.assertIn("4096", ada.no("x" * 4097))


class EveryOne(unittest.TestCase):
    def test_has_a_test_of_its_name(self):
        found = set()
        for path in glob.glob(os.path.join(TESTS, "**", "*"), recursive=True):
            if path.endswith("Test.cpp") or path.endswith("_test.py"):
                with open(path, encoding="utf-8") as file:
                    for name in re.findall(r"(?:TEST\(\w+, |def test_)(B\w+)\(?", file.read()):
                        found |= set(re.findall(r"B\d+", name))
        self.assertEqual({f"B{number}" for number in range(1, 22)} - found, set())


if __name__ == "__main__":
    unittest.main()
