"""The scripts do what they promise. Those that build work on a copy with a project of one shell script in it."""
import os
import shutil
import stat
import tempfile
import unittest

from program import run

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
SCRIPTS = os.path.join(ROOT, "scripts")


class ScriptTest(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="linnet-")
        self.addCleanup(shutil.rmtree, self.root)

    def write(self, path, text, executable=False):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        if executable:
            os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8") as file:
            return file.read()


class Setup(ScriptTest):
    """On a system made of fakes: a list of what dpkg has, and an apt-get that only notes how it was called."""

    def system(self, installed, user=0, tools=("sudo",), apt_fails=False):
        for name in ("sh", "env", "grep", "cat", "mktemp", "rm"):
            os.makedirs(os.path.join(self.root, "bin"), exist_ok=True)
            os.symlink(shutil.which(name), os.path.join(self.root, "bin", name))
        have = "".join(f"{name}:{architecture} installed\n" for name, architecture in installed)
        self.write("dpkg-list", have)
        self.fake("dpkg-query", f"cat {self.root}/dpkg-list; exit 1")  # as it does when a package is unknown
        self.fake("dpkg", "echo arm64")
        self.fake("id", f"echo {user}")
        self.fake("apt-get", f'echo apt-get "$@" >>{self.root}/calls; echo words of apt; exit {int(apt_fails)}')
        if "sudo" in tools:
            self.fake("sudo", f'echo sudo >>{self.root}/calls; exec "$@"')

    def fake(self, name, body):
        self.write(f"bin/{name}", f"#!/bin/sh\n{body}\n", executable=True)

    def setup(self, *parts):
        return run("env", f"PATH={self.root}/bin", os.path.join(SCRIPTS, "setup"), *parts)

    def calls(self):
        return self.read("calls").splitlines() if os.path.exists(os.path.join(self.root, "calls")) else []

    ALL = [(name, "arm64") for name in ("g++", "cmake", "ninja-build", "pkg-config", "libpoco-dev", "libssl-dev",
                                        "libsqlite3-dev", "libc-ares-dev")]

    def test_does_nothing_when_all_is_there(self):
        self.system(self.ALL)
        result = self.setup()
        self.assertEqual((result.returncode, result.stdout + result.stderr, self.calls()), (0, "", []))

    def test_installs_exactly_what_is_missing_without_sudo_for_root(self):
        self.system(self.ALL[1:] + [("python3", "arm64"), ("procps", "arm64"), ("tmux", "arm64")])
        result = self.setup("tests")
        self.assertEqual(result.returncode, 0, result.stderr)
        update, install = self.calls()
        self.assertTrue(update.endswith(" update"))
        self.assertTrue(install.endswith(" install -y --no-install-recommends g++ libcpputest-dev"), install)
        self.assertNotIn("words of apt", result.stdout + result.stderr)

    def test_takes_no_package_of_another_architecture_for_its_own(self):
        self.system(self.ALL[:-1] + [("libc-ares-dev", "armhf")])
        self.assertEqual(self.setup().returncode, 0)
        self.assertTrue(self.calls()[-1].endswith(" libc-ares-dev"))

    def test_uses_sudo_for_everyone_else(self):
        self.system(self.ALL, user=1000)
        self.assertEqual(self.setup("demo").returncode, 0)
        self.assertEqual([call.split()[0] for call in self.calls()], ["sudo", "apt-get"] * 2)
        self.assertTrue(self.calls()[-1].endswith(" tmux"))

    def test_names_the_packages_when_it_may_not_install(self):
        self.system(self.ALL[2:], user=1000, tools=())
        result = self.setup()
        self.assertEqual((result.returncode, self.calls()), (1, []))
        self.assertIn("apt-get install g++ cmake\n", result.stderr)

    def test_names_the_packages_when_there_is_no_apt(self):
        self.system(self.ALL)
        os.remove(os.path.join(self.root, "bin/apt-get"))
        result = self.setup()
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, r"^scripts/setup: this system has no apt-get: .*libpoco-dev.*\n\Z")

    def test_shows_the_words_of_apt_when_that_fails(self):
        self.system([], apt_fails=True)
        result = self.setup()
        self.assertEqual(result.returncode, 1)
        self.assertIn("words of apt\n", result.stderr)


class BuildingScripts(ScriptTest):
    """scripts/run and scripts/test, on a project whose linnet prints its arguments."""

    PROJECT = """
cmake_minimum_required(VERSION 3.21)
project(Small LANGUAGES NONE)
option(LINNET_BUILD_TESTS "" ON)
file(COPY linnet DESTINATION firmware-app)
add_custom_target(linnet)
if(LINNET_BUILD_TESTS)
  enable_testing()
  foreach(name one two three)
    add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -E echo "I am ${name}")
  endforeach()
  add_test(NAME bad COMMAND ${CMAKE_COMMAND} -E cat none)
  set_tests_properties(one PROPERTIES LABELS "unit;chat")
  set_tests_properties(two PROPERTIES LABELS "unit;rooms")
  set_tests_properties(three PROPERTIES LABELS "unitary;console")
  set_tests_properties(bad PROPERTIES LABELS "bad")
endif()
"""

    def setUp(self):
        super().setUp()
        shutil.copytree(SCRIPTS, os.path.join(self.root, "scripts"))
        shutil.copy(os.path.join(ROOT, "CMakePresets.json"), self.root)
        self.write("CMakeLists.txt", self.PROJECT)
        self.write("linnet", '#!/bin/sh\nfor word in "$@"; do echo "<$word>"; done\nexit 7\n', executable=True)

    def script(self, name, *arguments):
        # What is installed is not this test's matter.
        return run("env", "LINNET_SETUP=off", os.path.join(self.root, "scripts", name), *arguments, timeout=60)

    def test_run_opens_linnet_with_a_hosted_registry(self):
        result = self.script("run", "--state-dir", "/a b")
        self.assertEqual(result.stdout, "<--host-registry>\n<--state-dir>\n</a b>\n")
        self.assertEqual(result.returncode, 7)

    def test_run_hosts_no_registry_beside_one_that_is_named_or_unwanted(self):
        for options in (["--registry", "host"], ["--registry=host"], ["--no-registry"], ["--host-registry=:4000"]):
            self.assertEqual(self.script("run", *options).stdout, "".join(f"<{word}>\n" for word in options))

    def test_run_is_silent_the_second_time(self):
        self.script("run")
        self.assertEqual(self.script("run").stderr, "")

    def test_run_builds_no_tests_until_they_are_asked_for(self):
        self.script("run")
        self.assertIn("LINNET_BUILD_TESTS:BOOL=OFF", self.read("build/native/CMakeCache.txt"))
        self.assertEqual(self.script("test", "chat").returncode, 0)
        self.script("run")
        self.assertIn("LINNET_BUILD_TESTS:BOOL=ON", self.read("build/native/CMakeCache.txt"))

    def test_run_shows_why_a_build_failed(self):
        self.write("CMakeLists.txt", self.PROJECT + "message(FATAL_ERROR no_such_luck)\n")
        result = self.script("run")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("no_such_luck", result.stderr)
        self.assertNotIn("<", result.stdout)

    def test_test_runs_everything_and_shows_what_failed(self):
        result = self.script("test")
        self.assertIn("Test #3: three", result.stdout)
        self.assertRegex(result.stdout, r"75% tests passed, 1 tests failed out of 4")
        self.assertRegex(result.stdout, r"(?s)bad.*none")
        self.assertNotEqual(result.returncode, 0)

    def test_test_runs_what_has_any_of_the_labels(self):
        result = self.script("test", "unit", "console")
        self.assertIn("100% tests passed, 0 tests failed out of 3", result.stdout)
        self.assertEqual(result.returncode, 0)
        self.assertIn("tests failed out of 2", self.script("test", "unit").stdout)

    def test_test_refuses_a_label_that_no_test_has(self):
        for labels in (["nosuch"], ["unit", "nosuch"], ["nosu.*"], ["uni"]):
            result = self.script("test", *labels)
            self.assertEqual((result.returncode, result.stdout), (1, ""))
            self.assertIn(f"no test has the label '{labels[-1]}'", result.stderr)

    def test_test_refuses_an_option_it_does_not_know(self):
        self.assertEqual(self.script("test", "--sanitise").returncode, 2)

    def test_test_has_a_build_of_its_own_for_the_sanitizers(self):
        self.assertEqual(self.script("test", "--sanitize", "chat").returncode, 0)
        self.assertRegex(self.read("build/sanitize/CMakeCache.txt"), r"LINNET_SANITIZE:\w+=address")


class CheckLayering(ScriptTest):
    ALLOWED = {
        "protocol/wire/A.h": "#include <vector>\n",
        "protocol/secure/B.h": '#include "wire/A.h"\n',
        "protocol/secure/OpenSsl.h": "#include <openssl/evp.h>\n",
        "protocol/secure/Primitives.cpp": '#include "secure/OpenSsl.h"\n#include <openssl/rand.h>\n',
        "protocol/link/EventLoop.cpp": '#include "secure/B.h"\n#include <Poco/Net/SocketReactor.h>\n',
        "registry/core/C.h": '#include "core/C.h"\n#include "secure/B.h"\n',
        "registry/store/D.h": '#include "core/C.h"\n#include <Poco/Data/Session.h>\n',
        "registry/app/RegistryServer.h": '#include "store/D.h"\n#include "link/L.h"\n',
        "protocol/link/L.h": "#include <sys/socket.h>\n#include <ares.h>\n",
        "firmware-app/core/C.h": '#include "wire/A.h"\n',
        "firmware-app/adapters/E.h": '#include "core/C.h"\n#include <sqlite3.h>\n',
        "firmware-app/app/main.cpp": '#include "adapters/E.h"\n#include "registry/app/RegistryServer.h"\n',
        "tests/support/T.h": "",
    }
    PLANTED = [
        ("protocol/wire/A.cpp", '#include "secure/B.h"'),
        ("protocol/wire/A.cpp", "#include <Poco/Types.h>"),
        ("protocol/wire/A.cpp", "#include <unistd.h>"),
        ("protocol/wire/A.cpp", "#include <fstream>"),
        ("protocol/secure/B.cpp", "#include <openssl/evp.h>"),
        ("protocol/secure/B.cpp", '#include "secure/OpenSsl.h"'),
        ("protocol/secure/B.cpp", '#include "link/L.h"'),
        ("protocol/link/L.cpp", "Poco::Net::SocketReactor reactor;"),
        ("protocol/link/L.cpp", "#include <Poco/Data/Session.h>"),
        ("protocol/link/L.cpp", '#include "../../registry/core/C.h"'),
        ("registry/core/C.cpp", '#include "store/D.h"'),
        ("registry/core/C.cpp", "  #  include <Poco/Timestamp.h>"),
        ("registry/core/C.cpp", "auto now = std::chrono::steady_clock::now();"),
        ("registry/store/D.cpp", '#include "link/L.h"'),
        ("registry/app/main.cpp", '#include "firmware-app/core/C.h"'),
        ("firmware-app/core/C.cpp", '#include "adapters/E.h"'),
        ("firmware-app/core/C.cpp", '#include "link/L.h"'),
        ("firmware-app/core/C.cpp", '#include "registry/core/C.h"'),
        ("firmware-app/adapters/E.cpp", '#include "registry/app/RegistryServer.h"'),
        ("firmware-app/app/main.cpp", '#include "registry/store/D.h"'),
        ("firmware-app/app/main.cpp", '#include "tests/support/T.h"'),
        ("firmware-app/app/main.cpp", '#include "support/T.h"'),
        ("firmware-app/app/main.cpp", '#include "Missing.h"'),
        ("firmware-app/other/F.h", "#include <vector>"),
    ]

    def setUp(self):
        super().setUp()
        for path, text in self.ALLOWED.items():
            self.write(path, text)

    def check(self):
        return run(os.path.join(SCRIPTS, "check-layering"), self.root)

    def test_accepts_every_arrow_of_the_design(self):
        result = self.check()
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_finds_every_planted_violation(self):
        for path, line in self.PLANTED:
            with self.subTest(path=path, line=line):
                self.write(path, f"// a comment about SocketReactor harms nobody\n{line}\n")
                result = self.check()
                self.assertEqual(result.returncode, 1, line)
                self.assertRegex(result.stdout, rf"\A{path}:2: [^\n]+\n\Z")
                self.write(path, self.ALLOWED.get(path, ""))
                if path.startswith("firmware-app/other"):
                    os.remove(os.path.join(self.root, path))

    def test_does_not_pass_where_there_is_nothing_to_check(self):
        self.assertEqual(run(os.path.join(SCRIPTS, "check-layering"), "/proc/self").returncode, 1)


class CheckStyle(ScriptTest):
    def check(self, path, text):
        self.write(path, text)
        return run(os.path.join(SCRIPTS, "check-style"), self.root)

    def test_accepts_a_tidy_file(self):
        result = self.check("protocol/wire/A.h", "#pragma once\n")
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_finds_what_is_not_tidy(self):
        for text, word in (("int a; \n", "A.h:1: trailing blanks"), ("// TO" "DO: later\n", "unfinished"),
                           ("int a;", "no end"), ("\n" * 401, "401 lines")):
            result = self.check("protocol/wire/A.h", text)
            self.assertEqual(result.returncode, 1, text)
            self.assertIn(word, result.stdout)

    @unittest.skipUnless(shutil.which("clang-format-14"), "no clang-format 14 here")
    def test_finds_what_is_not_formatted(self):
        shutil.copy(os.path.join(ROOT, ".clang-format"), self.root)
        self.assertEqual(self.check("protocol/wire/A.h", "int   a;\n").returncode, 1)


if __name__ == "__main__":
    unittest.main()
