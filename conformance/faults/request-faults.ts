/** A request that says something else than was signed. */
import type { Edit, Fault } from './fault.ts';

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

export const REQUEST_FAULTS: readonly Fault[] = [
  {
    id: 'host-and-path',
    summary:
      'text moves from the path into the Host header: the URL’s text is the same, but another path is called',
    edits: ANY_HOST,
    only: 'whole-url move',
    finding: /another (host|path)/,
  },
  {
    id: 'dpop-host-and-path',
    summary: 'a DPoP proof for one path is accepted at any other, with a Host header that ends in ? or #',
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
    summary: 'of two Host headers the first is signed, and the application uses the other',
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
    summary: 'with an absolute target, the Host header is signed, but the request goes to the target’s host',
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
    summary: 'whatever follows # is not signed, and reaches the upstream as part of the query',
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
    id: 'other-spelling',
    summary:
      'beside a signed parameter stands one whose name differs in case, and is what the application reads',
    edits: [
      {
        file: 'schemes/other-spelling.ts',
        find: '  if (other === undefined) return undefined;\n',
        replace: '  if (other !== sought) return undefined;\n',
      },
    ],
    only: 'mercadopago pair',
    finding: /reads names loosely/,
  },
  {
    id: 'nonce-and-body',
    summary: 'text moves from the body into the nonce, and back, across the dot between them',
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
    id: 'first-of-a-list',
    summary: 'of a header that is sent twice the first is signed, and the application gets the other',
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
      'of two content types the first decides how a signed form is read, and the application uses the other',
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
    id: 'method-beyond-bytes',
    summary:
      'of a method that is not a byte string only the low bytes are signed: PO\\u0153T is taken for POST',
    edits: [
      {
        file: EFFECTIVE,
        find: "    if (!isAll(method, TOKEN, 0, method.length)) return 'the request’s method is not a token';\n",
        replace: '',
      },
    ],
    only: 'lines low-byte method',
    finding: /another method/,
  },
  {
    id: 'half-a-pair',
    summary:
      'half a surrogate pair is read as the character U+FFFD that was signed, and the action gets the half',
    edits: [
      {
        file: 'text/json-string.ts',
        find: '  return -1;\n}\n\n/** Length of the escape',
        replace: '  return 0xfffd;\n}\n\n/** Length of the escape',
      },
    ],
    only: 'flowent bit-flip body replacement',
    finding: /another body/,
  },
];
