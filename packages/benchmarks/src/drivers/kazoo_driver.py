"""A driver: the operations of nd_service_registry for Python on kazoo, with commands and timings as JSON lines.

As the package does it (`registration.py`, `watcher.py`, `lock.py` of version 1.1.0): `set_node` creates the node and then
watches it with a DataWatch that puts it back, one call after the other; `get` watches a path with a DataWatch and, as soon as it is
there, a ChildrenWatch; a lock is kazoo's Semaphore. A list of children has only names, so the data of an
instance needs a `get` of its path too, as here. Its rate limit of 50 calls in 2 s is off.

Reads {"id", "do", "args"} from stdin, answers {"id", "result", "elapsedMs", "cpuMs"} or {"id", "error"}. Exits at the end of stdin.
"""

import json
import os
import sys
import threading
import time
import traceback

from kazoo.client import KazooClient, KazooState
from kazoo.exceptions import NodeExistsError
from kazoo.recipe.watchers import ChildrenWatch, DataWatch

INSTANCE = {"rack": "a1", "weight": 3}
IN_LINE_SECONDS = 0.03

out = threading.Lock()


def send(message):
    with out:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def now_ms():
    """The monotonic clock shared by all processes of a machine."""
    return time.monotonic_ns() / 1e6


def encode(data):
    everything = {"pid": os.getpid(), "created": time.strftime("%Y-%m-%d %H:%M:%S")}
    everything.update(data)
    return json.dumps(everything, separators=(",", ":")).encode("utf-8")


def decode(data):
    return json.loads(data.decode("utf-8")) if data else None


class Player:
    def __init__(self):
        self.services = {}
        self.changed = threading.Condition()
        self.timing = None
        self.series = None
        self.lost_at = None
        self.back = 0
        self.all_back = None

    def open(self, servers, timeoutMs, unpaced=False):
        self.servers = servers
        self.timeout = timeoutMs / 1000.0
        self.client = self.connect()
        self.client.add_listener(self.on_state)

    def connect(self):
        client = KazooClient(hosts=self.servers, timeout=self.timeout)
        client.start(timeout=20)
        return client

    def close(self):
        self.client.stop()

    # Registering.

    def register(self, root, count):
        for index in range(count):
            self.set_node("%s/host-%d" % (root, index))

    def set_node(self, path):
        value = encode(INSTANCE)
        self.client.create(path, value, ephemeral=True, makepath=True)

        def on_data(there, stat):
            if stat is not None:
                return
            try:
                self.client.create(path, value, ephemeral=True, makepath=True)
            except NodeExistsError:
                return
            self.is_back()

        DataWatch(self.client, path, on_data)

    def on_state(self, state):
        if state == KazooState.LOST:
            self.lost_at = now_ms()

    def is_back(self):
        with self.changed:
            self.back += 1
            self.changed.notify_all()

    def restored(self, root, count):
        with self.changed:
            self.changed.wait_for(lambda: self.back >= count)
            return now_ms() - self.lost_at

    # Watching.

    def watch(self, path):
        known = self.services[path] = {"data": None, "children": {}}

        def on_children(names):
            for name in names:
                if name not in known["children"]:
                    known["children"][name] = None
                    self.watch_instance(path, name)
            for name in set(known["children"]) - set(names):
                del known["children"][name]
            self.notify(path)

        def on_data(data, stat):
            known["data"] = decode(data)

        DataWatch(self.client, path, on_data)
        ChildrenWatch(self.client, path, on_children)
        return len(known["children"])

    def watch_instance(self, service, name):
        children = self.services[service]["children"]
        path = service + "/" + name

        def on_data(data, stat):
            if name in children:
                children[name] = decode(data)
                self.notify(service)

        DataWatch(self.client, path, on_data)
        ChildrenWatch(self.client, path, lambda names: None)

    def watchAll(self, root, count):
        return sum(self.watch("%s/service-%d" % (root, index)) for index in range(count))

    def notify(self, path):
        with self.changed:
            timing = self.timing
            if timing is not None and timing["path"] == path:
                self.time(timing, self.services[path]["children"].get(timing["name"]))
            series = self.series
            if series is not None and series["path"] == path:
                self.consume_one(series, self.services[path]["children"])
            self.changed.notify_all()

    def time(self, timing, data):
        sent_at = data.get("sentAt", 0) if data else 0
        if sent_at > timing["last"]:
            timing["last"] = sent_at
            timing["ms"].append(now_ms() - sent_at)

    def seen(self, path, children):
        def shows():
            known = self.services[path]["children"]
            return len(known) == children and all(data is not None for data in known.values())

        with self.changed:
            self.changed.wait_for(shows)

    def latencies(self, path, name, count):
        timing = {"path": path, "name": name, "last": 0, "ms": []}
        with self.changed:
            self.timing = timing
            self.changed.wait_for(lambda: len(timing["ms"]) >= count)
            self.timing = None
        return timing["ms"][:count]

    # Consuming changes.

    def follow(self, path):
        return self.watch(path)

    def consume(self, path, consumption, mark):
        series = {"path": path, "all": consumption == "all", "mark": mark, "calls": 0, "done": False}
        with self.changed:
            self.series = series
            self.changed.wait_for(lambda: series["done"])
            self.series = None
        return {"entries": series["calls"], "calls": series["calls"], "activeMs": 0}

    def consume_one(self, series, children):
        series["calls"] += 1
        if series["all"] and sum(1 for data in children.values() if data is not None) == 0:
            raise ValueError("There are no children")
        marked = children.get("host-0")
        if marked and marked.get("mark") == series["mark"]:
            series["done"] = True

    # Lookups.

    def peek(self, path, calls):
        """The cost of `get` of a known path: a dict lookup."""
        services = self.services
        for _ in range(calls):
            services.get(path)

    def memory(self):
        with open("/proc/self/statm", encoding="ascii") as file:
            return {"rss": int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")}

    # Locking.

    def handOver(self, path, times):
        other = self.connect()
        holder = self.client.Semaphore(path, "a")
        waiting = other.Semaphore(path, "b")
        holder.acquire()
        ms = []
        for _ in range(times):
            obtained = []
            thread = threading.Thread(target=lambda: (waiting.acquire(), obtained.append(now_ms())))
            thread.start()
            time.sleep(IN_LINE_SECONDS)
            started_at = now_ms()
            holder.release()
            thread.join()
            ms.append(obtained[0] - started_at)
            holder, waiting = waiting, holder
        holder.release()
        other.stop()
        return ms


def answer(player, request):
    try:
        method = getattr(player, request["do"])
        cpu_before = time.process_time()
        started_at = now_ms()
        result = method(**request["args"])
        elapsed = now_ms() - started_at
        cpu = (time.process_time() - cpu_before) * 1000
        send({"id": request["id"], "result": result, "elapsedMs": elapsed, "cpuMs": cpu})
    except Exception:
        send({"id": request["id"], "error": traceback.format_exc()})


def main():
    player = Player()
    for line in sys.stdin.buffer:
        # Each in its own thread: a command may wait for the effect of another.
        threading.Thread(target=answer, args=(player, json.loads(line)), daemon=True).start()
    # Not sys.exit: kazoo's threads could hold it.
    os._exit(0)


main()
