"""A member of a mixed installation, in Python: registers, watches the members, and leads when it is its turn.

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


def shut_down(*_):
    leaving.set()
    election.cancel()


def on_state(state):
    # After a lost session kazoo lets the leader continue and registers nothing again: the program must handle both.
    if state == KazooState.LOST:
        shut_down()


client = KazooClient(hosts=hosts, timeout=4)
election = client.Election("/fleet/leader", name)
client.add_listener(on_state)
client.start()
signal.signal(signal.SIGTERM, shut_down)

# The format of nd_service_registry: pid and time, then the data.
data = {"pid": os.getpid(), "created": time.strftime("%Y-%m-%d %H:%M:%S"), "language": "python"}
client.create("/fleet/members/" + name, json.dumps(data).encode(), ephemeral=True, makepath=True)


@client.ChildrenWatch("/fleet/members")
def sees(names):
    say("sees " + ", ".join(sorted(names)))


election.run(lead)
client.stop()
