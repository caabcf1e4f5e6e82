// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what the program has.
/** Programs in JavaScript, for Node. */
import { familyOf, hashOf } from './algorithms.ts';
import {
  ACCESS_TOKEN_VARIABLE,
  KEY_FILE_VARIABLE,
  type Language,
  NOT_A_FORM,
  SECRET_VARIABLE,
} from './language.ts';
import type { Atom, Computed, ComputedHow, Derived } from './plan-parts.ts';
import { escapeUnits } from './quoting.ts';
import type { PlanEncoding, SigningPlan } from './signing-plan.ts';
import type { Syntax } from './syntax.ts';

const quote = (text: string): string =>
  `'${escapeUnits(text).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

function text(atoms: readonly Atom[]): string {
  const [only] = atoms;
  if (atoms.length === 1 && only && 'text' in only) return quote(only.text);
  if (atoms.length === 1 && only && 'variable' in only) return only.variable;
  const inside = atoms.map((atom) =>
    'text' in atom
      ? escapeUnits(atom.text).replaceAll('\\"', '"').replace(/[`$]/g, '\\$&')
      : `\${${atom.variable}}`,
  );
  return `\`${inside.join('')}\``;
}

const TIMES = {
  s: 'String(Math.floor(Date.now() / 1000))',
  ms: 'String(Date.now())',
  rfc3339: "new Date().toISOString().replace(/\\.\\d+Z$/, 'Z')",
} as const;

const DECODERS: Readonly<Record<PlanEncoding, (text: string) => string>> = {
  utf8: (key) => `Buffer.from(${key}, 'utf8')`,
  base64: (key) => `Buffer.from(${key}, 'base64')`,
  base64url: (key) => `Buffer.from(${key}, 'base64url')`,
  hex: (key) => `Buffer.from(${key}, 'hex')`,
  base32: (key) => key,
};

const DERIVED: Readonly<Record<Derived, readonly string[]>> = {
  target: ["const target = '/' + url.split('/').slice(3).join('/');"],
  path: ["const path = target.split('?')[0];"],
  query: ["const query = target.split('?').slice(1).join('?');"],
  sortedQuery: [
    "const nameOf = (pair) => pair.split('=')[0];",
    "const sortedQuery = query.split('&').sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0)).join('&');",
  ],
  digest: ["const digest = createHash('sha256').update(body).digest('hex');"],
  digestBytes: ["const digestBytes = createHash('sha256').update(body).digest();"],
  formLines: [
    'const fields = formFields(body).filter(([, value]) => value.length > 0);',
    "const lines = fields.map(([name, value]) => Buffer.concat([name, Buffer.from('='), value, Buffer.from('\\r\\n')]));",
    'const formLines = Buffer.concat(lines.sort(Buffer.compare));',
  ],
  formText: [
    'const fields = formFields(body).sort((a, b) => Buffer.compare(a[0], b[0]) || Buffer.compare(a[1], b[1]));',
    'const isSame = (a, b) => a[0].equals(b[0]) && a[1].equals(b[1]);',
    'const formText = Buffer.concat(fields.filter((field, i) => i === 0 || !isSame(field, fields[i - 1])).flat());',
  ],
  length: ['const length = String(body.length);'],
  jwk: ["const jwk = JSON.stringify(createPublicKey(key).export({ format: 'jwk' }));"],
  accessToken: [
    `const accessToken = process.env.${ACCESS_TOKEN_VARIABLE};`,
    `if (!accessToken) throw new Error('Set ${ACCESS_TOKEN_VARIABLE}.');`,
  ],
};

const COMPUTED: Readonly<Record<ComputedHow, (atoms: readonly Atom[]) => string>> = {
  text,
  base64url: (atoms) => `Buffer.from(${text(atoms)}).toString('base64url')`,
  'sha256-base64': (atoms) => `createHash('sha256').update(${text(atoms)}).digest('base64')`,
  'sha512-base64': (atoms) => `createHash('sha512').update(${text(atoms)}).digest('base64')`,
  'sha256-base64url': (atoms) => `createHash('sha256').update(${text(atoms)}).digest('base64url')`,
};

function compute(computed: Computed): readonly string[] {
  const value =
    computed.how === 'later'
      ? `String(Number(timestamp) + ${computed.seconds})`
      : COMPUTED[computed.how](computed.of);
  return [`const ${computed.variable} = ${value};`];
}

const syntax: Syntax = {
  open: ({ url, hasBody, contentType, headers, secret }) => [
    `let url = ${quote(url)};`,
    `const headers = new Headers(${hasBody ? `{ 'content-type': ${quote(contentType)} }` : ''});`,
    ...headers.map(([name, value]) => `headers.set(${quote(name)}, ${quote(value)});`),
    ...keyLines(secret),
    hasBody ? 'let body = await buffer(process.stdin);' : 'const body = Buffer.alloc(0);',
  ],
  make: (variable, { timestamp = 's' }) => [
    `const ${variable} = process.env.${variable.toUpperCase()} || ${variable === 'timestamp' ? TIMES[timestamp] : "randomBytes(16).toString('hex')"};`,
  ],
  put(put) {
    switch (put.kind) {
      case 'header':
        return [`headers.set(${quote(put.name)}, ${text(put.value)});`];
      case 'query':
        return [
          `url += (url.includes('?') ? '&' : '?') + ${quote(`${encodeURIComponent(put.name)}=`)} + encodeURIComponent(${text(put.value)});`,
        ];
      case 'field':
        return [
          `body = Buffer.concat([body, Buffer.from((body.length > 0 ? '&' : '') + ${quote(`${encodeURIComponent(put.name)}=`)} + encodeURIComponent(${text(put.value)}))]);`,
        ];
      case 'member':
        return [
          '// Before the last brace: the bytes before it stay as they are.',
          'body = withMembers(body, MEMBERS);'.replace('MEMBERS', () => text(put.value)),
        ];
    }
  },
  derive: (variable) => DERIVED[variable],
  compute,
  message: (atoms) => [`const message = Buffer.concat([${atoms.map(bytes).join(', ')}]);`],
  sign: (plan) => [
    `const raw = ${signExpression(plan)};`,
    `const signature = raw.toString('${plan.encoding}');`,
  ],
  printOnly: (atoms) => [
    "if (process.argv[2] === 'print') {",
    `  console.log(${text(atoms)});`,
    '  process.exit();',
    '}',
  ],
  send: ({ method, hasBody }) => [
    `const answer = await fetch(url, { method: ${quote(method)}, headers,${hasBody ? ' body,' : ''} redirect: 'manual' });`,
    'console.log(answer.status, await answer.text());',
  ],
  whole(lines) {
    const code = `${lines.join('\n')}\n${lines.some((line) => line.includes('withMembers(')) ? WITH_MEMBERS : ''}${lines.some((line) => line.includes('formFields(')) ? FORM_FIELDS : ''}`;
    const names = [
      'constants',
      'createHash',
      'createHmac',
      'createPrivateKey',
      'createPublicKey',
      'randomBytes',
      'sign',
    ];
    const used = names.filter((name) => new RegExp(`(?<![\\w.])${name}[.(]`).test(code));
    const files = code.includes('readFileSync(') ? "import { readFileSync } from 'node:fs';\n" : '';
    const body = lines.some((line) => line.startsWith('body = '))
      ? code
      : code.replace('let body', 'const body');
    const whole = lines.some((line) => line.startsWith('url += '))
      ? body
      : body.replace('let url', 'const url');
    const streams = code.includes('buffer(') ? "import { buffer } from 'node:stream/consumers';\n" : '';
    // A body that nothing signs and no request has.
    const needed = /\bbody\b/.test(whole.replace(NO_BODY, '')) ? whole : whole.replace(NO_BODY, '');
    return `import { ${used.join(', ')} } from 'node:crypto';\n${files}${streams}\n${needed}`;
  },
};

const NO_BODY = 'const body = Buffer.alloc(0);\n';

const WITH_MEMBERS = `
function withMembers(body, members) {
  const end = body.lastIndexOf('}');
  const before = body.subarray(0, end);
  const comma = before.toString().trim() === '{' ? '' : ',';
  return Buffer.concat([before, Buffer.from(comma + members), body.subarray(end)]);
}
`;

const FORM_FIELDS = `
function formFields(body) {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    const fields = text.split('&').filter((pair) => pair !== '').map((pair) => {
      const [name, ...rest] = pair.replaceAll('+', ' ').split('=');
      return [name, rest.join('=')].map((part) => Buffer.from(decodeURIComponent(part)));
    });
    if (fields.every(([name]) => name.length > 0)) return fields;
  } catch {}
  throw new Error(${quote(NOT_A_FORM)});
}
`;

function bytes(atom: Atom): string {
  if ('text' in atom) return `Buffer.from(${quote(atom.text)})`;
  return ['body', 'digestBytes', 'formLines', 'formText'].includes(atom.variable)
    ? atom.variable
    : `Buffer.from(${atom.variable})`;
}

function keyLines(secret: SigningPlan['secret']): readonly string[] {
  if (!secret) {
    return [
      `if (!process.env.${KEY_FILE_VARIABLE}) throw new Error('Set ${KEY_FILE_VARIABLE}.');`,
      `const key = createPrivateKey(readFileSync(process.env.${KEY_FILE_VARIABLE}));`,
    ];
  }
  const environment = `process.env.${SECRET_VARIABLE} ?? ''`;
  const bare = secret.prefix === '' ? environment : `(${environment}).slice(${quote(secret.prefix)}.length)`;
  return [
    `const key = ${DECODERS[secret.encoding](bare)};`,
    `if (key.length === 0) throw new Error('Set ${SECRET_VARIABLE}.');`,
  ];
}

function signExpression(plan: SigningPlan): string {
  const hash = hashOf(plan);
  switch (familyOf(plan)) {
    case 'mac':
      return `createHmac('${hash}', key).update(message).digest()`;
    case 'ed25519':
      return 'sign(null, message, key)';
    case 'ecdsa-raw':
      return `sign('${hash}', message, { key, dsaEncoding: 'ieee-p1363' })`;
    case 'rsa-pss':
      return `sign('${hash}', message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST })`;
    default:
      return `sign('${hash}', message, key)`;
  }
}

export const javascript: Language = {
  id: 'javascript',
  title: 'JavaScript (Node)',
  fence: 'js',
  file: 'sign.mjs',
  command: 'node sign.mjs',
  needs: {
    secret: 'Node 18 or later',
    privateKey: 'Node 18 or later',
  },
  lacks: ({ secret }) =>
    secret?.encoding === 'base32'
      ? 'Node has no base32: decode the secret with a package, and sign as the other programs do.'
      : undefined,
  syntax,
};
