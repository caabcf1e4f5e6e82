/** Programs in PHP. */
import { familyOf, hashOf } from './algorithms.ts';
import {
  ACCESS_TOKEN_VARIABLE,
  KEY_FILE_VARIABLE,
  type Language,
  NOT_A_FORM,
  SECRET_VARIABLE,
} from './language.ts';
import type { Atom, Computed, ComputedHow, Derived } from './plan-parts.ts';
import { escapeBytes, isPrintable } from './quoting.ts';
import type { PlanEncoding, SigningPlan } from './signing-plan.ts';
import type { Syntax } from './syntax.ts';

/** In double quotes where something is escaped, else in single ones. */
function quote(text: string): string {
  if (isPrintable(text)) return `'${text.replace(/[\\']/g, '\\$&')}'`;
  const escaped = escapeBytes(text.replace(/[\\"$]/g, '\\$&'));
  return `"${escaped}"`;
}

function text(atoms: readonly Atom[]): string {
  return atoms.map((atom) => ('text' in atom ? quote(atom.text) : `$${atom.variable}`)).join(' . ');
}

const TIMES = {
  s: '(string) time()',
  ms: '(string) (int) (microtime(true) * 1000)',
  rfc3339: "gmdate('Y-m-d\\TH:i:s\\Z')",
} as const;

const DECODERS: Readonly<Record<PlanEncoding, (text: string) => string>> = {
  utf8: (key) => key,
  base64: (key) => `base64_decode(${key})`,
  base64url: (key) => `base64_decode(strtr(${key}, '-_', '+/'))`,
  hex: (key) => `hex2bin(${key})`,
  base32: (key) => key,
};

const DERIVED: Readonly<Record<Derived, readonly string[]>> = {
  target: ["$target = '/' . explode('/', $url, 4)[3];"],
  path: ["$path = explode('?', $target, 2)[0];"],
  query: ["$query = explode('?', $target, 2)[1] ?? '';"],
  sortedQuery: [
    "$pairs = explode('&', $query);",
    "usort($pairs, fn ($a, $b) => strcmp(explode('=', $a)[0], explode('=', $b)[0]));",
    "$sortedQuery = implode('&', $pairs);",
  ],
  digest: ["$digest = hash('sha256', $body);"],
  digestBytes: ["$digestBytes = hash('sha256', $body, true);"],
  formLines: [
    '$lines = [];',
    'foreach (form_fields($body) as [$name, $value]) {',
    '    if ($value !== \'\') $lines[] = "$name=$value\\r\\n";',
    '}',
    'sort($lines, SORT_STRING);',
    "$formLines = implode('', $lines);",
  ],
  formText: [
    '$fields = [];',
    "foreach (form_fields($body) as $field) $fields[implode('=', array_map('rawurlencode', $field))] = $field;",
    'usort($fields, fn ($a, $b) => strcmp($a[0], $b[0]) ?: strcmp($a[1], $b[1]));',
    "$formText = implode('', array_map('implode', $fields));",
  ],
  length: ['$length = (string) strlen($body);'],
  // PHP signs no such proof: `lacks` says so.
  jwk: [],
  accessToken: [
    `$accessToken = getenv('${ACCESS_TOKEN_VARIABLE}') ?: stop('Set ${ACCESS_TOKEN_VARIABLE}.');`,
  ],
};

const COMPUTED: Readonly<Record<ComputedHow, (atoms: readonly Atom[]) => string>> = {
  text,
  base64url: (atoms) => `rtrim(strtr(base64_encode(${text(atoms)}), '+/', '-_'), '=')`,
  'sha256-base64': (atoms) => `base64_encode(hash('sha256', ${text(atoms)}, true))`,
  'sha512-base64': (atoms) => `base64_encode(hash('sha512', ${text(atoms)}, true))`,
  'sha256-base64url': (atoms) =>
    `rtrim(strtr(base64_encode(hash('sha256', ${text(atoms)}, true)), '+/', '-_'), '=')`,
};

function compute(computed: Computed): readonly string[] {
  const value =
    computed.how === 'later'
      ? `(string) ((int) $timestamp + ${computed.seconds})`
      : COMPUTED[computed.how](computed.of);
  return [`$${computed.variable} = ${value};`];
}

const syntax: Syntax = {
  open: ({ url, hasBody, contentType, headers, secret }) => [
    `$url = ${quote(url)};`,
    `$headers = [${hasBody ? quote(`content-type: ${contentType}`) : ''}];`,
    ...headers.map(([name, value]) => `$headers[] = ${quote(`${name}: ${value}`)};`),
    ...keyLines(secret),
    hasBody ? "$body = file_get_contents('php://stdin');" : "$body = '';",
  ],
  make: (variable, { timestamp = 's' }) => [
    `$${variable} = getenv('${variable.toUpperCase()}') ?: ${variable === 'timestamp' ? TIMES[timestamp] : 'bin2hex(random_bytes(16))'};`,
  ],
  put(put) {
    switch (put.kind) {
      case 'header':
        return [`$headers[] = ${text([{ text: `${put.name}: ` }, ...put.value])};`];
      case 'query':
        return [
          `$url .= (str_contains($url, '?') ? '&' : '?') . ${quote(`${encodeURIComponent(put.name)}=`)} . rawurlencode(${text(put.value)});`,
        ];
      case 'field':
        return [
          `$body .= ($body === '' ? '' : '&') . ${quote(`${encodeURIComponent(put.name)}=`)} . rawurlencode(${text(put.value)});`,
        ];
      case 'member':
        return [
          '// Before the last brace: the bytes before it stay as they are.',
          "$end = strrpos($body, '}');",
          "$comma = trim(substr($body, 0, $end)) === '{' ? '' : ',';",
          `$body = substr_replace($body, $comma . ${text(put.value)}, $end, 0);`,
        ];
    }
  },
  derive: (variable) => DERIVED[variable],
  compute,
  message: (atoms) => [`$message = ${text(atoms)};`],
  sign: (plan) => [...signLines(plan), `$signature = ${ENCODERS[plan.encoding]};`],
  printOnly: (atoms) => [
    "if (($argv[1] ?? '') === 'print') {",
    `    echo ${text(atoms)}, "\\n";`,
    '    exit;',
    '}',
  ],
  send: ({ method, hasBody }) => [
    "$context = stream_context_create(['http' => [",
    `    'method' => ${quote(method)}, 'header' => $headers,${hasBody ? " 'content' => $body," : ''} 'ignore_errors' => true, 'follow_location' => 0,`,
    ']]);',
    '$answer = file_get_contents($url, false, $context);',
    'if ($answer === false) exit(1);',
    "echo explode(' ', $http_response_header[0])[1], ' ', $answer, \"\\n\";",
  ],
  whole: (lines) =>
    `<?php\n${lines.join('\n')}\n${lines.some((line) => line.includes('form_fields(')) ? FORM_FIELDS : ''}${STOP}`,
};

/** Written to standard error, and no success. */
const STOP = `
function stop(string $message): never
{
    fwrite(STDERR, "$message\\n");
    exit(1);
}
`;

const FORM_FIELDS = `
function form_fields(string $body): array
{
    $fields = [];
    foreach (explode('&', $body) as $pair) {
        if ($pair === '') continue;
        $field = array_map('urldecode', explode('=', $pair, 2) + [1 => '']);
        $isUtf8 = preg_match('//u', $field[0]) && preg_match('//u', $field[1]);
        if (!$isUtf8 || $field[0] === '' || preg_match('/%(?![0-9A-Fa-f]{2})/', $pair)) {
            stop('${NOT_A_FORM}');
        }
        $fields[] = $field;
    }
    return $fields;
}
`;

function keyLines(secret: SigningPlan['secret']): readonly string[] {
  if (!secret) {
    return [`$pem = file_get_contents(getenv('${KEY_FILE_VARIABLE}') ?: stop('Set ${KEY_FILE_VARIABLE}.'));`];
  }
  const environment = `(string) getenv('${SECRET_VARIABLE}')`;
  const bare = secret.prefix === '' ? environment : `substr(${environment}, strlen(${quote(secret.prefix)}))`;
  return [
    `$key = ${DECODERS[secret.encoding](bare)};`,
    `if ($key === '' || $key === false) stop('Set ${SECRET_VARIABLE}.');`,
  ];
}

const ENCODERS: Readonly<Record<SigningPlan['encoding'], string>> = {
  hex: 'bin2hex($raw)',
  base64: 'base64_encode($raw)',
  base64url: "rtrim(strtr(base64_encode($raw), '+/', '-_'), '=')",
};

function signLines(plan: SigningPlan): readonly string[] {
  switch (familyOf(plan)) {
    case 'mac':
      return [`$raw = hash_hmac('${hashOf(plan)}', $message, $key, true);`];
    case 'ed25519':
      return [
        '// The last 32 bytes of the PEM’s content are the key itself.',
        "$seed = substr(base64_decode(preg_replace('/-----.*?-----/', '', $pem)), -32);",
        '$raw = sodium_crypto_sign_detached($message, sodium_crypto_sign_secretkey(sodium_crypto_sign_seed_keypair($seed)));',
      ];
    default:
      return [`openssl_sign($message, $raw, $pem, '${hashOf(plan)}');`];
  }
}

export const php: Language = {
  id: 'php',
  title: 'PHP',
  fence: 'php',
  file: 'sign.php',
  command: 'php sign.php',
  needs: {
    secret: 'PHP 8.1 or later',
    privateKey: 'PHP 8.1 or later with its extension openssl, for Ed25519 with sodium',
  },
  lacks(plan) {
    const family = familyOf(plan);
    if (plan.secret?.encoding === 'base32')
      return 'PHP has no base32: decode the secret with a package, and sign as the other programs do.';
    if (family === 'rsa-pss')
      return 'PHP’s openssl_sign has no RSASSA-PSS before PHP 8.5: take the package phpseclib.';
    if (family === 'ecdsa-raw')
      return 'PHP’s openssl_sign writes ECDSA signatures as DER: take the package phpseclib, which writes both numbers as they are (IEEE P1363).';
    if (plan.derived.includes('jwk'))
      return 'PHP has no program for the public key of such proofs: take a library of DPoP, or the program in JavaScript.';
    return undefined;
  },
  syntax,
};
