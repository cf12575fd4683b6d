"""The programs of Linnet, for the whole-program tests: linnet and linnet-registry on free ports of loopback,
with state directories of their own.
"""
import os
import random
import re
import socket
import unittest

from program import PATIENCE, Failure, Program, run, wait_until

BUILD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../build/native")
LINNET = os.environ.get("LINNET", os.path.join(BUILD, "firmware-app/linnet"))
REGISTRY = os.environ.get("LINNET_REGISTRY", os.path.join(BUILD, "registry/linnet-registry"))
PASSWORD = "correct horse"  # of every account in the tests


def free_port():
    """A port that is free now for TCP and UDP on loopback, and likely to stay so: below those that the kernel
    gives to outgoing connections, one of which could else take it, or even connect to itself, while a test has
    its registry down."""
    for _ in range(200):
        port = random.randrange(10000, 32000)
        with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagram:
            try:
                stream.bind(("127.0.0.1", port))
                datagram.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass
    raise Failure("no free port found")


class Registry(Program):
    """A linnet-registry on loopback, on one port for TCP and UDP; it listens once this is made."""

    def __init__(self, *options, state_dir=None, port=None, **how):
        self.state_dir, self.port, self._options = state_dir, port or free_port(), options
        self._may_move = port is None
        super().__init__(REGISTRY, tty=False, **how)

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def state(self):
        return self.state_dir or os.path.join(self.home, "state")

    def command(self):
        return [REGISTRY, "--state-dir", self.state, "--listen", self.address, "--udp-port", str(self.port),
                *self._options]

    def admin(self, *words, stdin=""):
        """An operator's command; what it printed."""
        result = run(REGISTRY, "--state-dir", self.state, "admin", *words, stdin=stdin)
        if result.returncode != 0:
            raise Failure(f"admin {' '.join(words)} ended with {result.returncode}: {result.stderr}")
        return result.stdout

    def start(self):
        for _ in range(5):
            super().start()
            wait_until(lambda: self.is_listening_on(self.port) or not self.is_running(), "a registry that listens")
            if self.is_running():
                self._may_move = False  # from now on others know the port
                return
            self.wait()
            if not self._may_move or "in use" not in self.text:
                break
            self.port = free_port()
        failure = self.failure("did not start")
        self.close()
        raise failure


class Peer(Program):
    """A linnet. `registry`: a Registry, an address with or without fingerprint, or None; `hosts`: the port of one
    that it hosts itself. On a terminal it is ready for a line once this is made."""

    def __init__(self, *options, registry=None, hosts=None, state_dir=None, host="127.0.0.1", port=None, **how):
        self.state_dir, self.host, self.port, self._options = state_dir, host, port or free_port(), options
        self._registry, self._hosts = getattr(registry, "address", registry), hosts
        super().__init__(LINNET, **how)

    @property
    def state(self):
        return self.state_dir or os.path.join(self.home, "state")

    _PROMPT = re.compile(r"^(?:linnet|[\w.-]+(?: to [\w.-]+)?)> .*\n", re.MULTILINE)

    def command(self):
        registry = (f"--host-registry=127.0.0.1:{self._hosts}" if self._hosts
                    else f"--registry={self._registry}" if self._registry else "--no-registry")
        return [LINNET, "--state-dir", self.state, "--listen", f"{self.host}:{self.port}", registry, *self._options]

    def start(self):
        super().start()
        if self._tty:
            self.ready()

    def ready(self):
        """Waits for its prompt, without going forward."""
        begin = self._looked_at
        wait_until(lambda: self.text[begin:].endswith("> ") or not self.is_running(), f"a prompt of {self.name}")

    # --- commands

    def ok(self, line):
        """Types a command, or something to say, and waits until it is done; all that came with the answer."""
        self.send(line)
        return self.done()

    def no(self, line):
        """Types a command and waits until it is refused; the reason."""
        self.send(line)
        return self.refused()

    def done(self):
        return self._PROMPT.sub("", self._answer("ok").group())

    def refused(self):
        return self._answer("no")[2]

    def _answer(self, wanted):
        answer = self.expect(r"(?s:.*?)^(ok|no)(?:: ([^\n]*))?\n")
        if answer[1] != wanted:
            raise self.failure(f"answered {answer[1]!r} where {wanted!r} was expected")
        return answer

    # --- the account

    def register(self, name, password=PASSWORD, invitation=""):
        """Makes an account and logs in."""
        self.begin_to_register(name, password, invitation)
        self.expect(rf"^ok: logged in as {name}\n")

    def begin_to_register(self, name, password=PASSWORD, invitation=""):
        self.send(f"/register {name} {invitation}".rstrip())
        self.new_password(password)

    def new_password(self, password):
        self.expect(r"^New password[^\n]*: \Z")
        self.send(password)
        self.expect(r"^Once more: \Z")
        self.send(password)

    def login(self, name, password=PASSWORD):
        """Logs in with the password, as on a new board."""
        self.begin_to_login(name, password)
        self.expect(rf"^ok: logged in as {name}\n")

    def begin_to_login(self, name, password=PASSWORD):
        self.send(f"/login {name}")
        self.expect(r"^Password: \Z")
        self.send(password)

    def online(self, timeout=PATIENCE):
        """Waits until it is online at the registry, by itself."""
        self.expect(r"is online at the registry", timeout)


class Test(unittest.TestCase):
    """A test of whole programs: ends what it started."""

    def open(self, program):
        self.addCleanup(program.close)
        return program

    def registry(self, *options, **how):
        return self.open(Registry(*options, **how))

    def peer(self, *options, **how):
        return self.open(Peer(*options, **how))

    def user(self, name, registry, *options, **how):
        """A peer with a new account of this name."""
        peer = self.peer(*options, registry=registry, name=name, **how)
        peer.register(name)
        peer.online()
        return peer

    def friends(self, asker, other):
        """Opens a chat between the two."""
        asker.ok(f"/chat {other.name}")
        other.expect(rf"^! {asker.name} asks to chat")
        other.ok(f"/accept {asker.name}")
        asker.expect(rf"^\* {other.name} accepted the chat\n")

    def says(self, speaker, listener, text):
        """`speaker` says it in the current chat and `listener` sees it."""
        speaker.ok(text)
        listener.expect(rf"^\[[^\n]*\] {speaker.name}: {re.escape(text)}\n")
