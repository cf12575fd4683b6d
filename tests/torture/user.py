"""A user with a board for the kill loop: writes numbered lines, remembers what the console promised, and compares
that with what the board's database holds. A "card" is the state directory, of which copies can be put back.
"""
import collections
import contextlib
import os
import re
import shutil
import signal
import sqlite3
import tempfile

from linnet import Peer
from program import Failure

ANSWER = re.compile(r"^(ok|no)(?:: (.*))?$")
DELIVERED = re.compile(r"^\* delivered to \w+: #(\d+)(?: to #(\d+))?$")
# What must never be said here.
ALARM = re.compile(r"^! .*(damaged|gave up on|expired|KEY CHANGED|not sent|can't be stored|asks to chat)")


class BrokenInvariant(Exception):
    pass


class Card:
    """A copy of a state directory, and what was true when it was taken."""

    def __init__(self, path, user):
        self.path = path
        self.promises = len(user.promises)
        self.numbers = dict(user.numbers)
        self.deliveries = len(user.other.deliveries)


class User:
    def __init__(self, name, registry, folder, **how):
        self.name, self.folder = name, folder
        self.board = Peer("--stay", registry=registry, name=name, **how)
        self.other = None
        self.cards = []
        self.last_line = 0
        self.most_waiting = 15  # commands: they fit into a pipe
        self.waiting = collections.deque()  # commands without an answer yet: a line's number, or None
        self.promises = []    # lines that were answered with `ok: #N`, in order
        self.numbers = {}     # #N to line, as its database should have it
        self.deliveries = []  # lines that were reported delivered, in order
        self.held = set()     # lines that its own database must hold as written
        self.arrived = set()  # lines that the other's database must hold
        self.refused = collections.Counter()  # answers of `no`
        self.backlog = None   # lines that wait for the other board, as /contacts last said
        self._read = 0

    # --- talking to the console

    def begin(self, other):
        """Goes on without a terminal, so that lines and answers come in order."""
        self.other = other
        self.board.terminate()
        self._raise_bounds()
        self.board._tty = False
        self.start()

    def _raise_bounds(self):
        """A history that ends would hide lines that are there twice."""
        with sqlite3.connect(self.database(self.board.state)) as database:
            database.execute("INSERT OR REPLACE INTO settings VALUES('history.messages', '100000000')")
        database.close()

    def start(self):
        self.waiting.clear()
        self.board.start()
        self.forget()

    def forget(self):
        """What has been said so far isn't listened to."""
        self._read = len(self.board.text)

    def write(self, size=None):
        """Writes the next line, of this size or of any; not when too many wait for their answers."""
        if len(self.waiting) >= self.most_waiting:
            return False
        self.last_line += 1
        size = size or self.last_line * 37 % 200
        self._send(f"/msg {self.other.name} {f'{self.last_line} '.ljust(size, '.')}", self.last_line)
        return True

    def ask_backlog(self):
        if len(self.waiting) < self.most_waiting:
            self.backlog = None
            self._send("/contacts", None)

    def _send(self, command, line):
        self.waiting.append(line)
        with contextlib.suppress(BrokenPipeError):  # it has ended: who listens next will see
            self.board.send(command)

    def listen(self):
        """Takes note of all that the console has said meanwhile."""
        new = self.board.text[self._read:]
        end = new.rfind("\n") + 1
        self._read += end
        for said in new[:end].splitlines():
            if ALARM.match(said):
                raise BrokenInvariant(f"{self.name}'s console says: {said}")
            if delivered := DELIVERED.match(said):
                self._note_delivered(int(delivered[1]), int(delivered[2] or delivered[1]))
            elif backlog := re.match(rf"^  {self.other.name}  .*?(?:(\d+) to be delivered.*)?$", said):
                self.backlog = int(backlog[1] or 0)
            elif answer := ANSWER.match(said):
                self._note_answer(answer)

    def _note_answer(self, answer):
        if not self.waiting:
            raise BrokenInvariant(f"{self.name}'s console answers what was not asked: {answer.group()}")
        line = self.waiting.popleft()
        if answer[1] == "no":
            self.refused[answer[2]] += 1
        elif line is not None:
            number = int(re.match(r"#(\d+)", answer[2])[1])
            self.promises.append(line)
            self.numbers[number] = line
            self.held.add(line)

    def _note_delivered(self, first, last):
        for number in range(first, last + 1):
            # A line that was stored, but whose answer was lost with the process, has a number nobody knows.
            if line := self.numbers.get(number):
                self.deliveries.append(line)
                self.arrived.add(line)

    # --- accidents

    def is_up(self):
        return self.board.is_running()

    def kill(self):
        if not self.is_up():
            raise BrokenInvariant(f"{self.name} ended by itself:\n{self.board.text[-2000:]}")
        self.board.kill()
        self._hear_the_last()

    def leave(self):
        """Ends the program in order."""
        code = self.board.terminate()
        self._hear_the_last()
        if code not in (0, -signal.SIGTERM):  # the second: asked before it listened to signals
            raise BrokenInvariant(f"{self.name} ended with {code} when it was asked to end")

    def _hear_the_last(self):
        self.listen()
        self.waiting.clear()

    def copy_card(self):
        path = tempfile.mkdtemp(dir=self.folder, prefix=f"{self.name}-")
        shutil.copytree(self.board.state, path, dirs_exist_ok=True)
        self.cards.append(Card(path, self))
        if len(self.cards) > 4:
            shutil.rmtree(self.cards.pop(0).path)

    def put_back(self, index):
        """Puts an older copy of the card in. Copies that are newer than it are forgotten: they tell of a future
        that now never was."""
        card = self.cards[index]
        for newer in self.cards[index + 1:]:
            shutil.rmtree(newer.path)
        del self.cards[index + 1:]
        shutil.rmtree(self.board.state)
        shutil.copytree(card.path, self.board.state)
        self.numbers = dict(card.numbers)
        self.held -= set(self.promises[card.promises:])
        self.other.arrived -= set(self.other.deliveries[card.deliveries:])

    # --- what its database holds

    def database(self, state):
        return os.path.join(state, f"{self.name}.db")

    def lines(self):
        """(written, received) in the order of the history. Of a copy: looking must change nothing."""
        with tempfile.TemporaryDirectory(dir=self.folder) as copy:
            shutil.copytree(self.board.state, copy, dirs_exist_ok=True)
            database = sqlite3.connect(self.database(copy))
            try:
                state, = database.execute("PRAGMA quick_check(1)").fetchone()
                rows = database.execute("SELECT outgoing, body FROM messages ORDER BY id").fetchall()
            except sqlite3.DatabaseError as error:
                state, rows = str(error), []
            finally:
                database.close()
        if state != "ok":
            raise BrokenInvariant(f"the database of {self.name} is damaged: {state}")
        texts = [[int(body.split()[0]) for outgoing, body in rows if outgoing == way] for way in (1, 0)]
        return texts[0], texts[1]

    def check(self):
        """While it is not running: what must be true at any time."""
        written, received = self.lines()
        for what, lines in (("wrote", written), ("received", received)):
            for before, after in zip(lines, lines[1:]):
                if before >= after:
                    raise BrokenInvariant(f"of what {self.name} {what}, line {after} comes after line {before}")
        self._require(self.held, written, "was queued by", "its")
        self._require(self.other.arrived, received, "was delivered to", "its")
        return written, received

    def _require(self, wanted, there, what, whose):
        if missing := wanted.difference(there):
            raise BrokenInvariant(f"line {min(missing)} {what} {self.name} and is not in {whose} database "
                                  f"({len(missing)} such lines)")

    def check_end(self):
        """When all has been delivered: exactly what the database of the writer holds has arrived."""
        _, received = self.check()
        written, _ = self.other.check()
        self._require(set(written), received, "was written to", "its")


def introduce(asker, other):
    """Accounts, and a chat between the two."""
    for user in (asker, other):
        user.board.register(user.name)
        user.board.online()
    asker.board.ok(f"/chat {other.name}")
    other.board.expect(rf"^! {asker.name} asks to chat")
    other.board.ok(f"/accept {asker.name}")
    asker.board.expect(rf"^\* {other.name} accepted the chat\n")
    for user, friend in ((asker, other), (other, asker)):
        user.other = friend
        user.forget()


__all__ = ["BrokenInvariant", "Failure", "User", "introduce"]
