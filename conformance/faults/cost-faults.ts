/** What ends in no verdict, or in one that costs too much. */
import type { Fault } from './fault.ts';

export const COST_FAULTS: readonly Fault[] = [
  {
    id: 'too-many-arguments',
    summary: 'a long text in the body causes a RangeError instead of a verdict',
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
    summary: 'a header of spaces takes time that grows with the square of its length',
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
  {
    id: 'form-of-ampersands',
    summary:
      'a form that carries its signature is parsed pair by pair, empty pairs too: ampersands cost milliseconds',
    edits: [
      {
        file: 'text/form.ts',
        find: 'if (pairs++ === MAX_FIELDS)',
        replace: 'if (fields.length === MAX_FIELDS)',
      },
      {
        file: 'schemes/form-readings.ts',
        find: '  const pair = findPair(body, field);\n',
        replace:
          "  const text = String.fromCharCode(...body);\n  const pairs = text.split('&').filter((each) => new URLSearchParams(each).get(field) === null);\n  if (pairs.length < text.length) return [Uint8Array.from(pairs.join('&'), (char) => char.charCodeAt(0))];\n  const pair = findPair(body, field);\n",
      },
    ],
    only: 'signed-field long body',
    mutations: 240,
    finding: /it (holds|takes)/,
  },
  {
    id: 'payload-beyond-ascii',
    summary:
      'a token whose payload is not base64url reaches the key: the token library throws instead of a verdict',
    edits: [
      {
        file: 'schemes/jwt/find-token.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a line of a source.
        find: "  if (typeof claims === 'string') return malformed(`the token’s payload ${claims}`, AS_JSON);\n",
        replace: '',
      },
    ],
    only: 'firebase-app-check bit-flip proof',
    finding: /JWSInvalid/,
  },
  {
    id: 'end-beyond-dates',
    summary: 'a token that expires beyond the range of dates runs, and remembering it fails',
    edits: [
      {
        file: 'schemes/jwt/token-claims.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a line of a source.
        find: "    if (typeof ms === 'string') return `the claim ${name} ${ms}`;\n",
        replace: '',
      },
      // Since the fault was mended, the claim’s end is bounded as well.
      {
        file: 'freshness.ts',
        find: 'return Math.min(Math.ceil(untilMs), MAX_TIME_MS + 1);',
        replace: 'return Math.ceil(untilMs);',
      },
    ],
    only: 'jwt-bearer issuer',
    finding: /RangeError/,
  },
];
