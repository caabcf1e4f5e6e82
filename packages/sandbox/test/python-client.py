"""A client of the four signing seed systems, as a Python user would write it from their documentation.

Needs only the standard library; uses `requests` where it is installed. Shares no code with Countersign.

    python3 python-client.py http://127.0.0.1:8787 [system ...]

Systems: flowent, hmac, flow-production-tracking, approov (default: all). Keys come from the environment, under
the seeds' names: FLOWENT_HMAC_KEY, MY_SECRET_KEY, AMI_SECRET_TOKEN, APPROOV_BASE64_SECRET.
Prints one JSON line a request: {"name", "status", "body"}. Names that end in "-again" repeat the request
before them, byte for byte. Exits 2 on wrong usage or a missing key, 3 where the server does not answer.
"""

import base64
import datetime
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

try:
    import requests
except ImportError:
    requests = None

TIMEOUT_SECONDS = 10
RUN = uuid.uuid4().hex[:12]


class Prepared:
    """One request, ready to send any number of times."""

    def __init__(self, method, url, headers, body):
        self.method, self.url, self.headers, self.body = method, url, headers, body


def deliver(request):
    """Sends the request and returns the status and the text of the answer."""
    if requests is not None:
        answer = requests.request(
            request.method,
            request.url,
            headers=request.headers,
            data=request.body,
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )
        return answer.status_code, answer.content.decode("utf-8", "replace")
    plain = urllib.request.Request(request.url, data=request.body, headers=request.headers, method=request.method)
    try:
        with urllib.request.urlopen(plain, timeout=TIMEOUT_SECONDS) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode("utf-8", "replace")


def report(name, request):
    status, body = deliver(request)
    print(json.dumps({"name": name, "status": status, "body": body}), flush=True)


def key_of(name):
    value = os.environ.get(name)
    if not value:
        print(f"{name} is not set. Set it to the key that the server holds.", file=sys.stderr)
        sys.exit(2)
    return value


def hex_hmac(key, message, algorithm):
    return hmac.new(key.encode(), message, algorithm).hexdigest()


def compact(value, ascii_only=True):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=ascii_only)


def go_marshal(payload):
    """What Go's encoding/json writes for a struct whose parameters are a map."""
    members = []
    for name, value in payload.items():
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
        for character in "<>&\u2028\u2029":
            text = text.replace(character, "\\u%04x" % ord(character))
        members.append(json.dumps(name) + ":" + text)
    return "{" + ",".join(members) + "}"


def flowent(base_url):
    key = key_of("FLOWENT_HMAC_KEY")

    def payload(tag):
        return {
            "action_name": "send_email",
            "parameters": {
                "recipient": "ada@example.com",
                "subject": f"Grüße – 你好 🚀 <{tag} & {RUN}>",
                "body": "Hello Ada",
            },
            "timestamp": int(time.time()),
        }

    def post(action, text):
        return Prepared(
            "POST",
            f"{base_url}/actions/{action}",
            {"content-type": "application/json"},
            text.encode("utf-8"),
        )

    def signed(value, message, place="last"):
        signature = hex_hmac(key, message.encode("utf-8"), hashlib.sha256)
        if place == "first":
            return {"signature": signature, **value}
        return {**value, "signature": signature}

    value = payload("python")
    request = post("send_email", json.dumps(signed(value, compact(value))))
    report("flowent/python", request)
    report("flowent/python-again", request)

    value = payload("python-compact")
    report("flowent/python-compact", post("send_email", compact(signed(value, compact(value)))))
    value = payload("python-raw-unicode")
    report("flowent/python-raw-unicode", post("send_email", compact(signed(value, compact(value)), False)))
    value = payload("python-spaced")
    report("flowent/python-spaced", post("send_email", json.dumps(signed(value, json.dumps(value)))))
    value = payload("signature-first")
    report("flowent/signature-first", post("send_email", compact(signed(value, compact(value), "first"))))
    value = payload("indented")
    report("flowent/indented", post("send_email", json.dumps(signed(value, compact(value)), indent=2)))
    value = payload("javascript")
    raw = compact(value, False)
    report("flowent/javascript", post("send_email", compact(signed(value, raw), False)))
    value = payload("go")
    report("flowent/go", post("send_email", go_marshal(signed(value, go_marshal(value)))))
    value = payload("go-reordered")
    report("flowent/go-reordered", post("send_email", compact(signed(value, go_marshal(value)), False)))
    value = payload("reordered")
    moved = dict(sorted(signed(value, compact(value)).items(), reverse=True))
    report("flowent/reordered", post("send_email", compact(moved)))

    test = {"action_name": "get_weather", "parameters": {}, "timestamp": int(time.time()), "test": True}
    report("flowent/test-unsigned", post("get_weather", json.dumps(test)))
    report("flowent/test-signed", post("get_weather", json.dumps(signed(test, compact(test)))))

    value = payload("tampered")
    text = json.dumps(signed(value, compact(value))).replace("Hello Ada", "Hello Eve")
    report("flowent/tampered", post("send_email", text))
    report("flowent/unsigned", post("send_email", json.dumps(payload("unsigned"))))
    value = {**payload("stale"), "timestamp": int(time.time()) - 600}
    report("flowent/stale", post("send_email", json.dumps(signed(value, compact(value)))))


def generic_hmac(base_url):
    key = key_of("MY_SECRET_KEY")

    def post(tag, nonce=None, timestamp=None, sign=True):
        body = json.dumps({"message": "Hello, server!", "request": f"{tag}-{RUN}"}).encode("utf-8")
        stamp = str(int(time.time()) if timestamp is None else timestamp)
        headers = {"content-type": "application/json", "x-timestamp": stamp}
        parts = [stamp.encode(), body]
        if nonce is not None:
            headers["x-nonce"] = nonce
            parts.insert(1, nonce.encode())
        if sign:
            headers["x-signature"] = hex_hmac(key, b".".join(parts), hashlib.sha256)
        return Prepared("POST", f"{base_url}/hmac", headers, body)

    request = post("signed")
    report("hmac/signed", request)
    report("hmac/signed-again", request)
    report("hmac/nonce", post("nonce", nonce=uuid.uuid4().hex))
    request = post("tampered")
    request.body = request.body.replace(b"Hello", b"Hullo")
    report("hmac/tampered", request)
    report("hmac/stale", post("stale", timestamp=int(time.time()) - 600))
    report("hmac/unsigned", post("unsigned", sign=False))


def flow_production_tracking(base_url):
    key = key_of("AMI_SECRET_TOKEN")
    url = f"{base_url}/ami/show_selection"

    def fields(tag, age_seconds=0, **changes):
        age = datetime.timedelta(seconds=age_seconds)
        moment = datetime.datetime.now(datetime.timezone.utc) - age
        return {
            "user_id": "34",
            "user_login": "ada",
            "entity_type": "Version",
            "selected_ids": "931,900",
            "ids": "931,900,904,907",
            "title": f"Versions {tag} {RUN}",
            "project_name": "Été – 東京",
            "project_id": "81",
            **changes,
            "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def signed(form, keep_blank=True):
        lines = sorted(f"{name}={value}\r\n" for name, value in form.items() if keep_blank or value)
        return {**form, "signature": hex_hmac(key, "".join(lines).encode("utf-8"), hashlib.sha1)}

    def urlencoded(form):
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return Prepared("POST", url, headers, urllib.parse.urlencode(form).encode("ascii"))

    def multipart(form):
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in form.items()
        ]
        headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
        return Prepared("POST", url, headers, ("".join(parts) + f"--{boundary}--\r\n").encode("utf-8"))

    request = urlencoded(signed(fields("urlencoded")))
    report("flow-production-tracking/urlencoded", request)
    report("flow-production-tracking/urlencoded-again", request)
    report("flow-production-tracking/multipart", multipart(signed(fields("multipart"))))
    report("flow-production-tracking/blank-signed", urlencoded(signed(fields("kept", sort_column=""))))
    report("flow-production-tracking/blank-left-out", urlencoded(signed(fields("out", sort_column=""), False)))
    report(
        "flow-production-tracking/tampered", urlencoded({**signed(fields("tampered")), "user_login": "root"})
    )
    report("flow-production-tracking/unsigned", urlencoded(fields("unsigned")))
    report("flow-production-tracking/stale", urlencoded(signed(fields("stale", age_seconds=600))))


def approov(base_url):
    secret = base64.b64decode(key_of("APPROOV_BASE64_SECRET"), validate=True)

    def segment(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    def token(key=secret, lifetime=300, bound_to=None):
        claims = {"exp": time.time() + lifetime}
        if bound_to is not None:
            claims["pay"] = base64.b64encode(hashlib.sha256(bound_to.encode()).digest()).decode()
        head = segment(json.dumps({"typ": "JWT", "alg": "HS256"}).encode())
        text = head + "." + segment(json.dumps(claims).encode())
        return text + "." + segment(hmac.new(key, text.encode(), hashlib.sha256).digest())

    def get(path, approov_token=None, authorization=None):
        headers = {}
        if approov_token is not None:
            headers["Approov-Token"] = approov_token
        if authorization is not None:
            headers["Authorization"] = authorization
        return Prepared("GET", base_url + path, headers, None)

    user = "Bearer ada-session"
    request = get("/v1/hello", token())
    report("approov/valid", request)
    report("approov/valid-again", request)
    report("approov/bound", get("/v1/bound", token(bound_to=user), user))
    report("approov/wrong-binding", get("/v1/bound", token(bound_to="Bearer eve-session"), user))
    report("approov/expired", get("/v1/hello", token(lifetime=-300)))
    report("approov/forged", get("/v1/hello", token(key=b"another key of another account")))
    report("approov/missing", get("/v1/hello"))


SYSTEMS = {
    "flowent": flowent,
    "hmac": generic_hmac,
    "flow-production-tracking": flow_production_tracking,
    "approov": approov,
}


def main(arguments):
    chosen = arguments[1:] or list(SYSTEMS)
    if not arguments or not arguments[0].startswith(("http://", "https://")) or set(chosen) - set(SYSTEMS):
        print(f"usage: python-client.py BASE_URL [{'|'.join(SYSTEMS)} ...]", file=sys.stderr)
        return 2
    try:
        for name in chosen:
            SYSTEMS[name](arguments[0].rstrip("/"))
    except OSError as error:  # requests' and urllib's errors are both OSErrors
        print(f"no answer from {arguments[0]}: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
