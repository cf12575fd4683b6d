"""Doing nothing costs nothing: what idle programs use of a core, each measured over the same seconds."""
import socket
import time
import unittest

from linnet import PASSWORD, Test, free_port
from program import PATIENCE, Program, wait_until
from relay import Relay

SECONDS = 6
LIMIT = 0.01  # of one core


class Idle(Test):
    """All states are set up side by side, then watched together: each test looks at one of them."""

    @classmethod
    def setUpClass(cls):
        maker = cls()
        cls.addClassCleanup(maker.doCleanups)
        states = {}
        maker.prepare(states)
        maker.settle(states.values())
        before = {name: (program.cpu_seconds(), program.wakeups()) for name, program in states.items()}
        time.sleep(SECONDS)
        cls.used = {name: ((program.cpu_seconds() - before[name][0]) / SECONDS, program.wakeups() - before[name][1])
                    for name, program in states.items() if program.is_running()}

    def settle(self, programs):
        """Waits until what was started has been finished."""
        def at_rest():
            before = sum(program.cpu_seconds() for program in programs)
            time.sleep(0.5)
            return sum(program.cpu_seconds() for program in programs) - before < 0.02
        wait_until(at_rest, "programs at rest", 3 * PATIENCE)

    def prepare(self, states):
        meeting = self.registry(name="the registry")
        states["registry"] = meeting
        states["prompt"] = self.user("idle", meeting)
        states["logged out"] = self.peer(registry=meeting, name="logged out")
        states["hosting"] = self.peer(hosts=free_port(), name="hosting")
        states["hosting"].register("hosting")
        states["closed"] = self.service("closed", meeting, "<&-")
        states["nothing"] = self.service("nothing", meeting, "</dev/null")
        states["pipe"] = self.finished_pipe(meeting)
        states["unreachable"] = self.unreachable()
        states["half closed"], states["half closed, other side"] = self.half_closed_link(meeting)
        states["half open"] = self.half_open(meeting)

    def service(self, name, meeting, redirection):
        """A board without a console, logged in."""
        before = self.user(name, meeting)
        before.terminate()
        service = self.open(Program("sh", "-c", f'exec "$@" {redirection}', "sh", *before.command(), tty=False,
                                    name=name))
        watcher = self.user("watcher-of-" + name, meeting)
        wait_until(lambda: f"{name}  online" in watcher.ok(f"/find {name}"), f"{name} to be online")
        watcher.terminate()
        return service

    def finished_pipe(self, meeting):
        pipe = self.peer("--stay", registry=meeting, tty=False, name="pipe")
        for line in ("/register pipe", PASSWORD, PASSWORD):
            pipe.send(line)
        pipe.online()
        pipe.close_input()
        return pipe

    def unreachable(self):
        meeting = self.registry()
        peer = self.user("lonely", meeting)
        peer.terminate()
        meeting.kill()
        peer.start()
        peer.expect("trying again by itself")
        return peer

    def half_closed_link(self, meeting):
        """Two that talk, and the wire between them comes to end in one direction only."""
        far = self.user("far", meeting, host="127.0.0.2")
        wire = Relay(("127.0.0.1", far.port), ("127.0.0.2", far.port))
        self.addCleanup(wire.close)
        near = self.user("near", meeting)
        self.friends(near, far)
        self.says(near, far, "over the wire")
        for peer in (near, far):
            peer.ok("/close")
        wire.half_close()
        return near, far

    def half_open(self, meeting):
        """A peer with strangers who greet and then close one half, or do nothing at all."""
        peer = self.user("visited", meeting)
        for how in (socket.SHUT_WR, socket.SHUT_RD, None):
            one = socket.create_connection(("127.0.0.1", peer.port), PATIENCE)
            self.addCleanup(one.close)
            one.sendall(b"LNET\x02\x01\x01")
            if how is not None:
                one.shutdown(how)
        return peer

    def check(self, state):
        share, wakeups = self.used[state]
        print(f"{state}: {100 * share:.2f} % of a core, {wakeups} wake-ups in {SECONDS} s", flush=True)
        self.assertLess(share, LIMIT)

    def test_at_a_prompt(self):
        self.check("prompt")

    def test_logged_out(self):
        self.check("logged out")

    def test_with_standard_input_closed(self):
        self.check("closed")

    def test_with_nothing_as_standard_input(self):
        self.check("nothing")

    def test_with_a_finished_pipe_as_standard_input(self):
        self.check("pipe")

    def test_with_the_registry_unreachable(self):
        self.check("unreachable")

    def test_with_a_link_that_is_half_closed(self):
        self.check("half closed")
        self.check("half closed, other side")

    def test_with_strangers_who_greet_and_fall_silent(self):
        self.check("half open")

    def test_hosting_a_registry(self):
        self.check("hosting")

    def test_a_registry(self):
        self.check("registry")


if __name__ == "__main__":
    unittest.main()
