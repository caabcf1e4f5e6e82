// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a shell reads.
/** Programs for a shell, with openssl and curl. */

import { shellWord } from '../shell-word.ts';
import { familyOf, hashOf, numberBytes } from './algorithms.ts';
import {
  ACCESS_TOKEN_VARIABLE,
  KEY_FILE_VARIABLE,
  type Language,
  lackOfJwk,
  SECRET_VARIABLE,
} from './language.ts';
import type { Atom, Computed, ComputedHow, Derived } from './plan-parts.ts';
import { escapeBytes, isPrintable } from './quoting.ts';
import { SHELL_FUNCTIONS } from './shell-functions.ts';
import type { PlanEncoding, SigningPlan } from './signing-plan.ts';
import type { Syntax } from './syntax.ts';

/** Bytes stand in files of these names: no shell variable holds them. */
const FILES: Readonly<Record<string, string>> = {
  body: '"$folder/body"',
  digestBytes: '"$folder/digest"',
  formLines: '"$folder/form"',
  formText: '"$folder/form"',
};

function quote(text: string): string {
  if (isPrintable(text)) return shellWord(text);
  const escaped = escapeBytes(text.replace(/[\\']/g, '\\$&'));
  return `$'${escaped}'`;
}

function text(atoms: readonly Atom[]): string {
  return atoms.map((atom) => ('text' in atom ? quote(atom.text) : `"$${atom.variable}"`)).join('');
}

const TIMES = {
  s: 'date +%s',
  ms: 'date +%s%3N',
  rfc3339: 'date -u +%Y-%m-%dT%H:%M:%SZ',
} as const;

const HEX = "od -An -tx1 -v | tr -d ' \\n'";

/** Fills a text up with `=`. */
function padded(multiple: number): string {
  return `awk '{ gsub(/=/, ""); while (length($0) % ${multiple}) $0 = $0 "="; print }'`;
}

/** From standard input to hex. */
const DECODERS: Readonly<Record<PlanEncoding, string>> = {
  utf8: HEX,
  base64: `base64 -d | ${HEX}`,
  // coreutils want the padding that such texts leave out.
  base64url: `tr -- '-_' '+/' | ${padded(4)} | base64 -d | ${HEX}`,
  hex: "tr -d ' \\n'",
  base32: `${padded(8)} | base32 -d | ${HEX}`,
};

const DERIVED: Readonly<Record<Derived, readonly string[]>> = {
  target: ['target=/${url#*://*/}'],
  path: ['path=${target%%\\?*}'],
  query: ['query=', 'if [[ $target == *\\?* ]]; then query=${target#*\\?}; fi'],
  sortedQuery: [
    "sortedQuery=$(printf %s \"$query\" | tr '&' '\\n' | LC_ALL=C sort -s -t= -k1,1 | paste -sd '&' -)",
  ],
  digest: [`digest=$(openssl dgst -sha256 -binary "$folder/body" | ${HEX})`],
  digestBytes: ['openssl dgst -sha256 -binary "$folder/body" > "$folder/digest"'],
  formLines: [
    'form_fields',
    'sed -n \'s/ \\(..*\\)/3d\\10d0a/p\' "$folder/fields" | LC_ALL=C sort | from_hex > "$folder/form"',
  ],
  formText: ['form_fields', 'LC_ALL=C sort -u "$folder/fields" | from_hex > "$folder/form"'],
  length: ['length=$(($(wc -c < "$folder/body")))'],
  jwk: [
    '# The public point stands at the end: 32 bytes each of x and y.',
    'openssl pkey -in "$key" -pubout -outform DER | tail -c 64 > "$folder/point"',
    'x=$(head -c 32 "$folder/point" | base64url)',
    'y=$(tail -c 32 "$folder/point" | base64url)',
    `jwk='{"kty":"EC","crv":"P-256","x":"'$x'","y":"'$y'"}'`,
  ],
  accessToken: [`accessToken=\${${ACCESS_TOKEN_VARIABLE}:?Set ${ACCESS_TOKEN_VARIABLE}.}`],
};

const COMPUTED: Readonly<Record<Exclude<ComputedHow, 'text'>, string>> = {
  base64url: 'base64url',
  'sha256-base64': 'openssl dgst -sha256 -binary | openssl base64 -A',
  'sha512-base64': 'openssl dgst -sha512 -binary | openssl base64 -A',
  'sha256-base64url': 'openssl dgst -sha256 -binary | base64url',
};

function compute(computed: Computed): readonly string[] {
  const { variable, how } = computed;
  if (how === 'later') return [`${variable}=$((timestamp + ${computed.seconds}))`];
  if (how === 'text') return [`${variable}=${text(computed.of)}`];
  return [`${variable}=$({ ${messageCommands(computed.of).join(' ')} } | ${COMPUTED[how]})`];
}

const syntax: Syntax = {
  open: ({ url, hasBody, contentType, headers, secret }) => [
    'set -euo pipefail',
    'folder=$(mktemp -d)',
    'trap \'rm -rf "$folder"\' EXIT',
    `url=${quote(url)}`,
    hasBody ? `headers=(-H ${quote(`content-type: ${contentType}`)})` : 'headers=()',
    ...headers.map(([name, value]) => `headers+=(-H ${quote(`${name}: ${value}`)})`),
    ...keyLines(secret),
    hasBody ? 'cat > "$folder/body"' : ': > "$folder/body"',
  ],
  make: (variable, { timestamp = 's' }) => [
    `${variable}=\${${variable.toUpperCase()}:-$(${variable === 'timestamp' ? TIMES[timestamp] : 'openssl rand -hex 16'})}`,
  ],
  put(put) {
    switch (put.kind) {
      case 'header':
        return [`headers+=(-H ${quote(`${put.name}: `)}${text(put.value)})`];
      case 'query':
        return [
          'if [[ $url == *\\?* ]]; then url+=\\&; else url+=\\?; fi',
          `url+=${quote(`${encodeURIComponent(put.name)}=`)}$(percent ${text(put.value)})`,
        ];
      case 'field':
        return [
          'if [ -s "$folder/body" ]; then printf \\& >> "$folder/body"; fi',
          `printf %s ${quote(`${encodeURIComponent(put.name)}=`)}"$(percent ${text(put.value)})" >> "$folder/body"`,
        ];
      case 'member':
        return [
          '# Before the last brace: the bytes before it stay as they are.',
          `add_members ${text(put.value)}`,
        ];
    }
  },
  derive: (variable) => DERIVED[variable],
  compute,
  message: (atoms) => [`{ ${messageCommands(atoms).join(' ')} } > "$folder/message"`],
  sign: (plan) => [...signLines(plan), `signature=$(${ENCODERS[plan.encoding]})`],
  printOnly: (atoms) => ['if [ "${1:-}" = print ]; then', `  printf '%s\\n' ${text(atoms)}`, '  exit', 'fi'],
  send: ({ method, hasBody }) => [
    `curl -sSg -X ${shellWord(method)} "\${headers[@]}"${hasBody ? ' --data-binary @"$folder/body"' : ''} -o "$folder/answer" -w '%{http_code} ' "$url"`,
    'cat "$folder/answer"',
    'echo',
  ],
  whole(lines) {
    const code = lines.join('\n');
    const functions = SHELL_FUNCTIONS.filter(({ name }) => new RegExp(`\\b${name}(?![\\w/])`).test(code));
    return `#!/usr/bin/env bash\n${functions.map(({ code: own }) => `${own}\n\n`).join('')}${code}\n`;
  },
};

/** Texts beside each other are printed at once; bytes are copied. */
function messageCommands(atoms: readonly Atom[]): readonly string[] {
  const commands: string[] = [];
  let words = '';
  const flush = (): void => {
    if (words !== '') commands.push(`printf %s ${words};`);
    words = '';
  };
  for (const atom of atoms) {
    const file = 'variable' in atom ? FILES[atom.variable] : undefined;
    if (file === undefined) words += text([atom]);
    else {
      flush();
      commands.push(`cat ${file};`);
    }
  }
  flush();
  return commands;
}

function keyLines(secret: SigningPlan['secret']): readonly string[] {
  if (!secret) return [`key=\${${KEY_FILE_VARIABLE}:?Set ${KEY_FILE_VARIABLE}.}`];
  const bare = secret.prefix === '' ? SECRET_VARIABLE : `{${SECRET_VARIABLE}#${quote(secret.prefix)}}`;
  return [
    `: "\${${SECRET_VARIABLE}:?Set ${SECRET_VARIABLE}.}"`,
    `key=$(printf %s "$${bare}" | ${DECODERS[secret.encoding]})`,
    `: "\${key:?Set ${SECRET_VARIABLE}.}"`,
  ];
}

const ENCODERS: Readonly<Record<SigningPlan['encoding'], string>> = {
  hex: `od -An -tx1 -v "$folder/raw" | tr -d ' \\n'`,
  base64: 'openssl base64 -A -in "$folder/raw"',
  base64url: "openssl base64 -A -in \"$folder/raw\" | tr -- '+/' '-_' | tr -d =",
};

function signLines(plan: SigningPlan): readonly string[] {
  const hash = hashOf(plan);
  const sign = (options: string, out = 'raw'): string =>
    `openssl dgst -${hash} ${options} -out "$folder/${out}" "$folder/message"`;
  switch (familyOf(plan)) {
    case 'mac':
      return [
        '# While openssl runs, the list of processes shows the key: on a machine of several users, take another language.',
        sign('-mac HMAC -macopt "hexkey:$key" -binary'),
      ];
    case 'ed25519':
      return ['openssl pkeyutl -sign -rawin -inkey "$key" -in "$folder/message" -out "$folder/raw"'];
    case 'ecdsa-raw':
      return [
        sign('-sign "$key"', 'der'),
        'for number in $(openssl asn1parse -inform DER -in "$folder/der" | sed -n \'s/.*INTEGER *://p\'); do',
        `  number=$(printf '%${2 * numberBytes(plan)}s' "$number" | tr ' ' 0 | sed 's/../\\\\x&/g')`,
        '  printf "$number"',
        'done > "$folder/raw"',
      ];
    case 'rsa-pss':
      return [sign('-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest -sign "$key"')];
    default:
      return [sign('-sign "$key"')];
  }
}

export const openssl: Language = {
  id: 'openssl',
  title: 'Shell, with openssl and curl',
  fence: 'bash',
  file: 'sign.sh',
  command: 'bash sign.sh',
  needs: {
    secret: 'bash, openssl, curl and GNU coreutils 8.31 or later',
    privateKey: 'bash, openssl 3, curl and GNU coreutils 8.31 or later',
  },
  lacks: (plan) => lackOfJwk(plan, 'The shell'),
  syntax,
};
