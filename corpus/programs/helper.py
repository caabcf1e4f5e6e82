"""What Python programs make of bodies, forms, texts and signatures: a line of base64 words in, a line of base64 out."""
import base64, datetime, hashlib, hmac, html, io, json, os, pprint, sys, time, unicodedata, urllib.parse
import brotli, requests

J = json.dumps
OPERATIONS = {}


def operation(function):
    OPERATIONS[function.__name__.replace("_", "-")] = function
    return function


def printed(**options):
    return lambda body: J(json.loads(body), **options).encode()


OPERATIONS.update({
    "json": printed(),
    "json-compact": printed(separators=(",", ":")),
    "json-sorted": printed(sort_keys=True),
    "json-sorted-compact": printed(sort_keys=True, separators=(",", ":")),
    "json-indent-2": printed(indent=2),
    "json-indent-4": printed(indent=4),
    "json-unicode": printed(ensure_ascii=False),
    "json-unicode-compact": printed(ensure_ascii=False, separators=(",", ":")),
    "json-sorted-unicode-compact": printed(ensure_ascii=False, sort_keys=True, separators=(",", ":")),
    "json-tool": lambda body: (J(json.loads(body), indent=4) + "\n").encode(),
    "literal": lambda body: str(json.loads(body)).encode(),
    "pprint": lambda body: pprint.pformat(json.loads(body)).encode(),
    "str-of-bytes": lambda body: str(body).encode(),
    "json-of-text": lambda body: J(body.decode()).encode(),
    "html-escape": lambda body: html.escape(body.decode()).encode(),
    "quote": lambda body: urllib.parse.quote(body).encode(),
    "quote-plus": lambda body: urllib.parse.quote_plus(body).encode(),
    "unquote": lambda body: urllib.parse.unquote_to_bytes(body),
    "unquote-plus": lambda body: urllib.parse.unquote_plus(body.decode()).encode(),
    "form": lambda body: urllib.parse.urlencode(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True)).encode(),
    "form-without-blanks": lambda body: urllib.parse.urlencode(urllib.parse.parse_qsl(body.decode())).encode(),
    "form-quoted": lambda body: urllib.parse.urlencode(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True), quote_via=urllib.parse.quote).encode(),
    "form-sorted": lambda body: urllib.parse.urlencode(sorted(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))).encode(),
    "form-to-json": lambda body: J(dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))).encode(),
    "json-to-form": lambda body: urllib.parse.urlencode(json.loads(body)).encode(),
    "utf-8-sig": lambda body: body.decode("utf-8").encode("utf-8-sig"),
    "cp1252-replaced": lambda body: body.decode("utf-8").encode("cp1252", "replace"),
    "ascii-replaced": lambda body: body.decode("utf-8").encode("ascii", "replace"),
    "ascii-ignored": lambda body: body.decode("utf-8").encode("ascii", "ignore"),
    "xmlcharref": lambda body: body.decode("utf-8").encode("ascii", "xmlcharrefreplace"),
    "latin-1-as-utf-8": lambda body: body.decode("latin-1").encode("utf-8"),
    "cp1252-as-utf-8": lambda body: body.decode("cp1252").encode("utf-8"),
    "utf-8-replaced": lambda body: body.decode("utf-8", "replace").encode("utf-8"),
    "utf-16": lambda body: body.decode("utf-8").encode("utf-16"),
    "nfd": lambda body: unicodedata.normalize("NFD", body.decode()).encode(),
    "nfc": lambda body: unicodedata.normalize("NFC", body.decode()).encode(),
    "strip": lambda body: body.decode().strip().encode(),
    "splitlines": lambda body: "".join(body.decode().splitlines()).encode(),
    "base64": base64.b64encode,
    "encodebytes": base64.encodebytes,
    "urlsafe": base64.urlsafe_b64encode,
    "sha256hex": lambda body: hashlib.sha256(body).hexdigest().encode(),
    "brotli": lambda body: brotli.compress(body, quality=5),
})


@operation
def text_mode(body):
    """Written in text mode on Windows: each LF becomes CR LF."""
    out = io.BytesIO()
    writer = io.TextIOWrapper(out, encoding="utf-8", newline="\r\n")
    writer.write(body.decode())
    writer.flush()
    return out.getvalue()


@operation
def universal_newlines(body):
    return io.TextIOWrapper(io.BytesIO(body), encoding="utf-8").read().encode()


@operation
def multipart(body, content_type, boundary):
    """Read with email, as most frameworks do, and sent on with requests' own boundary."""
    import email
    message = email.message_from_bytes(b"Content-Type: " + content_type + b"\r\n\r\n" + body)
    files = []
    for part in message.get_payload():
        name = part.get_param("name", header="content-disposition")
        filename = part.get_filename()
        content = part.get_payload(decode=True)
        files.append((name, (filename, content, part.get_content_type()) if filename else (None, content)))
    import urllib3.filepost
    urllib3.filepost.choose_boundary = lambda: boundary.decode()
    prepared = requests.Request("POST", "http://upstream/", files=files).prepare()
    return prepared.body


@operation
def lambda_event(body, content_type, url):
    """An API Gateway event as a queue hands it on."""
    target = urllib.parse.urlsplit(url.decode())
    return J({"version": "2.0", "rawPath": target.path, "headers": {"content-type": content_type.decode()},
              "requestContext": {"http": {"method": "POST", "path": target.path}},
              "body": base64.b64encode(body).decode(), "isBase64Encoded": True}).encode()


@operation
def sqs_envelope(body, id):
    return J({"MessageId": id.decode(), "Body": body.decode(), "Attributes": {"SentTimestamp": "1772703000000"}}).encode()


@operation
def add_member(body, name, value):
    document = json.loads(body)
    document[name.decode()] = json.loads(value)
    return J(document, ensure_ascii=False, separators=(",", ":")).encode()


@operation
def drop_nulls(body):
    return J({k: v for k, v in json.loads(body).items() if v is not None and v != ""}, ensure_ascii=False, separators=(",", ":")).encode()


@operation
def url_printed_again(url):
    """Split, its query parsed and printed again, and put together."""
    s = urllib.parse.urlsplit(url.decode())
    return urllib.parse.urlunsplit((s.scheme, s.netloc, s.path, urllib.parse.urlencode(urllib.parse.parse_qsl(s.query)), "")).encode()


@operation
def url_unquoted(url):
    return urllib.parse.unquote(url.decode()).encode()


@operation
def url_quoted(url):
    s = urllib.parse.urlsplit(url.decode())
    return urllib.parse.urlunsplit((s.scheme, s.netloc, urllib.parse.quote(urllib.parse.unquote(s.path), safe="/"), s.query, "")).encode()


@operation
def requests_url(url):
    """As requests prepares it, which is what it sends."""
    return requests.Request("GET", url.decode()).prepare().url.encode()


@operation
def naive_timestamp(seconds, zone):
    """datetime.utcnow().timestamp() on a machine that is not on UTC."""
    os.environ["TZ"] = zone.decode()
    time.tzset()
    naive = datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc).replace(tzinfo=None)
    return str(int(naive.timestamp())).encode()


@operation
def local_time_as_utc(seconds, zone):
    os.environ["TZ"] = zone.decode()
    time.tzset()
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.localtime(int(seconds))).encode()


@operation
def iso_time(seconds):
    return datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc).isoformat().encode()


@operation
def float_time(seconds, fraction):
    return str(float(seconds) + float(fraction)).encode()


@operation
def hmac_signature(hash, key, message, form):
    digest = hmac.new(key, message, hash.decode())
    return spelt(digest.digest(), form.decode())


@operation
def plain_hash(hash, message, form):
    return spelt(hashlib.new(hash.decode(), message).digest(), form.decode())


def spelt(raw, form):
    if form == "hex": return raw.hex().encode()
    if form == "upper-hex": return raw.hex().upper().encode()
    if form == "base64": return base64.b64encode(raw)
    if form == "base64url": return base64.urlsafe_b64encode(raw).rstrip(b"=")
    if form == "base64-of-hex": return base64.b64encode(raw.hex().encode())
    if form == "bytes-literal-of-base64": return str(base64.b64encode(raw)).encode()
    if form == "bytes-literal-of-hex": return str(raw.hex().encode()).encode()
    if form == "lines": return base64.encodebytes(raw)
    if form == "colons": return raw.hex(":").encode()
    if form == "base32": return base64.b32encode(raw)
    raise ValueError(form)


for line in sys.stdin:
    name, *words = line.rstrip("\n").split("\t")
    try:
        out = OPERATIONS[name](*[base64.b64decode(word) for word in words])
        print(base64.b64encode(out).decode(), flush=True)
    except Exception as error:
        print("!" + base64.b64encode(f"{name}: {error!r}".encode()).decode(), flush=True)
