"""Brings the fuzzer past the door: real ids in paths, and the key that it comes with left alone."""

import os
import re
import zlib

import schemathesis

OWN = os.environ["ORIGIN_KEY_ID"]
ID = re.compile(r'"([a-z]{2,5})_([0-9a-z]{26})"')

# The prefix of what a path is about, by the parameter or by the part of the path in front of it.
KINDS = {
    "key_id": "key", "user_id": "usr", "item_id": "line", "tenants": "ten", "tenant": "ten", "orders": "ord", "order": "ord",
    "payments": "pi", "contacts": "con", "products": "prod", "coupons": "coup", "resend": "msg",
}

# What answers have told so far, by prefix: the newest few.
seen = {"ten": [os.environ["ORIGIN_TENANT_ID"]]}


@schemathesis.hook
def after_call(context, case, response):
    # Some answers are files.
    for prefix, rest in ID.findall((response.content or b"").decode("utf-8", "replace")):
        known = seen.setdefault(prefix, [])
        text = f"{prefix}_{rest}"
        if text not in known and prefix != "ten":
            known.append(text)
            del known[:-8]


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Two of three times each id is one that there is: what is nowhere is soon tried enough."""
    parts = context.operation.path.split("/")
    chosen = dict(path_parameters or {})
    for name, value in chosen.items():
        place = parts.index("{%s}" % name) if "{%s}" % name in parts else 0
        known = seen.get(KINDS.get(name) or KINDS.get(parts[place - 1], ""), [])
        chance = zlib.crc32(repr(value).encode())
        if known and chance % 3:
            chosen[name] = known[chance // 3 % len(known)]
    return chosen


@schemathesis.hook
def filter_path_parameters(context, path_parameters):
    """Any key may be rotated or revoked but the one that the requests carry: crates/origin/tests/own_key.rs has that one."""
    return not path_parameters or path_parameters.get("key_id") != OWN
