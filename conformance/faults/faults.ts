/** Faults that the engine had, or that its kind has: each is put back into a copy of the sources, and must be found. */

export interface Edit {
  /** Below packages/core/src. */
  readonly file: string;
  /** Stands in the file once. */
  readonly find: string;
  readonly replace: string;
}

export interface Fault {
  readonly id: string;
  /** What anybody could do. */
  readonly summary: string;
  readonly edits: readonly Edit[];
  /** Words of the cells that are searched. */
  readonly only: string;
  /** How many are tried: fewer where each takes long. */
  readonly mutations?: number;
  /** What must be said of it. */
  readonly finding: RegExp;
}

const EFFECTIVE = 'effective-request.ts';

const ANY_HOST: readonly Edit[] = [
  {
    file: EFFECTIVE,
    find: "    if (!isAuthority(host)) return 'the request’s Host field is not a host and port';\n",
    replace: '',
  },
  {
    file: EFFECTIVE,
    find: "return { host: match?.[1]?.toLowerCase(), port: match?.[2] ?? '' };",
    replace: "return { host: match?.[1]?.toLowerCase() ?? authority, port: match?.[2] ?? '' };",
  },
];

export const FAULTS: readonly Fault[] = [
  {
    id: 'host-and-path',
    summary:
      'text moves from the path into the Host field: the URL’s text is the same, and another path is called',
    edits: ANY_HOST,
    only: 'whole-url move',
    finding: /another (host|path)/,
  },
  {
    id: 'dpop-host-and-path',
    summary: 'a DPoP proof for one path is taken at any other, with a Host field that ends in ? or #',
    edits: [
      ...ANY_HOST,
      {
        file: 'schemes/jwt/dpop-proof.ts',
        find: '  const address = readHtu(htu);\n',
        replace:
          "  const named = 'https://' + request.headers.get('host') + request.url;\n  if (URL.canParse(named) && new URL(named).href.split(/[?#]/)[0] === htu) return true;\n  const address = readHtu(htu);\n",
      },
    ],
    only: 'dpop move',
    finding: /another (host|path)/,
  },
  {
    id: 'two-hosts',
    summary: 'of two Host fields the first is signed, and whoever comes next takes the other',
    edits: [
      {
        file: EFFECTIVE,
        find: "  if (host === null) return 'the request’s Host field occurs twice';\n",
        replace: '',
      },
      {
        file: EFFECTIVE,
        find: 'host !== undefined && host !== lastHost',
        replace: 'host && host !== lastHost',
      },
    ],
    only: 'whole-url field-copy host',
    finding: /another host/,
  },
  {
    id: 'overruled-host',
    summary: 'of an absolute target the Host field is signed, and the request goes to the target’s host',
    edits: [
      {
        file: EFFECTIVE,
        find: "forwarded?.host ?? absolute?.[2] ?? headers.get('host')",
        replace: "forwarded?.host ?? headers.get('host') ?? absolute?.[2]",
      },
    ],
    only: 'whole-url target',
    finding: /another host/,
  },
  {
    id: 'fragment',
    summary: 'what stands behind # is not signed, and reaches the upstream as part of the query',
    edits: [
      { file: EFFECTIVE, find: " && char !== '#';", replace: ';' },
      {
        file: EFFECTIVE,
        find: 'rest.slice(mark + 1);\n  if (origin)',
        replace: "rest.slice(mark + 1).split('#')[0];\n  if (origin)",
      },
    ],
    only: 'whole-url target',
    finding: /another query/,
  },
  {
    id: 'boundary-millisecond',
    summary:
      'at the last millisecond of the tolerance a request is fresh and its claim is over: it runs again and again',
    edits: [
      {
        file: 'schemes/signed-time.ts',
        find: 'return freshInterval(timestampMs, tolerance).untilMs;',
        replace: 'return freshInterval(timestampMs, tolerance).untilMs - 1;',
      },
      // Since the fault was mended, the guard looks once more whether the claim is still held.
      { file: 'guard.ts', find: 'if (!(nowMs < freshEnd(claim))) {', replace: 'if (nowMs === -1) {' },
    ],
    only: 'hmac again clock',
    finding: /runs a second time/,
  },
  {
    id: 'unsigned-time',
    summary:
      'a time that the message leaves out decides how long the claim lives: one captured request runs for ever',
    edits: [
      {
        file: 'schemes/template-checks.ts',
        find: "if (timestamp && !isSigned('timestamp', timestamp, templates, signature)) {",
        replace: 'if (templates.length === 0) {',
      },
    ],
    only: 'hmac unsigned-time',
    finding: /another time is told|runs a second time/,
  },
  {
    id: 'public-key-as-secret',
    summary: 'a public key’s text is taken as the secret of an HMAC: everybody can sign',
    edits: [
      {
        file: 'keys/key-shape.ts',
        find: 'if (depth > MAX_DEPTH) return undefined;\n  return typeof secret',
        replace: 'if (depth >= 0) return undefined;\n  return typeof secret',
      },
    ],
    only: 'jwt-bearer public-secret',
    finding: /nobody who holds a key/,
  },
  {
    id: 'cut-off-signature',
    summary:
      'the identity is the signature that matched: with one of two cut off the same request runs again',
    edits: [
      {
        file: 'identity.ts',
        find: 'const content = id !== undefined ? [] : claims.content(passage);',
        replace: 'const content = id !== undefined ? [] : [passage.signature as Uint8Array];',
      },
    ],
    only: 'signature-list item',
    finding: /runs a second time/,
  },
  {
    id: 'nonce-and-body',
    summary: 'text moves from the body into the nonce, and back, over the point between them',
    edits: [
      {
        file: 'schemes/part-rules.ts',
        find: 'return NONCE.test(text) ? undefined :',
        replace: 'return NONCE.test(text) || text !== "" ? undefined :',
      },
      {
        file: 'schemes/part-rules.ts',
        find: 'return endsBefore(text, rule.literal) ? undefined : holds(rule.literal);',
        replace: 'return undefined;',
      },
    ],
    only: 'nonce/time move',
    finding: /another body/,
  },
  {
    id: 'exponent-one',
    summary: 'an RSA key with the exponent 1 is taken: the padding is the signature',
    edits: [
      {
        file: 'crypto/rsa.ts',
        find: "  if (exponentBits < 2) return 'an RSA key whose exponent is 1 is not taken: anybody can sign for it';\n",
        replace: '',
      },
    ],
    only: 'jwt-bearer exponent-one',
    finding: /nobody who holds a key/,
  },
  {
    id: 'first-of-a-list',
    summary: 'of a field that occurs twice the first is signed, and the application is told the other',
    edits: [
      {
        file: 'headers.ts',
        find: '      if (value !== undefined) return null;\n      value = flat[i + 1];\n    }\n    return value;\n  };',
        replace: '      if (value === undefined) value = flat[i + 1];\n    }\n    return value;\n  };',
      },
      {
        file: 'headers.ts',
        find: '      if (value !== undefined) return null;\n      value = flat[i + 1];\n    }\n    return value;\n  }\n',
        replace: '      if (value === undefined) value = flat[i + 1];\n    }\n    return value;\n  }\n',
      },
    ],
    only: 'standard-webhooks field-copy',
    finding: /another header webhook-id/,
  },
  {
    id: 'two-content-types',
    summary:
      'of two content types the first says how a signed form is read, and whoever comes next takes the other',
    edits: [
      {
        file: 'schemes/parse-form.ts',
        find: "const type = headers.single('content-type');",
        replace: "const type = headers.get('content-type') as string | null | undefined;",
      },
    ],
    only: 'flow-production-tracking field-copy headers',
    finding: /another body/,
  },
  {
    id: 'too-many-arguments',
    summary: 'a long text in the body ends in a RangeError, which is no verdict',
    edits: [
      {
        file: 'text/bytes.ts',
        find: 'return bytes.length > SHORT_TEXT ? unitText(bytes) : shortByteText(bytes, 0, bytes.length);',
        replace: 'return String.fromCharCode(...bytes);',
      },
    ],
    only: 'flowent/compact long proof',
    finding: /RangeError/,
  },
  {
    id: 'quadratic-expression',
    summary: 'a field of blanks takes the square of its length',
    edits: [
      {
        file: 'schemes/message-signatures/field-value.ts',
        find: "  if (!value.includes('\\n')) return trimSpace(value);\n",
        replace: "  if (!value.includes('\\n')) return value.replace(/^[ \\t]+|[ \\t]+$/g, '');\n",
      },
    ],
    only: 'rfc9421/B.2.5 long headers',
    mutations: 240,
    finding: /it (holds|takes)/,
  },
];
