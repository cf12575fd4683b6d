"""A wire between a program and another that a test can cut, or pull out at one end."""
import contextlib
import select
import socket
import threading


class Relay:
    """Carries what comes to `at` on to `to`, both (host, port), until it is told otherwise. One thread."""

    def __init__(self, at, to):
        self._to = to
        self._listener = socket.create_server(at)
        self._pairs = []  # (from, to): each connection is two of them
        self._sockets = []
        self._mute = set()  # sockets whose bytes are swallowed
        self._wake, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._ended = False
        self._thread.start()

    def _carry(self):
        while not self._ended:
            sources = [source for source, _ in self._pairs]
            ready, _, _ = select.select([self._listener, self._woken, *sources], [], [])
            for one in ready:
                if one is self._listener:
                    self._take(one.accept()[0])
                elif one is not self._woken:
                    self._pass_on(one)

    def _take(self, near):
        try:
            far = socket.create_connection(self._to)
        except OSError:
            near.close()
            return
        self._sockets += [near, far]
        self._pairs += [(near, far), (far, near)]

    def _pass_on(self, source):
        target = dict(self._pairs)[source]
        try:
            data = source.recv(65536)
            if data and source not in self._mute:
                target.sendall(data)
        except OSError:
            data = b""
        if not data:
            self._pairs = [pair for pair in self._pairs if pair[0] is not source]
            with contextlib.suppress(OSError):
                target.shutdown(socket.SHUT_WR)

    def half_close(self):
        """Those who dialled see the end of what comes; what they send goes on to be taken, and swallowed."""
        for near, far in self._pairs[::2]:
            self._mute |= {near, far}
            near.shutdown(socket.SHUT_WR)

    def hang_up(self):
        """Every connection ends, for both."""
        for source, _ in self._pairs:
            with contextlib.suppress(OSError):
                source.shutdown(socket.SHUT_RDWR)

    def close(self):
        self._ended = True
        self._wake.send(b".")
        self._thread.join()
        for one in (*self._sockets, self._listener, self._wake, self._woken):
            one.close()
