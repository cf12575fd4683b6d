"""Drives one program, as a person or a script would: starts it on a terminal or on pipes, types, waits, measures.

Every wait has a limit, and one that is not met shows the whole conversation. Nothing outlives the test.
"""
import codecs
import contextlib
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import threading
import time

SANITIZED = bool(os.environ.get("LINNET_SANITIZE"))
# How long anything may take: generous, for a busy machine. Sanitizers make a program several times slower.
PATIENCE = 30 if SANITIZED else 10


class Failure(AssertionError):
    """A program did not do what the test waited for."""


def clean_environment(home):
    """What the programs see: nothing of the environment of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
    return {"PATH": os.environ["PATH"], "HOME": home, "LANG": "C.UTF-8", "TERM": "xterm", "TZ": "UTC", **kept}


def run(*command, stdin="", timeout=PATIENCE):
    """Runs a program to its end, with `stdin` as a finished pipe: what it said and how it ended."""
    with tempfile.TemporaryDirectory(prefix="linnet-") as home:
        return subprocess.run(["setpriv", "--pdeathsig", "KILL", *command], input=stdin, capture_output=True,
                              encoding="utf-8", timeout=timeout, cwd=home, env=clean_environment(home))


def wait_until(condition, what, timeout=PATIENCE):
    """Waits for something that can only be looked at; its value once it is true."""
    end = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > end:
            raise Failure(f"not within {timeout} s: {what}")
        time.sleep(0.02)
    return value


class Screen:
    """Output as text: without colours and cursor movements, each redrawing of the line a line of its own."""

    _ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[()][A-Z0-9]|[=>78])")
    _UNFINISHED = re.compile(r"(?:\x1b(?:\[[0-?]*[ -/]*|\][^\x07]*|[()])?|\r+)\Z")

    def __init__(self):
        self.text = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""  # the beginning of what can't be told yet

    def feed(self, raw):
        new = self._held + self._decoder.decode(raw)
        unfinished = self._UNFINISHED.search(new)
        self._held = unfinished.group() if unfinished else ""
        new = self._ESCAPE.sub("", new[:len(new) - len(self._held)])
        new = re.sub(r"\r*\n|\r+", "\n", new).replace("\a", "")
        self.text += new
        return new


class Program:
    """One running program: on a terminal of 80 by 24 (`tty`), or on pipes. Output and errors come together.

    expect() goes forward: it looks only at what came after the last thing that was expected.
    """

    def __init__(self, *command, tty=True, environment=None, name=None):
        self.name = name or os.path.basename(command[0])
        self.home = tempfile.mkdtemp(prefix="linnet-")
        self.raw = b""
        self._command, self._tty, self._environment = command, tty, environment or {}
        self._screen = Screen()
        self._looked_at = 0
        self._log = []  # the conversation: what was typed between what was printed
        self._news = threading.Condition()
        self._process = None
        self.start()

    def command(self):
        return self._command

    def start(self):
        """Starts it: done at first, and to be called again for a new process after the last one ended."""
        self._close_descriptors()
        self.forget()
        if self._tty:
            self._in, inside = pty.openpty()
            self._out = self._in
            fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
            theirs = (inside, inside)
        else:
            their_in, self._in = os.pipe()
            self._out, their_out = os.pipe()
            theirs = (their_in, their_out)
        os.set_blocking(self._in, False)
        # setpriv: it dies with the test, however that ends. setsid: the terminal is its own, as after a log-in.
        wrapped = ["setpriv", "--pdeathsig", "KILL", *(["setsid", "--ctty"] if self._tty else []), *self.command()]
        self._process = subprocess.Popen(wrapped, stdin=theirs[0], stdout=theirs[1], stderr=theirs[1], cwd=self.home,
                                         env={**clean_environment(self.home), **self._environment})
        for descriptor in set(theirs):
            os.close(descriptor)
        self.pid = self._process.pid
        self._ended = False  # its output has
        self._stop_reading = os.eventfd(0)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        data = b"first"
        while data:
            try:
                ready, _, _ = select.select([self._out, self._stop_reading], [], [])
                data = os.read(self._out, 65536) if self._stop_reading not in ready else b""
            except OSError:  # a terminal's way to say that the last program on it has gone
                data = b""
            with self._news:
                self.raw += data
                self._log.append(self._screen.feed(data))
                self._ended = not data
                self._news.notify_all()

    def _close_descriptors(self):
        if self._process is None:
            return
        if self._out is not None:
            os.eventfd_write(self._stop_reading, 1)  # a terminal that is being read would not hang up
            self._reader.join()
            os.close(self._stop_reading)
        for descriptor in {self._in, self._out} - {None}:
            os.close(descriptor)
        self._in = self._out = None

    # --- talking

    def send(self, line):
        """Types a line and Enter."""
        self.type(line + ("\r" if self._tty else "\n"))

    def type(self, text):
        """Types just this: "\\x04" is ^D, "\\x1b[A" the up arrow; bytes go as they are."""
        with self._news:
            self._log.append(f"⟦{text!r}⟧")
        left = text.encode() if isinstance(text, str) else text
        end = time.monotonic() + PATIENCE
        while left:
            if not select.select([], [self._in], [], max(0, end - time.monotonic()))[1]:
                raise self.failure("does not read what is typed")
            left = left[os.write(self._in, left):]

    def close_input(self):
        """The end of its input, where that is a pipe. (On a terminal, type ^D.)"""
        assert not self._tty
        os.close(self._in)
        self._in = None

    def hang_up(self):
        """The terminal, or both pipes, go away."""
        self._close_descriptors()

    # --- listening

    @property
    def text(self):
        """All it printed so far, as Screen makes it."""
        with self._news:
            return self._screen.text

    def expect(self, pattern, timeout=PATIENCE):
        """Waits for a regular expression (^ and $ match at lines) in what is new; the match."""
        wanted = re.compile(pattern, re.MULTILINE)
        with self._news:
            self._news.wait_for(lambda: self._ended or wanted.search(self._screen.text, self._looked_at), timeout)
            match = wanted.search(self._screen.text, self._looked_at)
            if match:
                self._looked_at = match.end()
                return match
        raise self.failure(f"expected {pattern!r} " + ("but it ended" if self._ended else f"within {timeout} s"))

    def expect_none(self, pattern, seconds):
        """Watches for this long that something does not come."""
        try:
            match = self.expect(pattern, seconds)
        except Failure:
            return
        raise self.failure(f"expected no {pattern!r}, but there was {match.group()!r}")

    def forget(self):
        """expect() looks no more at what has come so far."""
        with self._news:
            self._looked_at = len(self._screen.text)

    def failure(self, what):
        code = self._process.poll()
        state = "running" if code is None else f"ended with {code}"
        with self._news:
            conversation = "".join(self._log)
        return Failure(f"{self.name} ({state}): {what}\n--- all of {self.name}, ⟦typed⟧:\n{conversation}\n---")

    # --- ending

    def wait(self, timeout=PATIENCE):
        """Waits for it to end; its exit code, or minus the signal."""
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise self.failure(f"did not end within {timeout} s") from None
        self._reader.join(timeout)
        return code

    def is_running(self):
        return self._process.poll() is None

    def signal(self, number):
        self._process.send_signal(number)

    def terminate(self, timeout=PATIENCE):
        """Asks it to end; its exit code."""
        self.signal(signal.SIGTERM)
        return self.wait(timeout)

    def kill(self):
        """As a power cut would."""
        self._process.kill()
        self.wait()

    def restart(self):
        """A new process with the same files, port and options; what still runs is killed."""
        if self.is_running():
            self.kill()
        self.start()

    def close(self):
        """Ends it, whatever it is doing, and forgets its files."""
        if self.is_running():
            self.kill()
        self._close_descriptors()
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # --- measuring

    def _proc(self, name):
        with open(f"/proc/{self.pid}/{name}", encoding="ascii", errors="replace") as file:
            return file.read()

    def cpu_seconds(self):
        """CPU time used so far, in the kernel's ticks of mostly 10 ms."""
        fields = self._proc("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def cpu_share(self, seconds):
        """The share of one core that it uses while this long is waited."""
        began, used = time.monotonic(), self.cpu_seconds()
        time.sleep(seconds)
        return (self.cpu_seconds() - used) / (time.monotonic() - began)

    def is_listening_on(self, port):
        """Whether it accepts TCP here; asked of the kernel, so that the program notices nothing."""
        sockets = set()
        for table in ("net/tcp", "net/tcp6"):
            with contextlib.suppress(FileNotFoundError):
                for fields in map(str.split, self._proc(table).splitlines()[1:]):
                    if fields[1].endswith(f":{port:04X}") and fields[3] == "0A":
                        sockets.add(f"socket:[{fields[9]}]")
        folder = f"/proc/{self.pid}/fd"
        with contextlib.suppress(OSError):  # it may be ending, and its descriptors come and go
            return any(os.readlink(os.path.join(folder, number)) in sockets for number in os.listdir(folder))
        return False

    def wakeups(self):
        """How often it has slept and been woken so far."""
        return int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", self._proc("status"), re.MULTILINE)[1])

    def memory(self):
        """(resident, anonymous) in kB: anonymous is what it alone costs, without its code."""
        rollup = self._proc("smaps_rollup")
        return tuple(int(re.search(rf"^{field}:\s*(\d+) kB", rollup, re.MULTILINE)[1])
                     for field in ("Rss", "Anonymous"))
