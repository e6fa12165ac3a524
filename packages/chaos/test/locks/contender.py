"""Contends with kazoo's Semaphore, or its Election where SIMULTANEOUS is "election", and tells of each time that it held or led.

usage: contender.py HOSTS PATH SIMULTANEOUS ROUNDS THREADS MOST_MS
A path with "%d" is another one for each thread, by its number. Says "ready", waits for a line on stdin, and contends: each thread acquires ROUNDS times, and
holds the lock for up to MOST_MS. Says, for each time, a JSON line
{"who", "asked", "from", "to"}: nanoseconds by the machine's monotonic clock, the one that Node's `process.hrtime` reads. It was
held for certain from "from" to "to": read after `acquire` returned, and before `release` was called.
"""

import json
import logging
import random
import sys
import threading
import time

from kazoo.client import KazooClient

HOSTS, PATH = sys.argv[1:3]
SIMULTANEOUS = sys.argv[3]
ROUNDS, THREADS, MOST_MS = (int(argument) for argument in sys.argv[4:7])

logging.basicConfig(level=logging.ERROR)
out = threading.Lock()


def say(text):
    with out:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def hold(who, asked):
    begun = time.monotonic_ns()
    time.sleep(random.random() * MOST_MS / 1000)
    return {"who": who, "asked": asked, "from": begun, "to": time.monotonic_ns()}


def in_semaphore(client, path, who):
    # A new one each time, like `get_lock` of a process that calls it once.
    semaphore = client.Semaphore(path, who, int(SIMULTANEOUS))
    asked = time.monotonic_ns()
    if not semaphore.acquire(timeout=120):
        raise RuntimeError("not acquired")
    held = hold(who, asked)
    semaphore.release()
    return held


def in_election(client, path, who):
    asked = time.monotonic_ns()
    led = []
    client.Election(path, who).run(lambda: led.append(hold(who, asked)))
    return led[0]


def contend(client, number):
    who = "python-%d" % number
    path = PATH % number if "%d" in PATH else PATH
    recipe = in_election if SIMULTANEOUS == "election" else in_semaphore
    for _ in range(ROUNDS):
        say(json.dumps(recipe(client, path, who)))


client = KazooClient(hosts=HOSTS, timeout=10)
client.start(timeout=30)
say("ready")
sys.stdin.readline()
threads = [threading.Thread(target=contend, args=(client, i), daemon=True) for i in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
client.stop()
client.close()
