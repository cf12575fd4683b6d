"""The programs of Linnet, for the whole-program tests: linnet and linnet-registry on free ports of loopback,
with state directories of their own.
"""
import os
import random
import socket
import unittest

from program import Failure, Program, wait_until

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

    def command(self):
        return [REGISTRY, "--state-dir", self.state_dir or os.path.join(self.home, "state"), "--listen", self.address,
                "--udp-port", str(self.port), *self._options]

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
    """A linnet on loopback. `registry`: a Registry, an address with or without fingerprint, or None."""

    def __init__(self, *options, registry=None, state_dir=None, port=None, **how):
        self.state_dir, self.port, self._options = state_dir, port or free_port(), options
        self._registry = getattr(registry, "address", registry)
        super().__init__(LINNET, **how)

    def command(self):
        return [LINNET, "--state-dir", self.state_dir or os.path.join(self.home, "state"),
                "--listen", f"127.0.0.1:{self.port}",
                *(["--registry", self._registry] if self._registry else ["--no-registry"]), *self._options]

    def register(self, name, password=PASSWORD):
        """Makes an account and logs in."""
        self._enter(f"/register {name}", password)

    def login(self, name, password=PASSWORD):
        """Logs in with the password, as on a new board."""
        self._enter(f"/login {name}", password)

    def _enter(self, command, password):
        self.send(command)
        self.expect(r"[Pp]assword[^\n]*: ?\Z")
        self.send(password)
        self.expect(r"[Ll]ogged in")


class Test(unittest.TestCase):
    """A test of whole programs: ends what it started."""

    def open(self, program):
        self.addCleanup(program.close)
        return program

    def registry(self, *options, **how):
        return self.open(Registry(*options, **how))

    def peer(self, *options, **how):
        return self.open(Peer(*options, **how))
