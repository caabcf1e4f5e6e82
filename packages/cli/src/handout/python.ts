/** Programs in Python. */
import { familyOf, hashOf, numberBytes } from './algorithms.ts';
import {
  ACCESS_TOKEN_VARIABLE,
  BYTES,
  KEY_FILE_VARIABLE,
  type Language,
  lackOfJwk,
  NOT_A_FORM,
  SECRET_VARIABLE,
  snakeCase,
} from './language.ts';
import type { Atom, Computed, ComputedHow, Derived } from './plan-parts.ts';
import { codePointQuote } from './quoting.ts';
import type { PlanEncoding, SigningPlan } from './signing-plan.ts';
import type { Syntax } from './syntax.ts';

const quote = codePointQuote;

function text(atoms: readonly Atom[]): string {
  return atoms.map((atom) => ('text' in atom ? quote(atom.text) : snakeCase(atom.variable))).join(' + ');
}

const TIMES = {
  s: 'str(int(time.time()))',
  ms: 'str(int(time.time() * 1000))',
  rfc3339: 'time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())',
} as const;

const DECODERS: Readonly<Record<PlanEncoding, (text: string) => string>> = {
  utf8: (key) => `${key}.encode()`,
  base64: (key) => `base64.b64decode(${key})`,
  base64url: (key) => `base64.urlsafe_b64decode(${key} + "==")`,
  hex: (key) => `bytes.fromhex(${key})`,
  base32: (key) => `base64.b32decode(${key} + "=" * (-len(${key}) % 8))`,
};

const FORM_FIELDS = [
  'def form_fields(text):',
  '    pairs = [pair.partition("=") for pair in text.replace("+", " ").split("&") if pair]',
  '    if re.search("%(?![0-9A-Fa-f]{2})", text) or not all(name for name, _, _ in pairs):',
  '        raise ValueError',
  '    return [tuple(urllib.parse.unquote(part, errors="strict") for part in pair[::2]) for pair in pairs]',
  '',
  'try:',
  '    fields = form_fields(body.decode())',
  'except ValueError:',
  `    sys.exit(${quote(NOT_A_FORM)})`,
];

const DERIVED: Readonly<Record<Derived, readonly string[]>> = {
  target: ['target = "/" + url.split("/", 3)[3]'],
  path: ['path = target.split("?", 1)[0]'],
  query: ['query = target.partition("?")[2]'],
  sortedQuery: ['sorted_query = "&".join(sorted(query.split("&"), key=lambda pair: pair.split("=", 1)[0]))'],
  digest: ['digest = hashlib.sha256(body).hexdigest()'],
  digestBytes: ['digest_bytes = hashlib.sha256(body).digest()'],
  formLines: [
    ...FORM_FIELDS,
    'form_lines = "".join(sorted(f"{name}={value}\\r\\n" for name, value in fields if value)).encode()',
  ],
  formText: [
    ...FORM_FIELDS,
    'form_text = "".join(name + value for name, value in sorted(set(fields))).encode()',
  ],
  length: ['length = str(len(body))'],
  jwk: [
    'from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat',
    'point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)[1:]',
    'x, y = (base64.urlsafe_b64encode(half).decode().rstrip("=") for half in (point[:32], point[32:]))',
    `jwk = '{"kty":"EC","crv":"P-256","x":"' + x + '","y":"' + y + '"}'`,
  ],
  accessToken: [
    `access_token = os.environ.get("${ACCESS_TOKEN_VARIABLE}") or sys.exit("Set ${ACCESS_TOKEN_VARIABLE}.")`,
  ],
};

function allBytes(atoms: readonly Atom[]): string {
  return atoms.some((atom) => 'variable' in atom && BYTES.includes(atom.variable))
    ? atoms.map(bytes).join(' + ')
    : `(${text(atoms)}).encode()`.replace(/^\((\w+)\)/, '$1');
}

const COMPUTED: Readonly<Record<ComputedHow, (atoms: readonly Atom[]) => string>> = {
  text,
  base64url: (atoms) => `base64.urlsafe_b64encode(${allBytes(atoms)}).decode().rstrip("=")`,
  'sha256-base64': (atoms) => `base64.b64encode(hashlib.sha256(${allBytes(atoms)}).digest()).decode()`,
  'sha512-base64': (atoms) => `base64.b64encode(hashlib.sha512(${allBytes(atoms)}).digest()).decode()`,
  'sha256-base64url': (atoms) =>
    `base64.urlsafe_b64encode(hashlib.sha256(${allBytes(atoms)}).digest()).decode().rstrip("=")`,
};

function compute(computed: Computed): readonly string[] {
  const value =
    computed.how === 'later'
      ? `str(int(timestamp) + ${computed.seconds})`
      : COMPUTED[computed.how](computed.of);
  return [`${snakeCase(computed.variable)} = ${value}`];
}

const syntax: Syntax = {
  open: ({ url, hasBody, contentType, headers, secret }) => [
    `url = ${quote(url)}`,
    hasBody ? `headers = {"content-type": ${quote(contentType)}}` : 'headers = {}',
    ...headers.map(([name, value]) => `headers[${quote(name)}] = ${quote(value)}`),
    ...keyLines(secret),
    hasBody ? 'body = sys.stdin.buffer.read()' : 'body = b""',
  ],
  make: (variable, { timestamp = 's' }) => [
    `${variable} = os.environ.get("${variable.toUpperCase()}") or ${variable === 'timestamp' ? TIMES[timestamp] : 'secrets.token_hex(16)'}`,
  ],
  put(put) {
    switch (put.kind) {
      case 'header':
        return [`headers[${quote(put.name)}] = ${text(put.value)}`];
      case 'query':
        return [
          `url += ("&" if "?" in url else "?") + ${quote(`${encodeURIComponent(put.name)}=`)} + urllib.parse.quote(${text(put.value)}, safe="")`,
        ];
      case 'field':
        return [
          `body += (b"&" if body else b"") + (${quote(`${encodeURIComponent(put.name)}=`)} + urllib.parse.quote(${text(put.value)}, safe="")).encode()`,
        ];
      case 'member':
        return [
          '# Before the last brace: the bytes before it stay as they are.',
          'before, _, after = body.rpartition(b"}")',
          `body = before + (b"" if before.strip() == b"{" else b",") + (${text(put.value)}).encode() + b"}" + after`,
        ];
    }
  },
  derive: (variable) => DERIVED[variable],
  compute,
  message: (atoms) => [`message = ${atoms.map(bytes).join(' + ')}`],
  sign: (plan) => [...signLines(plan), `signature = ${ENCODERS[plan.encoding]}`],
  printOnly: (atoms) => ['if sys.argv[1:] == ["print"]:', `    print(${text(atoms)})`, '    sys.exit()'],
  send: ({ method, hasBody }) => [
    `request = urllib.request.Request(url, data=${hasBody ? 'body' : 'None'}, headers=headers, method=${quote(method)})`,
    'try:',
    '    with urllib.request.urlopen(request) as response:',
    '        print(response.status, response.read().decode())',
    'except urllib.error.HTTPError as error:',
    '    print(error.code, error.read().decode())',
  ],
  whole(lines) {
    const code = lines.join('\n');
    const modules = MODULES.split(' ').filter((name) => new RegExp(`(?<![\\w.])${name}\\.\\w`).test(code));
    return `import ${modules.join(', ')}\n\n${code}\n`;
  },
};

const MODULES = 'base64 hashlib hmac os re secrets sys time urllib.error urllib.parse urllib.request';

function bytes(atom: Atom): string {
  if ('text' in atom)
    return /^[\x20-\x7e\n]*$/.test(atom.text) ? `b${quote(atom.text)}` : `${quote(atom.text)}.encode()`;
  const name = snakeCase(atom.variable);
  return BYTES.includes(atom.variable) ? name : `${name}.encode()`;
}

function keyLines(secret: SigningPlan['secret']): readonly string[] {
  if (!secret) {
    return [
      'from cryptography.hazmat.primitives.serialization import load_pem_private_key',
      `with open(os.environ.get("${KEY_FILE_VARIABLE}") or sys.exit("Set ${KEY_FILE_VARIABLE}."), "rb") as file:`,
      '    key = load_pem_private_key(file.read(), None)',
    ];
  }
  const environment = `os.environ.get("${SECRET_VARIABLE}", "")`;
  const bare = secret.prefix === '' ? environment : `${environment}.removeprefix(${quote(secret.prefix)})`;
  return [
    `key = ${DECODERS[secret.encoding](bare)}`,
    'if not key:',
    `    sys.exit("Set ${SECRET_VARIABLE}.")`,
  ];
}

const ENCODERS: Readonly<Record<SigningPlan['encoding'], string>> = {
  hex: 'raw.hex()',
  base64: 'base64.b64encode(raw).decode()',
  base64url: 'base64.urlsafe_b64encode(raw).decode().rstrip("=")',
};

function signLines(plan: SigningPlan): readonly string[] {
  const hash = hashOf(plan);
  const hashes = `hashes.${hash.toUpperCase()}()`;
  const modules = 'from cryptography.hazmat.primitives import hashes';
  const asymmetric = 'from cryptography.hazmat.primitives.asymmetric import';
  switch (familyOf(plan)) {
    case 'mac':
      return [`raw = hmac.new(key, message, "${hash}").digest()`];
    case 'ed25519':
      return ['raw = key.sign(message)'];
    case 'ecdsa-der':
      return [modules, `${asymmetric} ec`, `raw = key.sign(message, ec.ECDSA(${hashes}))`];
    case 'ecdsa-raw':
      return [
        modules,
        `${asymmetric} ec, utils`,
        `numbers = utils.decode_dss_signature(key.sign(message, ec.ECDSA(${hashes})))`,
        `raw = b"".join(number.to_bytes(${numberBytes(plan)}, "big") for number in numbers)`,
      ];
    case 'rsa-pkcs1':
      return [modules, `${asymmetric} padding`, `raw = key.sign(message, padding.PKCS1v15(), ${hashes})`];
    case 'rsa-pss':
      return [
        modules,
        `${asymmetric} padding`,
        `pss = padding.PSS(mgf=padding.MGF1(${hashes}), salt_length=padding.PSS.DIGEST_LENGTH)`,
        `raw = key.sign(message, pss, ${hashes})`,
      ];
  }
}

export const python: Language = {
  id: 'python',
  title: 'Python',
  fence: 'python',
  file: 'sign.py',
  command: 'python3 sign.py',
  needs: {
    secret: 'Python 3.9 or later',
    privateKey:
      'Python 3.9 or later with the package cryptography: the standard library has no such signatures',
  },
  lacks: (plan) => lackOfJwk(plan, 'Python'),
  syntax,
};
