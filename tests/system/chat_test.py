"""Two and more boards chat: asking and answering, lines both ways, histories, outboxes, and all of it again after
the peers, or the registry under them, went away."""
import os
import re
import unittest

from linnet import Test, free_port
from program import PATIENCE, wait_until

HEARTBEAT = 22  # seconds, at most, until a peer notices that a restarted registry does not know it
SPREAD = 8      # seconds, at most, that it then waits before it comes back
OUTAGE = HEARTBEAT + SPREAD + PATIENCE


class Chat(Test):
    def setUp(self):
        self.meeting = self.registry()

    def pair(self, **how):
        ada, ben = self.user("ada", self.meeting, **how), self.user("ben", self.meeting)
        self.friends(ada, ben)
        return ada, ben

    def test_two_find_each_other_ask_accept_and_talk_both_ways(self):
        ada, ben = self.user("ada", self.meeting), self.user("ben", self.meeting)
        found = ada.ok("/find ben")
        self.assertIn(f"ben  online at 127.0.0.1:{ben.port}  SHA256:", found)
        self.assertRegex(ada.ok("/who"), r"(?m)^  ada  \(you\)\n  ben\nok: 2 online$")
        ada.ok("/chat ben Hello, I am ada from next door")
        ben.expect(r"^! ada asks to chat: Hello, I am ada from next door  \(/accept ada or /decline ada\)")
        self.assertIn("  ada: Hello, I am ada from next door\n", ben.ok("/requests"))
        ben.ok("/accept ada")
        ada.expect(r"^\* ben accepted the chat")
        self.says(ada, ben, "Can you read me?")
        ada.expect(r"^\* delivered to ben: #1\n")
        self.says(ben, ada, "Loud and clear: grüße, 你好 & <>\"'\\")
        ben.expect(r"^\* delivered to ada: #1\n")
        self.assertIn("ben  linked\n", ada.ok("/contacts"))

    def test_both_see_the_same_safety_number_and_the_key_that_the_registry_names(self):
        ada, ben = self.pair()
        number = re.compile(r"(?:\d{5} ){11}\d{5}")
        hers, his = (number.search(peer.ok(f"/fingerprint {other.name}"))
                     for peer, other in ((ada, ben), (ben, ada)))
        self.assertTrue(hers and his)
        self.assertEqual(hers.group(), his.group())
        key = re.search(r"SHA256:\S+", ben.ok("/fingerprint")).group()
        self.assertIn(key, ada.ok("/find ben"))

    def test_a_name_whose_key_changed_is_not_sent_to(self):
        ada, ben = self.pair()
        self.says(ada, ben, "for this board of yours only")
        ada.expect(r"delivered to ben: #1")
        impostor = self.peer(registry=self.meeting, name="other board")
        impostor.login("ben")
        ben.expect(r"^\* ben is logged out: the account has logged in on another board")
        ada.expect(r"^! KEY CHANGED, ben: ", OUTAGE)
        self.assertIn("ben has a new key: nothing is sent before you trust it", ada.no("a secret"))
        self.assertIn("ben  not linked, KEY CHANGED\n", ada.ok("/contacts"))
        impostor.expect_none("a secret", 0.5)

    def test_the_history_is_there_after_both_restart(self):
        ada, ben = self.pair()
        self.says(ada, ben, "first")
        self.says(ben, ada, "second")
        self.says(ada, ben, "third")
        ada.expect("delivered to ben: #2")
        for peer in (ada, ben):
            peer.ok("/quit")
            self.assertEqual(peer.wait(), 0)
            peer.start()
        line = r"\[\d\d:\d\d\] "
        history = (rf"(?m)^{line}ada: first  \(#1 delivered\)\n{line}ben: second\n"
                   rf"{line}ada: third  \(#2 delivered\)\n")
        self.assertRegex(ada.ok("/chat ben"), history + "ok: talking to ben\n")
        self.assertRegex(ada.ok("/history"), history)
        self.assertRegex(ada.ok("/history ben 2"), rf"\A(?!(?s:.)*first)(?s:.)*{line}ada: third")
        self.assertRegex(ben.ok("/chat ada"), r"(?s)ada: first\n.*ben: second  \(#1 delivered\)\n.*ada: third\n")
        self.says(ben, ada, "fourth")
        ben.expect("delivered to ada: #2")
        self.says(ada, ben, "fifth")

    def test_a_chat_goes_on_without_the_registry_and_all_come_back_when_it_does(self):
        ada, ben = self.pair()
        self.says(ada, ben, "before")
        self.meeting.kill()
        self.says(ada, ben, "during one")
        ada.expect("delivered to ben: #2")
        self.says(ben, ada, "during two")
        self.assertRegex(ada.no("/who"), r"^the registry at 127\.0\.0\.1:\d+ can't be reached \(.*\)$")
        self.meeting.start()
        self.says(ada, ben, "after")
        for peer in (ada, ben):
            peer.online(OUTAGE)
        for peer in (ada, ben):
            self.assertIn("ok: 2 online\n", peer.ok("/who"))
        self.says(ben, ada, "and on")

    def test_a_hosted_registry_takes_its_guests_back_too(self):
        port = free_port()
        ada = self.peer(hosts=port, name="ada")
        ada.register("ada")
        ben = self.user("ben", f"127.0.0.1:{port}")
        self.friends(ben, ada)
        self.says(ben, ada, "at yours")
        ada.restart()  # a power cut, and the board boots again
        ada.online()
        ben.no("/who")  # shows it at once that its session is gone
        ben.online(OUTAGE)
        ben.ok("still there?")
        ada.expect(r"ben: still there\?\n", OUTAGE)

    def test_a_logout_is_seen_at_once_and_ends_the_chat_kindly(self):
        ada, ben = self.pair()
        self.assertIn("* ben is logged out\n", ben.ok("/logout"))
        self.assertRegex(ada.ok("/find ben"), r"ben  offline, last seen \d seconds? ago")
        self.assertIn("ok: 1 online\n", ada.ok("/who"))
        self.assertEqual(ben.no("/who"), "nobody is logged in; /login NAME or /register NAME")
        ben.ok("/login ben")
        ada.ok("welcome back")
        ben.expect(r"ada: welcome back\n")

    def test_what_is_written_to_someone_offline_arrives_when_they_return(self):
        ada, ben = self.pair()
        self.says(ada, ben, "see you")
        ada.expect("delivered to ben: #1")
        ben.ok("/quit")
        ben.wait()
        ada.ok("are you there?")
        ada.expect(r"^\* ben is offline: what you write waits on this board\n")
        ada.ok("then later.")
        self.assertRegex(ada.ok("/history"), r"\(#2 (queued|sent)\)\n.*then later\.  \(#3 (queued|sent)\)")
        self.assertIn("2 to be delivered", ada.ok("/contacts"))
        ben.start()
        ben.expect(r"(?s)ada: are you there\?\n.*ada: then later\.\n")
        ada.expect(r"delivered to ben: (#2 to )?#3\n")
        self.assertNotIn("to be delivered", ada.ok("/contacts"))
        self.assertEqual(ben.ok("/history ada").count("then later."), 1)

    def test_an_outbox_outlives_its_own_board_too(self):
        ada, ben = self.pair()
        ben.ok("/quit")
        ben.wait()
        ada.ok("kept over a power cut")
        ada.kill()
        ben.start()
        ben.online()
        ada.start()
        ben.expect(r"ada: kept over a power cut\n")
        ada.expect("delivered to ben: #1")

    def test_a_request_waits_for_someone_who_is_offline(self):
        ada, ben = self.user("ada", self.meeting), self.user("ben", self.meeting)
        ben.terminate()
        ada.ok("/chat ben")
        ada.ok("hello from before")
        ben.start()
        ben.expect(r"^! ada asks to chat")
        ben.expect_none("hello from before", 0.5)
        ben.ok("/accept ada")
        ben.expect(r"ada: hello from before\n")

    def test_several_chats_are_open_at_once(self):
        ada, ben = self.pair()
        cyd = self.user("cyd", self.meeting)
        self.friends(cyd, ada)
        ada.expect(r"ada to cyd> \Z")
        self.says(ada, cyd, "only for cyd")
        self.says(ben, ada, "ben to ada")
        self.says(cyd, ada, "cyd to ada")
        ada.ok("/chat ben")
        self.says(ada, ben, "only for ben")
        ada.ok("/msg cyd by the way")
        cyd.expect(r"ada: by the way\n")
        self.assertNotIn("only for cyd", ben.text)
        self.assertNotIn("only for ben", cyd.text)
        ada.ok("/close")
        self.assertRegex(ada.no("to nobody"), "^no conversation is open")

    def test_a_request_is_declined(self):
        ada, ben = self.user("ada", self.meeting), self.user("ben", self.meeting)
        ada.ok("/chat ben")
        ada.ok("let me in")
        ben.expect("ada asks to chat")
        ben.ok("/decline ada")
        ada.expect(r"^! ben declined the chat")
        self.assertIn("let me in  (#1 refused)", ada.ok("/history"))
        self.assertEqual(ada.no("please"), "ben declined; /chat ben asks again")
        self.assertEqual(ben.no("/accept ada"), "nobody called ada asks to chat")
        self.assertNotIn("let me in", ben.text)
        self.friends(ada, ben)
        self.says(ada, ben, "thank you")

    def test_a_busy_one_can_be_asked_again(self):
        ada, ben = self.user("ada", self.meeting), self.user("ben", self.meeting)
        ada.ok("/chat ben")
        ben.expect("ada asks to chat")
        ben.ok("/busy ada")
        ada.expect(r"^\* ben is busy now")
        self.friends(ada, ben)
        self.says(ada, ben, "better now?")

    def test_two_who_ask_each_other_at_once_need_no_accepting(self):
        ada, ben = self.user("ada", self.meeting), self.user("ben", self.meeting)
        ada.send("/chat ben")
        ben.send("/chat ada")
        for peer in (ada, ben):
            peer.expect(r"accepted the chat|^ok: talking to")
        for round_ in range(3):
            ada.send(f"ada {round_}")
            ben.send(f"ben {round_}")
        ada.expect(r"(?s)ben: ben 0\n.*ben: ben 1\n.*ben: ben 2\n")
        ben.expect(r"(?s)ada: ada 0\n.*ada: ada 1\n.*ada: ada 2\n")
        for peer, other in ((ada, "ben"), (ben, "ada")):
            for round_ in range(3):
                self.assertEqual(peer.text.count(f"{other}: {other} {round_}\n"), 1)


class Reaching(Test):
    """Boards that listen where the registry does not see them: it tells of 127.0.0.1, they are on 127.0.0.2."""

    def setUp(self):
        self.meeting = self.registry()

    def test_a_friend_who_cannot_be_dialled_is_asked_to_call_back(self):
        ada = self.user("ada", self.meeting)
        hidden = self.user("ben", self.meeting, host="127.0.0.2")
        self.friends(hidden, ada)
        self.says(ada, hidden, "still reachable?")
        hidden.ok("/close")  # it has no reason to dial by itself
        ada.restart()
        ada.online()
        ada.ok("/chat ben")
        self.says(ada, hidden, "and after a restart?")
        self.assertNotIn("not reachable", ada.text)

    def test_a_stranger_who_cannot_be_dialled_is_asked_to_call_back(self):
        ada = self.user("ada", self.meeting)
        hidden = self.user("ben", self.meeting, host="127.0.0.2")
        self.friends(ada, hidden)
        self.says(ada, hidden, "how did you get here?")
        self.says(hidden, ada, "you called")

    def test_a_declared_address_is_used(self):
        ada = self.user("ada", self.meeting, "--advertise", "127.0.0.3", host="127.0.0.3")
        hidden = self.user("ben", self.meeting, host="127.0.0.2")
        self.friends(hidden, ada)
        self.says(ada, hidden, "dialled where I said")

    def test_two_that_cannot_be_dialled_are_told_which_port_to_open(self):
        ada = self.user("ada", self.meeting, host="127.0.0.3")
        self.user("ben", self.meeting, host="127.0.0.2")
        ada.ok("/chat ben")
        told = ada.expect(r"^! ben is online but not reachable: [^\n]*(?:\n[^!*][^\n]*)?", PATIENCE + 15).group()
        self.assertIn(str(ada.port), told)


class Files(Test):
    def test_what_a_peer_keeps_is_nobody_elses_to_read(self):
        ada = self.user("ada", self.registry())
        for folder, _, files in os.walk(ada.state):
            for path in (folder, *(os.path.join(folder, file) for file in files)):
                self.assertEqual(os.stat(path).st_mode & 0o077, 0, path)
        wait_until(lambda: os.path.exists(os.path.join(ada.state, "ada.key")), "the key")


if __name__ == "__main__":
    unittest.main()
