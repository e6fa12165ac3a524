"""A member of a mixed fleet, in Python: registers, hears who is there, and leads when it is its turn.

usage: member.py zk1:2181,zk2:2181 NAME
"""

import json
import os
import signal
import sys
import threading
import time

from kazoo.client import KazooClient, KazooState

hosts, name = sys.argv[1:3]
leaving = threading.Event()


def say(text):
    print(text, flush=True)


def lead():
    say("leads")
    leaving.wait()


def leave(*_):
    leaving.set()
    election.cancel()


def hear(state):
    # kazoo lets who leads lead on when its session is over, and registers nothing again: that is for us to see to.
    if state == KazooState.LOST:
        leave()


client = KazooClient(hosts=hosts, timeout=4)
election = client.Election("/fleet/leader", name)
client.add_listener(hear)
client.start()
signal.signal(signal.SIGTERM, leave)

# What nd_service_registry writes: who and when, then the data.
data = {"pid": os.getpid(), "created": time.strftime("%Y-%m-%d %H:%M:%S"), "language": "python"}
client.create("/fleet/members/" + name, json.dumps(data).encode(), ephemeral=True, makepath=True)


@client.ChildrenWatch("/fleet/members")
def sees(names):
    say("sees " + ", ".join(sorted(names)))


election.run(lead)
client.stop()
