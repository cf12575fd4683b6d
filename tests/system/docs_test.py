"""The documents are true: the README's chat is typed and compared, CONSOLE.md and --help agree with the programs."""

import os
import re
import time
import unittest

from linnet import PASSWORD, Peer, Test
from program import run

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def transcript(name):
    return re.search(rf"```transcript {name}\n(.*?)```", read("README.md"), re.S).group(1).splitlines()


class Reader:
    """One person of the transcript: types its lines, and waits for the others."""

    def __init__(self, peer, lines):
        self.peer = peer
        self.lines = lines

    def blocked(self):
        """Goes on as far as it can; whether something is still to come."""
        while self.lines:
            line = self.lines[0]
            if line.startswith("> "):
                self.peer.send(line[2:])
            elif line in ("New password (at least 8 characters):", "Once more:"):
                self.peer.expect(re.escape(line), 10)
                self.peer.send(PASSWORD)
            else:
                wanted = re.escape(line).replace("PORT", r"\d+").replace("TIME", r"\d\d:\d\d")
                try:
                    self.peer.expect(wanted, 1)
                except AssertionError:
                    return True
            self.lines.pop(0)
        return False


class Documents(Test):
    def test_the_chat_of_the_readme_happens_as_it_says(self):
        registry = self.registry()
        readers = [Reader(self.peer(registry=registry), transcript(name)) for name in ("ada", "ben")]
        deadline = time.monotonic() + 60
        while any([reader.blocked() for reader in readers]):
            still = [reader.lines[0] for reader in readers if reader.lines]
            self.assertLess(time.monotonic(), deadline, f"still to come: {still}")

    def test_the_console_page_lists_every_command_as_help_does(self):
        peer = self.peer(registry="127.0.0.1:9")
        told = peer.ok("/help")
        in_help = set(re.findall(r"^  (/\w+)", told, re.M))
        in_page = set(re.findall(r"^\| `(/\w+)", read("firmware-app/CONSOLE.md"), re.M))
        self.assertGreater(len(in_help), 10)
        self.assertEqual(in_help, in_page)

    def test_the_readme_names_only_options_that_exist(self):
        options = set(re.findall(r"^  (--[\w-]+)", run(os.environ["LINNET"], "--help").stdout, re.M))
        options |= set(re.findall(r"^  (--[\w-]+)", run(os.environ["LINNET_REGISTRY"], "--help").stdout, re.M))
        named = set(re.findall(r"`linnet[^`]* (--[\w-]+)|`(--[\w-]+)", read("README.md")))
        self.assertLessEqual({first or second for first, second in named}, options)

    def test_the_documents_that_the_readme_points_to_are_there(self):
        for link in re.findall(r"\]\(([^)#]+)\)", read("README.md")):
            self.assertTrue(os.path.exists(os.path.join(ROOT, link)), link)


if __name__ == "__main__":
    unittest.main()
