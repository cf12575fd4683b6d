#!/usr/bin/env python3
"""The kill loop: two peers and a registry under steady traffic both ways, killed at random instants and started
again, now and then from an older copy of the card; then everything heals, and the databases must hold what the
consoles promised.

usage: scripts/torture kill [N] [--seed S]     N kills (1000)
"""
import argparse
import os
import random
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
# pylint: disable=wrong-import-position
from linnet import Registry
from program import Failure
from user import BrokenInvariant, User, introduce

HEALED = 150      # seconds until all must be delivered: a peer notices a lost registry after a heartbeat or two
TICK = 0.03       # seconds between two looks at the consoles
IN_FLIGHT = 0.4   # seconds after which what a killed board had said has been heard by the other


class Loop:
    def __init__(self, seed, folder):
        self.random = random.Random(seed)   # of the accidents
        self.traffic = random.Random(seed)  # of the lines: how many are drawn depends on the machine
        self.registry = Registry()
        self.users = [User(name, self.registry, folder) for name in ("ada", "ben")]
        introduce(*self.users)
        for user, other in zip(self.users, reversed(self.users)):
            user.begin(other)
        self.down = {}  # who is to be started again: when
        self.kills = self.restores = self.absences = 0

    def close(self):
        for program in (self.registry, *(user.board for user in self.users)):
            program.close()

    # --- time passes

    def talk(self, seconds, writing=True):
        """Lets this long pass, with traffic both ways."""
        end = time.monotonic() + seconds
        while True:
            self.revive()
            for user in self.users:
                if user.is_up():
                    for _ in range(self.traffic.choice((0, 0, 1, 4)) if writing else 0):
                        user.write()
                    user.listen()
                elif user not in self.down:
                    raise BrokenInvariant(f"{user.name} ended by itself:\n{user.board.text[-2000:]}")
            if time.monotonic() >= end:
                return
            time.sleep(TICK)

    def revive(self):
        now = time.monotonic()
        for who in [who for who, when in self.down.items() if when <= now]:
            del self.down[who]
            who.start()

    # --- accidents

    def accident(self):
        """Kills one of those that run. All is drawn at once, so that the seed tells the whole schedule."""
        who = self.random.choice((*self.users, *self.users, self.registry))
        pause = self.random.choice((0.05, 0.3, 1.2)) * self.random.random()
        away = self.random.choice((0, 0, 0, 0.3, 1, 3)) * self.random.random()
        absence, card, which = (self.random.random() for _ in range(3))
        self.talk(pause)
        if who in self.down:
            return
        if who is self.registry:
            self.registry.kill()
            self.kills += 1
        elif absence < 0.1:
            who.leave()
            who.check()
            self.absences += 1
        else:
            who.kill()
            who.check()
            self.kills += 1
            self.exchange_card(who, card, which)
        self.down[who] = time.monotonic() + away

    def exchange_card(self, user, chance, which):
        """Of a killed board's card a copy is made, or an older copy is put in, or mostly neither."""
        if chance < 0.25:
            user.copy_card()
        elif chance < 0.33 and user.cards:
            # What the other one has heard from it must be known before it is forgotten.
            self.down[user] = time.monotonic() + 3600
            self.talk(IN_FLIGHT, writing=False)
            user.put_back(int(which ** 0.3 * len(user.cards)))  # rather a new one
            self.restores += 1

    # --- the end

    def heal(self):
        for who in self.down:
            self.down[who] = 0
        end = time.monotonic() + HEALED
        while any(user.backlog != 0 for user in self.users):
            self.talk(0.5, writing=False)
            for user in self.users:
                user.ask_backlog()
            self.talk(0.2, writing=False)
            if time.monotonic() > end:
                left = ", ".join(f"{user.name} has {user.backlog} lines" for user in self.users)
                raise BrokenInvariant(f"not all is delivered {HEALED} s after the last kill: {left}")
        for user in self.users:
            user.leave()
        for user in self.users:
            user.check_end()

    def summary(self, seed):
        promised = sum(len(user.promises) for user in self.users)
        delivered = sum(len(set(user.deliveries)) for user in self.users)
        rolled_back = promised - sum(len(user.held) for user in self.users)
        refused = sum(sum(user.refused.values()) for user in self.users)
        return (f"torture kill: {self.kills} kills, {self.restores} cards restored, {self.absences} absences, "
                f"{promised} lines queued ({rolled_back} of them rolled back with a card), {delivered} reported "
                f"delivered, {refused} refused: 0 lost, 0 twice, 0 out of order, seed {seed}")


def main():
    arguments = argparse.ArgumentParser(prog="scripts/torture kill")
    arguments.add_argument("kills", nargs="?", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    arguments = arguments.parse_args()
    print(f"torture kill: {arguments.kills} kills, seed {arguments.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="linnet-torture-") as folder:
        loop = None
        try:
            loop = Loop(arguments.seed, folder)
            while loop.kills < arguments.kills:
                loop.accident()
            loop.heal()
        except (BrokenInvariant, Failure) as broken:
            kills = loop.kills if loop else 0
            print(f"torture kill: FAILED after {kills} kills: {broken}; again with: scripts/torture kill "
                  f"{arguments.kills} --seed {arguments.seed}")
            return 1
        finally:
            if loop:
                loop.close()
    print(loop.summary(arguments.seed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
