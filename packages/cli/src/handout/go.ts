/** Programs in Go. */
import { familyOf, hashOf, numberBytes } from './algorithms.ts';
import { GO_DERIVED } from './go-derived.ts';
import { GO_FUNCTIONS } from './go-functions.ts';
import { KEY_FILE_VARIABLE, type Language, lackOfJwk, SECRET_VARIABLE } from './language.ts';
import type { Atom, Computed, ComputedHow } from './plan-parts.ts';
import { codePointQuote } from './quoting.ts';
import type { PlanEncoding, SigningPlan } from './signing-plan.ts';
import type { Syntax } from './syntax.ts';

const quote = codePointQuote;

/** All of it is `string`, which holds any bytes. A package has the name url. */
function text(atoms: readonly Atom[]): string {
  return atoms
    .map((atom) => ('text' in atom ? quote(atom.text) : atom.variable === 'url' ? 'address' : atom.variable))
    .join(' + ');
}

const TIMES = {
  s: 'strconv.FormatInt(time.Now().Unix(), 10)',
  ms: 'strconv.FormatInt(time.Now().UnixMilli(), 10)',
  rfc3339: 'time.Now().UTC().Format("2006-01-02T15:04:05Z")',
} as const;

const DECODERS: Readonly<Record<Exclude<PlanEncoding, 'utf8'>, (text: string) => string>> = {
  base64: (key) => `base64.StdEncoding.DecodeString(${key})`,
  base64url: (key) => `base64.RawURLEncoding.DecodeString(strings.TrimRight(${key}, "="))`,
  hex: (key) => `hex.DecodeString(${key})`,
  base32: (key) =>
    `base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.TrimRight(${key}, "="))`,
};

/** Functions of the program, but for `text`. */
const COMPUTED: Readonly<Record<ComputedHow, string>> = {
  text: '',
  base64url: 'base64url',
  'sha256-base64': 'sha256Base64',
  'sha512-base64': 'sha512Base64',
  'sha256-base64url': 'sha256Base64url',
};

function compute(computed: Computed): readonly string[] {
  const { variable, how } = computed;
  if (how === 'later') return [`${variable} := later(timestamp, ${computed.seconds})`];
  const joined = text(computed.of);
  return [`${variable} := ${how === 'text' ? joined : `${COMPUTED[how]}(${joined})`}`];
}

const syntax: Syntax = {
  open: ({ url, hasBody, contentType, headers, secret }) => [
    `address := ${quote(url)}`,
    `headers := map[string]string{${hasBody ? `"content-type": ${quote(contentType)}` : ''}}`,
    ...headers.map(([name, value]) => `headers[${quote(name)}] = ${quote(value)}`),
    ...keyLines(secret),
    ...(hasBody
      ? ['input, err := io.ReadAll(os.Stdin)', 'check(err)', 'body := string(input)']
      : ['body := ""']),
  ],
  make: (variable, { timestamp = 's' }) => [
    `${variable} := os.Getenv("${variable.toUpperCase()}")`,
    `if ${variable} == "" {`,
    `\t${variable} = ${variable === 'timestamp' ? TIMES[timestamp] : 'randomHex()'}`,
    '}',
  ],
  put(put) {
    switch (put.kind) {
      case 'header':
        return [`headers[${quote(put.name)}] = ${text(put.value)}`];
      case 'query':
        return [
          'if strings.Contains(address, "?") {',
          '\taddress += "&"',
          '} else {',
          '\taddress += "?"',
          '}',
          `address += ${quote(`${encodeURIComponent(put.name)}=`)} + url.QueryEscape(${text(put.value)})`,
        ];
      case 'field':
        return [
          'if body != "" {',
          '\tbody += "&"',
          '}',
          `body += ${quote(`${encodeURIComponent(put.name)}=`)} + url.QueryEscape(${text(put.value)})`,
        ];
      case 'member':
        return [
          '// Before the last brace: the bytes before it stay as they are.',
          `body = withMembers(body, ${text(put.value)})`,
        ];
    }
  },
  derive: (variable) => GO_DERIVED[variable],
  compute,
  message: (atoms) => [`message := ${text(atoms)}`],
  sign: (plan) => [...signLines(plan), `signature := ${ENCODERS[plan.encoding]}`],
  printOnly: (atoms) => [
    'if len(os.Args) > 1 && os.Args[1] == "print" {',
    `\tfmt.Println(${text(atoms)})`,
    '\treturn',
    '}',
  ],
  send: ({ method }) => [
    `request, err := http.NewRequest(${quote(method)}, address, strings.NewReader(body))`,
    'check(err)',
    'for name, value := range headers {',
    '\trequest.Header.Set(name, value)',
    '}',
    'response, err := http.DefaultClient.Do(request)',
    'check(err)',
    'defer response.Body.Close()',
    'answer, err := io.ReadAll(response.Body)',
    'check(err)',
    'fmt.Println(response.StatusCode, string(answer))',
  ],
  whole(lines) {
    const main = lines.map((line) => `\t${line}\n`).join('');
    const functions = GO_FUNCTIONS.filter(
      ({ name }) => name === 'check' || new RegExp(`\\b${name}\\(`).test(main),
    );
    const code = `func main() {\n${main}}\n${functions.map(({ code: own }) => `\n${own}`).join('')}`;
    const packages = PACKAGES.filter((path) => new RegExp(`\\b${path.split('/').at(-1)}\\.[A-Z]`).test(code));
    return `package main\n\nimport (\n${packages.map((path) => `\t"${path}"\n`).join('')})\n\n${code}`;
  },
};

const PACKAGES = [
  'crypto',
  'crypto/ecdsa',
  'crypto/ed25519',
  'crypto/hmac',
  'crypto/rand',
  'crypto/rsa',
  'crypto/sha1',
  'crypto/sha256',
  'crypto/sha512',
  'crypto/x509',
  'encoding/base32',
  'encoding/base64',
  'encoding/hex',
  'encoding/pem',
  'fmt',
  'io',
  'log',
  'net/http',
  'net/url',
  'os',
  'sort',
  'strconv',
  'strings',
  'time',
  'unicode/utf8',
];

function keyLines(secret: SigningPlan['secret']): readonly string[] {
  if (!secret) {
    return [
      `if os.Getenv("${KEY_FILE_VARIABLE}") == "" {`,
      `\tlog.Fatal("Set ${KEY_FILE_VARIABLE}.")`,
      '}',
      `file, err := os.ReadFile(os.Getenv("${KEY_FILE_VARIABLE}"))`,
      'check(err)',
      'block, _ := pem.Decode(file)',
      'key, err := x509.ParsePKCS8PrivateKey(block.Bytes)',
      'check(err)',
    ];
  }
  const environment = `os.Getenv("${SECRET_VARIABLE}")`;
  const bare =
    secret.prefix === '' ? environment : `strings.TrimPrefix(${environment}, ${quote(secret.prefix)})`;
  const present = ['if len(key) == 0 {', `\tlog.Fatal("Set ${SECRET_VARIABLE}.")`, '}'];
  if (secret.encoding === 'utf8') return [`key := []byte(${bare})`, ...present];
  return [`key, err := ${DECODERS[secret.encoding](bare)}`, 'check(err)', ...present];
}

const ENCODERS: Readonly<Record<SigningPlan['encoding'], string>> = {
  hex: 'hex.EncodeToString(raw)',
  base64: 'base64.StdEncoding.EncodeToString(raw)',
  base64url: 'base64.RawURLEncoding.EncodeToString(raw)',
};

/** `sha256.Sum256`, and the name that other packages know it by. */
const HASHES: Readonly<
  Record<string, { readonly make: string; readonly sum: string; readonly name: string }>
> = {
  sha1: { make: 'sha1.New', sum: 'sha1.Sum', name: 'crypto.SHA1' },
  sha256: { make: 'sha256.New', sum: 'sha256.Sum256', name: 'crypto.SHA256' },
  sha384: { make: 'sha512.New384', sum: 'sha512.Sum384', name: 'crypto.SHA384' },
  sha512: { make: 'sha512.New', sum: 'sha512.Sum512', name: 'crypto.SHA512' },
};

function signLines(plan: SigningPlan): readonly string[] {
  const { make = '', sum = '', name = '' } = HASHES[hashOf(plan)] ?? {};
  const hashed = `hashed := ${sum}([]byte(message))`;
  const bytes = numberBytes(plan);
  switch (familyOf(plan)) {
    case 'mac':
      return [`mac := hmac.New(${make}, key)`, 'mac.Write([]byte(message))', 'raw := mac.Sum(nil)'];
    case 'ed25519':
      return ['raw := ed25519.Sign(key.(ed25519.PrivateKey), []byte(message))'];
    case 'ecdsa-der':
      return [
        hashed,
        'raw, err := ecdsa.SignASN1(rand.Reader, key.(*ecdsa.PrivateKey), hashed[:])',
        'check(err)',
      ];
    case 'ecdsa-raw':
      return [
        hashed,
        'r, s, err := ecdsa.Sign(rand.Reader, key.(*ecdsa.PrivateKey), hashed[:])',
        'check(err)',
        `raw := append(r.FillBytes(make([]byte, ${bytes})), s.FillBytes(make([]byte, ${bytes}))...)`,
      ];
    case 'rsa-pkcs1':
      return [
        hashed,
        `raw, err := rsa.SignPKCS1v15(rand.Reader, key.(*rsa.PrivateKey), ${name}, hashed[:])`,
        'check(err)',
      ];
    case 'rsa-pss':
      return [
        hashed,
        'options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}',
        `raw, err := rsa.SignPSS(rand.Reader, key.(*rsa.PrivateKey), ${name}, hashed[:], options)`,
        'check(err)',
      ];
  }
}

export const go: Language = {
  id: 'go',
  title: 'Go',
  fence: 'go',
  file: 'sign.go',
  command: 'go run sign.go',
  needs: {
    secret: 'Go 1.19 or later',
    privateKey: 'Go 1.19 or later',
  },
  lacks: (plan) => lackOfJwk(plan, 'Go'),
  syntax,
};
