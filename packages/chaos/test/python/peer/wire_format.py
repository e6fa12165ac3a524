"""How nd_service_registry 1.x turns data into a node's bytes and back.

The package is not on Debian, and asks for an older kazoo than is; so its two rules stand here in our own words. They are
those of `encode`, `decode` and `default_data` in `nd_service_registry/funcs.py`, version 1.1.0 (Apache-2.0,
https://github.com/Nextdoor/ndserviceregistry): the keys and their order, `time.strftime` for `created`, the separators
given to `json.dumps`, `bytes.strip` before the text is decoded, and `string_value` for whatever is no JSON object.
It deliberately keeps that code's imperfections, because the Python processes of a mixed installation have them too.
"""

import json
import os
import time


def default_data():
    return {"pid": os.getpid(), "created": time.strftime("%Y-%m-%d %H:%M:%S")}


def encode(data=None):
    """The bytes that the package writes for what a caller gave."""
    if isinstance(data, str):
        data = {"string_value": data}
    everything = default_data()
    if data:
        # Raises for a number, for true, and for a list that does not contain pairs.
        everything.update(data)
    return json.dumps(everything, separators=(",", ":")).encode("utf-8")


def decode(data):
    """What the package shows for a node's bytes. Raises UnicodeDecodeError, as the package does."""
    if not data:
        return None
    # On bytes, so only ASCII white space is stripped.
    text = data.strip().decode("utf-8")
    if not text:
        return {}
    if text.startswith("{") and text.endswith("}"):
        try:
            return json.loads(text)
        except Exception:
            pass
    return {"string_value": text}


def same(a, b):
    """Whether two decoded values mean the same: whole numbers exactly, 1 and 1.0 alike, 1 and true not."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b
