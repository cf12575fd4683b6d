#!/usr/bin/env python3
"""Damaged state directories: of real ones, made by chatting, one file is cut short or has bytes changed; the peer
must start all the same, or move the file aside, say so, and start. Most rounds start the store and the core in
one program; every 25th starts the whole program.

usage: scripts/torture damage [N] [--seed S]     N rounds (1000)
"""
import argparse
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "system"))
# pylint: disable=wrong-import-position
from linnet import Peer, Registry, free_port
from program import PATIENCE, Failure, Program
from user import BrokenInvariant, introduce, User

BUILD = os.path.join(HERE, "../../build/native")
STORE_ROUNDS = os.environ.get("LINNET_TORTURE_DAMAGE", os.path.join(BUILD, "tests/torture/torture_damage"))
WHOLE = 25          # one of so many rounds starts the whole program
CHAT = 60           # lines each way
LONG_HISTORY = 6000  # lines of a database that is too large to be checked at each start


def make_directories(folder):
    """Three state directories of ada: stopped in order, killed, and killed with a long history."""
    registry = Registry()
    users = [User(name, registry, folder) for name in ("ada", "ben")]
    ada, ben = users
    try:
        introduce(ada, ben)
        for line in range(CHAT):
            for user, other in ((ada, ben), (ben, ada)):
                user.board.send(f"/msg {other.name} {line} {'many words ' * (line % 30)}")
        for user, other in ((ada, ben), (ben, ada)):
            user.board.expect(rf"delivered to {other.name}: .*#{CHAT}\n")
        ben.board.terminate()
        for line in range(5):
            ada.board.ok(f"/msg ben waiting {line}")
        directories = {name: os.path.join(folder, name) for name in ("killed", "stopped", "long")}
        ada.board.kill()
        shutil.copytree(ada.board.state, directories["killed"])
        ada.board.restart()
        ada.board.terminate()
        shutil.copytree(ada.board.state, directories["stopped"])
        lengthen(ada.database(ada.board.state))
        ada.board.restart()
        for line in range(5):
            ada.board.ok(f"/msg ben still waiting {line}")
        ada.board.kill()
        shutil.copytree(ada.board.state, directories["long"])
        return list(directories.values())
    finally:
        for program in (registry, *(user.board for user in users)):
            program.close()


def lengthen(path):
    with sqlite3.connect(path) as database:
        database.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
                         "INSERT INTO messages(contact, outgoing, kind, number, written, wall, fate, body) "
                         "SELECT m.contact, 0, m.kind, m.number + n.i, 0, m.wall, 0, m.body || zeroblob(200) "
                         "FROM n, (SELECT * FROM messages WHERE outgoing = 0 ORDER BY id DESC LIMIT 1) m",
                         (LONG_HISTORY,))
        database.execute("UPDATE streams SET received = (SELECT max(number) FROM messages WHERE outgoing = 0)")
    database.close()


def strike(state, chance):
    """Damages one file of the directory; what was done."""
    name = chance.choice([name for name in ("ada.db", "ada.db-wal", "linnet.state", "ada.key")
                          if os.path.exists(os.path.join(state, name))])
    path = os.path.join(state, name)
    with open(path, "r+b") as file:
        content = bytearray(file.read())
        if chance.random() < 0.3:
            del content[chance.randrange(len(content) + 1):]
            if content.endswith(b"\n"):  # a text file cut between two lines can't be told from a whole one
                del content[-1]
            done = f"{name} cut to {len(content)} bytes"
        else:
            places = [chance.randrange(len(content)) for _ in range(chance.choice((1, 4, 30)))]
            for place in places:
                content[place] = chance.randrange(256)
            done = f"{name} changed at {places}"
        file.seek(0)
        file.truncate()
        file.write(content)
    return done


def start_whole(directory, chance, folder):
    """Starts the whole program on a damaged copy; whether it moved something aside."""
    with tempfile.TemporaryDirectory(dir=folder) as copy:
        shutil.copytree(directory, copy, dirs_exist_ok=True)
        done = strike(copy, chance)
        peer = Peer(registry=f"127.0.0.1:{free_port()}", state_dir=copy, tty=False)
        try:
            for command in ("/status", "/contacts", "/msg ben hello"):
                peer.send(command)
                peer.expect(r"^(ok|no)(:.*)?\n")
            peer.send("/quit")
            if (code := peer.wait(PATIENCE)) != 0:
                raise peer.failure(f"ended with {code}")
        except Failure as failure:
            raise BrokenInvariant(f"{done}: {failure}") from None
        finally:
            peer.close()
        aside = [name for name in os.listdir(copy) if ".damaged" in name]
        for name in aside:
            if not re.search(r"damaged", peer.text):
                raise BrokenInvariant(f"{done}: {name} was moved aside, and nothing says so")
        if not re.search(r"^  account +ada$|^[!*] ", peer.text, re.MULTILINE):
            raise BrokenInvariant(f"{done}: the account is gone, and nothing says why:\n{peer.text}")
        return bool(aside)


def main():
    arguments = argparse.ArgumentParser(prog="scripts/torture damage")
    arguments.add_argument("rounds", nargs="?", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    arguments = arguments.parse_args()
    whole = max(1, arguments.rounds // WHOLE)
    print(f"torture damage: {arguments.rounds} rounds, seed {arguments.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="linnet-torture-") as folder:
        try:
            directories = make_directories(folder)
            aside = 0
            for seed in range(arguments.seed, arguments.seed + whole):
                chance = random.Random(seed)
                aside += start_whole(chance.choice(directories), chance, folder)
        except (BrokenInvariant, Failure) as broken:
            print(f"torture damage: FAILED: {broken}; again with: scripts/torture damage {arguments.rounds} "
                  f"--seed {arguments.seed}")
            return 1
        stores = subprocess.run([STORE_ROUNDS, str(arguments.rounds - whole), "--seed", str(arguments.seed),
                                 *directories], stdout=subprocess.PIPE, text=True, check=False)
        if stores.returncode != 0:
            print(stores.stdout, end="")
            return 1
    print(f"torture damage: {whole} whole programs started, {aside} of them with the database moved aside; "
          f"{stores.stdout.strip()}; seed {arguments.seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
