"""What a person sees: a terminal of 80 columns, as far as a line editor needs one."""
import re


class Terminal:
    """Rows of characters and a cursor. Knows CR, LF, BS, wrapping at the margin, and the movements and erasures of
    a VT100; anything else would be shown as it came, so that a test sees it."""

    _TOKEN = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])|(.)", re.DOTALL)

    def __init__(self, columns=80):
        self._columns, self._rows, self._row, self._column = columns, [[]], 0, 0

    def feed(self, text):
        for token in self._TOKEN.finditer(text):
            if token[3]:
                self._character(token[3])
            else:
                self._movement(token[2], int(token[1].split(";")[0] or 0))
        return self

    @property
    def lines(self):
        return ["".join(row).rstrip() for row in self._rows]

    def _character(self, character):
        if character == "\r":
            self._column = 0
        elif character == "\n":
            self._row += 1
        elif character == "\b":
            self._column = max(0, self._column - 1)
        elif character != "\a":
            if self._column == self._columns:
                self._row, self._column = self._row + 1, 0
            self._put(character)
        while len(self._rows) <= self._row:
            self._rows.append([])

    def _put(self, character):
        while len(self._rows) <= self._row:
            self._rows.append([])
        row = self._rows[self._row]
        row += " " * (self._column + 1 - len(row))
        row[self._column] = character
        self._column += 1

    def _movement(self, kind, count):
        if kind == "C":
            self._column = min(self._columns - 1, self._column + max(1, count))
        elif kind == "D":
            self._column = max(0, self._column - max(1, count))
        elif kind == "K" and count == 0:
            del self._rows[self._row][self._column:]
        elif kind != "m":
            self._put(f"<ESC [ {count} {kind}>")
