"""Accounts: making one, coming back to it, moving it to another board, and what an operator does to it."""
import re
import unittest

from linnet import PASSWORD, Test, free_port
from program import PATIENCE, run, wait_until

NOTICED = 22 + PATIENCE  # seconds, at most: until the next heartbeat of a peer
NAME_RULE = "a name has 3 to 32 of letters, digits, _ . - and begins with a letter or digit"
OTHER_PASSWORD = "another horse"


class Account(Test):
    def setUp(self):
        self.meeting = self.registry()

    def stranger(self, **how):
        return self.peer(registry=self.meeting, **how)

    def names(self):
        """The accounts that the registry has."""
        return [line.split()[0] for line in self.meeting.admin("list").splitlines()]

    def test_a_board_that_was_logged_in_comes_back_without_a_password(self):
        ada = self.user("ada", self.meeting)
        ada.restart()
        ada.online()
        self.assertIn("ada  (you)", ada.ok("/who"))
        self.assertNotIn("assword", ada.text[ada.text.rindex("Log out"):])

    def test_a_board_that_was_logged_out_asks_for_the_name_only(self):
        ada = self.user("ada", self.meeting)
        ada.ok("/logout")
        ada.ok("/quit")
        ada.wait()
        ada.start()
        ada.expect_none("online", 0.3)
        self.assertIn("ok: logged in as ada", ada.ok("/login ada"))
        ada.online()

    def test_the_menu_leads_through_it_all(self):
        ada = self.stranger()
        ada.send("2")
        ada.expect(r"^The name you want: \Z")
        ada.send("ada")
        ada.new_password(PASSWORD)
        ada.online()
        self.assertIn("ada  (you)", ada.ok("1"))
        ada.ok("8")
        ada.send("1")
        ada.expect(r"^Your name: \Z")
        ada.send("ada")
        ada.online()
        ada.send("0")
        self.assertEqual(ada.wait(), 0)

    def test_a_password_brings_the_account_to_another_board_and_the_old_one_stays_out(self):
        old = self.user("ada", self.meeting)
        new = self.stranger(name="new board")
        new.login("ada")
        new.online()
        old.expect(r"^\* ada is logged out: the account has logged in on another board; "
                   r"/login with its password brings it back\n")
        old.expect(r"^linnet> \Z")
        old.restart()
        old.expect_none("is online", 1)
        self.assertIn("ok: 1 online", new.ok("/who"))

    def test_the_password_brings_the_account_back_to_the_old_board(self):
        old = self.user("ada", self.meeting)
        new = self.stranger(name="new board")
        new.login("ada")
        old.expect("ada is logged out")
        old.login("ada")
        old.online()
        new.expect("ada is logged out")

    def test_the_old_board_is_told_when_it_was_off_during_the_move(self):
        old = self.user("ada", self.meeting)
        old.kill()
        self.stranger(name="new board").login("ada")
        old.start()
        old.expect(r"^\* ada is logged out: the account is used from another board now; "
                   r"/login with its password brings it here\n")

    def test_a_wrong_password_changes_nothing(self):
        ada = self.user("ada", self.meeting)
        thief = self.stranger(name="thief")
        for name in ("ada", "nobody"):  # which of the two exists can't be told
            thief.begin_to_login(name, "wrong horse")
            self.assertEqual(thief.refused(), "wrong name or password")
        thief.begin_to_login("ada", "short")
        self.assertEqual(thief.refused(), "wrong name or password")
        self.assertEqual(thief.no("/who"), "nobody is logged in; /login NAME or /register NAME")
        self.assertIn("ada  (you)", ada.ok("/who"))

    def test_a_taken_name_is_refused_in_any_case(self):
        self.user("ada", self.meeting)
        other = self.stranger()
        for name in ("ada", "ADA"):
            other.begin_to_register(name)
            self.assertRegex(other.refused(), r"(?i)^th(is|at) name is taken")
        self.assertEqual(self.names(), ["ada"])
        other.register("adam")

    def test_a_malformed_name_is_refused_before_a_password_is_asked(self):
        peer = self.stranger()
        for name in ("ab", "a" * 33, "-ada", ".ada", "a:da", "ädä", "ad!a"):
            self.assertEqual(peer.no(f"/register {name}"), NAME_RULE, name)
            self.assertEqual(peer.no(f"/login {name}"), NAME_RULE, name)
        self.assertEqual(self.names(), [])
        peer.register("a" * 32)

    def test_a_bad_password_makes_no_account(self):
        peer = self.stranger()
        peer.send("/register ada")
        peer.expect(r"^New password[^\n]*: \Z")
        peer.send("seven77")
        self.assertEqual(peer.refused(), "a password has at least 8 characters")
        peer.send("/register ada")
        peer.expect(r"^New password[^\n]*: \Z")
        peer.send(PASSWORD)
        peer.expect(r"^Once more: \Z")
        peer.send(OTHER_PASSWORD)
        self.assertEqual(peer.refused(), "the two were not the same")
        peer.send("/register ada")
        peer.expect(r"^New password[^\n]*: \Z")
        peer.type("\x03")
        self.assertEqual(peer.refused(), "cancelled")
        self.assertEqual(self.names(), [])
        peer.register("ada", "eight888")

    def test_one_account_at_a_time_on_a_board(self):
        ada = self.user("ada", self.meeting)
        self.assertEqual(ada.no("/register ben"), "ada is logged in here; /logout first")
        self.assertEqual(ada.no("/login ben"), "ada is logged in here; /logout first")
        ada.ok("/logout")
        ada.register("ben")
        ada.ok("/logout")
        ada.ok("/login ada")  # both live here
        ada.online()

    def test_a_changed_password_is_the_one_that_counts(self):
        ada = self.user("ada", self.meeting)
        ada.send("/password")
        ada.new_password(OTHER_PASSWORD)
        self.assertIn("ok: the password is changed", ada.done())
        self.stranger(name="new board").login("ada", OTHER_PASSWORD)
        other = self.stranger(name="other board")
        other.begin_to_login("ada")
        self.assertEqual(other.refused(), "wrong name or password")

    def test_a_peer_hosts_the_registry_of_another(self):
        port = free_port()
        ada = self.peer(hosts=port, name="ada")
        ada.register("ada")
        ben = self.user("ben", f"127.0.0.1:{port}")
        self.assertIn("ok: 2 online", ada.ok("/who"))
        self.friends(ada, ben)
        self.says(ada, ben, "welcome to my board")


class Operator(Test):
    def test_lists_and_shows_accounts_of_a_running_registry(self):
        meeting = self.registry()
        ada = self.user("ada", meeting)
        self.user("Ben", meeting).ok("/logout")
        self.assertRegex(meeting.admin("list"), r"(?m)\Aada +last seen [^\n]*\nBen +last seen [^\n]*\n\Z")
        key = re.search(r"SHA256:\S+", ada.ok("/fingerprint")).group()
        self.assertIn(f"key        {key}\n", meeting.admin("show", "ada"))
        fingerprint = meeting.admin("fingerprint").strip()
        self.assertIn(fingerprint, meeting.text)
        self.user("cyd", f"{meeting.address}#{fingerprint}")

    def test_bans_and_unbans(self):
        meeting = self.registry()
        ada, ben = self.user("ada", meeting), self.user("ben", meeting)
        meeting.admin("ban", "ada")
        meeting.expect("ada was banned or deleted: its session is over")
        self.assertIn("ok: 1 online", ben.ok("/who"))
        ada.no("/who")  # shows it at once that its session is gone
        ada.expect(r"^! [^\n]*banned", NOTICED)
        self.assertRegex(ben.no("/find ada"), "(?i)no user")
        other = self.peer(registry=meeting, name="other board")
        other.begin_to_login("ada")
        self.assertRegex(other.refused(), "banned")
        meeting.admin("unban", "ada")
        ada.restart()
        ada.online()

    def test_deletes_an_account_and_its_name_becomes_free(self):
        meeting = self.registry()
        ada = self.user("ada", meeting)
        meeting.admin("delete", "ada")
        meeting.expect("ada was banned or deleted: its session is over")
        ada.no("/who")
        ada.expect(r"^\* ada is logged out", NOTICED)
        self.assertEqual(meeting.admin("list"), "")
        self.user("ada", meeting)

    def test_resets_a_password(self):
        meeting = self.registry()
        self.user("ada", meeting).kill()
        meeting.admin("reset-password", "ada", stdin=OTHER_PASSWORD + "\n")
        new = self.peer(registry=meeting, name="new board")
        new.login("ada", OTHER_PASSWORD)
        other = self.peer(registry=meeting, name="other board")
        other.begin_to_login("ada")
        self.assertEqual(other.refused(), "wrong name or password")

    def test_closes_sign_up(self):
        meeting = self.registry("--sign-up", "closed")
        peer = self.peer(registry=meeting)
        peer.begin_to_register("ada")
        self.assertRegex(peer.refused(), "takes no new accounts")
        self.assertEqual(meeting.admin("list"), "")
        meeting.admin("sign-up", "open")
        wait_until(lambda: self.registers(peer, "ada"), "an open registry")

    def registers(self, peer, name):
        peer.begin_to_register(name)
        return peer.expect(r"^(ok: logged in)|^(no: .*takes no new accounts)")[1]

    def test_opens_sign_up_to_the_invited(self):
        meeting = self.registry("--sign-up", "invitation")
        peer = self.peer(registry=meeting)
        code = meeting.admin("invite").strip()
        for wrong in ("", "nonsense"):
            peer.begin_to_register("ada", invitation=wrong)
            self.assertRegex(peer.refused(), "invitation code")
        peer.register("ada", invitation=code)
        peer.ok("/logout")
        peer.begin_to_register("ben", invitation=code)
        self.assertRegex(peer.refused(), "invitation code")

    def test_is_told_what_was_wrong(self):
        meeting = self.registry()
        for words, code, told in ((["ban", "nobody"], 1, "there is no account `nobody`"),
                                  (["dance"], 1, "usage: linnet-registry"),
                                  (["ban"], 1, "usage: linnet-registry"),
                                  (["invite", "many"], 1, "COUNT is a number from 1 to 1000")):
            result = run(*meeting.command()[:3], "admin", *words)
            self.assertEqual(result.returncode, code, words)
            self.assertIn(told, result.stderr)
        result = run(meeting.command()[0], "--state-dir", "/nowhere/at/all", "admin", "list")
        self.assertEqual(result.returncode, 2)
        self.assertIn("/nowhere/at/all", result.stderr)


if __name__ == "__main__":
    unittest.main()
