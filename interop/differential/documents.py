"""Verifiers written from the senders' documents, with Python's own hmac, json, base64 and urllib: a line of JSON asks, a line answers."""
import base64
import hashlib
import hmac
import json
import sys
import time
from urllib.parse import parse_qsl, urlsplit

TOLERANCE = 300


def mac(key, message, digest="sha256"):
    return hmac.new(key, message, digest)


def fresh(seconds):
    return abs(time.time() - seconds) <= TOLERANCE


def stripe(asked, headers, body):
    # docs.stripe.com/webhooks#verify-manually
    pairs = [item.split("=", 1) for item in headers["stripe-signature"].split(",")]
    timestamp = [pair[1] for pair in pairs if pair[0] == "t"][-1]
    expected = mac(asked["key"].encode(), timestamp.encode("latin-1") + b"." + body).hexdigest()
    signatures = [pair[1] for pair in pairs if pair[0] == "v1"]
    return any(hmac.compare_digest(expected, one) for one in signatures) and fresh(int(timestamp))


def github(asked, headers, body):
    # docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    expected = "sha256=" + mac(asked["key"].encode(), body).hexdigest()
    return hmac.compare_digest(expected, headers["x-hub-signature-256"])


def slack(asked, headers, body):
    # docs.slack.dev/authentication/verifying-requests-from-slack
    timestamp = headers["x-slack-request-timestamp"]
    if not fresh(int(timestamp)):
        return False
    message = b"v0:" + timestamp.encode("latin-1") + b":" + body
    return hmac.compare_digest("v0=" + mac(asked["key"].encode(), message).hexdigest(), headers["x-slack-signature"])


def standard_webhooks(asked, headers, body):
    # github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    key = base64.b64decode(asked["key"].removeprefix("whsec_"))
    timestamp = headers["webhook-timestamp"]
    message = b".".join([headers["webhook-id"].encode("latin-1"), timestamp.encode("latin-1"), body])
    expected = mac(key, message).digest()
    if not fresh(int(timestamp)):
        return False
    for item in headers["webhook-signature"].split(" "):
        version, _, signature = item.partition(",")
        if version == "v1" and hmac.compare_digest(expected, base64.b64decode(signature)):
            return True
    return False


def twilio(asked, headers, body):
    # twilio.com/docs/usage/webhooks/webhooks-security
    url = asked["url"]
    message = url
    if body and headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        fields = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict")
        message += "".join(name + value for name, value in sorted(set(fields)))
    given = dict(parse_qsl(urlsplit(url).query)).get("bodySHA256")
    if given is not None and not hmac.compare_digest(given, hashlib.sha256(body).hexdigest()):
        return False
    expected = base64.b64encode(mac(asked["key"].encode(), message.encode(), "sha1").digest()).decode()
    return hmac.compare_digest(expected, headers["x-twilio-signature"])


def decoded(segment):
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def jwt(asked, headers, body):
    # RFC 7515 §5.2, RFC 7519 §4.1 and §7.2
    scheme, _, token = headers["authorization"].partition(" ")
    if scheme.lower() != "bearer":
        return False
    header, payload, signature = token.strip(" ").split(".")
    if json.loads(decoded(header)).get("alg") != "HS256":
        return False
    expected = mac(asked["key"].encode(), f"{header}.{payload}".encode("latin-1")).digest()
    claims = json.loads(decoded(payload))
    now = time.time()
    return (
        hmac.compare_digest(expected, decoded(signature))
        and claims["exp"] > now
        and claims.get("nbf", 0) <= now + 5
        and claims.get("iat", 0) <= now + 5
    )


VERIFIERS = {
    "stripe": stripe,
    "github": github,
    "slack": slack,
    "standard-webhooks": standard_webhooks,
    "twilio": twilio,
    "jwt-bearer": jwt,
}

for line in sys.stdin:
    asked = json.loads(line)
    try:
        accepted = bool(VERIFIERS[asked["scheme"]](asked, asked["headers"], base64.b64decode(asked["body"])))
        print(json.dumps({"accepted": accepted, "why": ""}), flush=True)
    except Exception as error:
        print(json.dumps({"accepted": False, "why": type(error).__name__}), flush=True)
