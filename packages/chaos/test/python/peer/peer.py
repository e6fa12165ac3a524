"""A process that does on ZooKeeper what one on nd_service_registry 1.x does, through kazoo, and tells of it in JSON lines.

Taken from the package, beside `wire_format.py`: which requests a call makes (`registration.py`: `set_node` creates the node
ephemeral with its bytes, `set_data` creates it and then sets the bytes once more), what it watches
(`watcher.py`: kazoo's DataWatch and ChildrenWatch on one path), and that a registered node is defended (`registration.py`,
`EphemeralNode._update`: whatever is not as registered is put right at once, each time, for ever).

usage: peer.py HOSTS SESSION_TIMEOUT_SECONDS VALUES_FILE
Reads {"id", "do", …} from stdin, answers {"id", "result"} or {"id", "error"}, and says {"event", …} of its own accord.
Ends when stdin does.
"""

import base64
import json
import logging
import os
import posixpath
import sys
import threading
import time

from kazoo.client import KazooClient
from kazoo.exceptions import NodeExistsError, NoNodeError
from kazoo.recipe.watchers import ChildrenWatch, DataWatch
from kazoo.security import ACL, Id, make_acl, make_digest_acl

from wire_format import decode, encode, same

HOSTS, SESSION_TIMEOUT, VALUES_FILE = sys.argv[1:4]

with open(VALUES_FILE, encoding="utf-8") as file:
    VALUES = json.load(file)

out = threading.Lock()


def say(message):
    """In ASCII: a lone surrogate can be said in no other way."""
    with out:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def report(error):
    return "%s: %s" % (type(error).__name__, error)


def shown(data):
    """A node's bytes as the package shows them: JSON text with Python's own number forms, or the exception's name."""
    try:
        return json.dumps(decode(data))
    except UnicodeDecodeError:
        return "UnicodeDecodeError"


def session_id(number):
    """In the format of the servers and of a registry's events: 64 bits do not fit into a JSON number."""
    return format(number & 0xFFFFFFFFFFFFFFFF, "016x")


def owner_of(stat):
    return session_id(stat.ephemeralOwner) if stat.ephemeralOwner else None


def row_of(section, name):
    return next(row for row in VALUES[section] if row["name"] == name)


def value_of(section, name):
    return row_of(section, name)["data"]


def bytes_of(section, name):
    row = row_of(section, name)
    return base64.b64decode(row["base64"]) if "base64" in row else row["text"].encode("utf-8")


class Peer:
    def __init__(self):
        self.client = KazooClient(hosts=HOSTS, timeout=float(SESSION_TIMEOUT))
        self.client.start(timeout=20)
        self.corrections = {}
        self.acls = None

    # The package's calls.

    def set_node(self, path, data=None):
        self.make(path, encode(data), ephemeral=True)

    def set_data(self, path, data=None):
        value = encode(data)
        try:
            self.make(path, value)
        except NodeExistsError:
            pass
        self.client.set(path, value)

    def make(self, path, value, ephemeral=False):
        """The node and its direct parent get the ACL, parents above that are open to all."""
        try:
            self.client.create(path, value, acl=self.acls, ephemeral=ephemeral)
        except NoNodeError:
            parent = posixpath.dirname(path)
            self.client.ensure_path(posixpath.dirname(parent))
            try:
                self.client.create(parent, acl=self.acls)
            except NodeExistsError:
                pass
            self.client.create(path, value, acl=self.acls, ephemeral=ephemeral)

    def log_in(self, username, password, acl=None):
        """As the arguments of the constructor do; `acl` as rows of scheme, id and permissions."""
        self.client.add_auth("digest", "%s:%s" % (username, password))
        if acl is None:
            self.acls = [make_digest_acl(username, password, all=True), make_acl("world", "anyone", read=True)]
        else:
            self.acls = [ACL(perms, Id(scheme, id)) for scheme, id, perms in acl]

    def lock(self, path):
        """Like `acquire_lock`, without waiting."""
        self.semaphore = self.client.Semaphore(path, "python", 1)
        return self.semaphore.acquire(blocking=False)

    def change(self, path, data=None):
        self.client.set(path, encode(data))

    def read(self, path):
        data, stat = self.client.get(path)
        return {
            "bytes": base64.b64encode(data).decode("ascii"),
            "shown": shown(data),
            "version": stat.version,
            "owner": owner_of(stat),
        }

    def acl(self, path):
        return ["%s:%s %d" % (acl.id.scheme, acl.id.id, acl.perms) for acl in self.client.get_acls(path)[0]]

    # The table of values.

    def set_row(self, path, section, name):
        self.set_data(path, value_of(section, name))

    def encoded(self, section, name):
        return base64.b64encode(encode(value_of(section, name))).decode("ascii")

    def put_row(self, path, section, name):
        """Somebody else's bytes, which no registry has written."""
        self.client.create(path, bytes_of(section, name), makepath=True)

    def put(self, path, text):
        self.client.create(path, text.encode("utf-8"), makepath=True)

    def agrees(self, path, seen):
        """Whether `seen`, JSON text, is what the package shows for the node."""
        return same(decode(self.client.get(path)[0]), json.loads(seen))

    def holds_row(self, path, section, name):
        """Whether the package shows the row's own value there, under the writer's `pid` and `created`."""
        given = value_of(section, name)
        given = {"string_value": given} if isinstance(given, str) else given or {}
        there = decode(self.client.get(path)[0])
        stamp = {key: there.get(key) for key in ("pid", "created")}
        return same(there, {**stamp, **given})

    # Watching and defending.

    def watch(self, path):
        """As the package's Watcher: data at once and at each change, children as soon as the node exists."""
        children_watch = []

        def on_children(names):
            say({"event": "children", "path": path, "names": sorted(names)})

        def on_data(data, stat):
            about = None if stat is None else {"version": stat.version, "owner": owner_of(stat)}
            say({"event": "data", "path": path, "shown": shown(data), "stat": about})
            if stat is not None and not children_watch:
                children_watch.append(ChildrenWatch(self.client, path, on_children))

        DataWatch(self.client, path, on_data)

    def defend(self, path, data=None):
        """As the package's EphemeralNode. Each correction is written down with its time."""
        value = encode(data)
        corrections = self.corrections[path] = []

        def on_data(there, stat):
            try:
                if stat is None:
                    self.client.create(path, value, ephemeral=True, makepath=True)
                elif decode(there) != decode(value):
                    self.client.set(path, value)
                else:
                    return
            except (NodeExistsError, NoNodeError):
                return  # The package logs that and waits for the next event.
            corrections.append(time.monotonic() * 1000)

        DataWatch(self.client, path, on_data)

    def corrections_of(self, path):
        """Times of its writes, ms. The first is its own registration, of a node that did not exist."""
        return self.corrections[path]


def answer(peer, request):
    number, do = request.pop("id"), request.pop("do")
    try:
        say({"id": number, "result": getattr(peer, do)(**request)})
    except Exception as error:
        say({"id": number, "error": report(error)})


def main():
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    peer = Peer()
    say({"event": "ready", "pid": os.getpid(), "session": session_id(peer.client.client_id[0])})
    for line in sys.stdin.buffer:
        answer(peer, json.loads(line))
    # The parent has exited. Not sys.exit: kazoo's threads could block it.
    os._exit(0)


main()
