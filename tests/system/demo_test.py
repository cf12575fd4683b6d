"""scripts/demo shows two boards chatting, and leaves nothing behind."""
import os
import shutil
import tempfile
import unittest

from linnet import LINNET
from program import PATIENCE, run

DEMO = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts/demo"))


class Demo(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="linnet-")
        self.addCleanup(shutil.rmtree, self.folder)

    def demo(self, *options):
        return run("env", f"LINNET={os.path.abspath(LINNET)}", "LINNET_SETUP=off", f"TMPDIR={self.folder}", DEMO,
                   *options, timeout=6 * PATIENCE)

    @unittest.skipUnless(shutil.which("tmux"), "no tmux here")
    def test_prints_what_both_boards_showed(self):
        result = self.demo("--transcript")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertRegex(result.stdout, r"(?s)\A----- ada's board\n.*ben accepted the chat\n.*\] ben: Loud and clear"
                                        r".*----- ben's board\n.*\] ada: Hello ben! Can you read me\?\n"
                                        r".*delivered to ada: #1\n")
        self.assertNotIn("a password for the demo", result.stdout)
        self.assertEqual(os.listdir(self.folder), [])

    def test_refuses_an_option_it_does_not_know(self):
        self.assertEqual(self.demo("--transcripts").returncode, 2)


if __name__ == "__main__":
    unittest.main()
