/** What is mutated, in pieces that a run can stop between; each is tried with the tests that speak of it. */

export interface Piece {
  readonly name: string;
  /** Patterns below packages/core/src. */
  readonly mutated: readonly string[];
  /** Patterns below packages/core/test. */
  readonly tests: readonly string[];
}

/** Requests of every provider, accepted and refused. */
const EVERYWHERE = ['vectors.test.ts', 'schemes.test.ts', 'any-input.test.ts'];
const TEXT = ['text/**', 'body-readings.test.ts', 'schemes/**', ...EVERYWHERE];
const SCHEMES = ['schemes/**', 'options/**', 'time/**', '*.test.ts'];

export const PIECES: readonly Piece[] = [
  { name: 'pipeline', mutated: ['pipeline.ts'], tests: ['*.test.ts', 'claims/**', 'time/**', 'tokens/**'] },
  {
    name: 'text-json-scan',
    mutated: ['text/json-{scan,names,bytes,object,members}.ts', 'text/name-table.ts'],
    tests: TEXT,
  },
  {
    name: 'text-json-print',
    mutated: ['text/json-{print,spans,escapes}.ts', 'text/{sorting,code-points}.ts'],
    tests: TEXT,
  },
  {
    name: 'text-json-strings',
    mutated: ['text/json-string.ts', 'text/{utf8-ahead,byte-runs,parse-exact-json}.ts'],
    tests: TEXT,
  },
  {
    name: 'text-forms',
    mutated: ['text/{form,form-field,multipart,media-type,white-space}.ts'],
    tests: TEXT,
  },
  { name: 'text-bytes', mutated: ['text/{bytes,encodings,collect-bytes,uri-path}.ts'], tests: TEXT },
  { name: 'text-times', mutated: ['text/rfc3339.ts'], tests: ['text/**', 'time/**'] },
  {
    name: 'text-small',
    mutated: ['text/{token,amounts,quotes,shown-text,shown-url,is-object}.ts'],
    tests: ['text/**', 'time/**', 'shown-to-people.test.ts', ...EVERYWHERE],
  },
  {
    name: 'schemes-lists',
    mutated: ['schemes/{signature-list,signature-text,signed-time,after-scheme}.ts'],
    tests: SCHEMES,
  },
  {
    name: 'schemes-templates',
    mutated: ['schemes/template*.ts', 'schemes/message-*.ts', 'schemes/part-*.ts'],
    tests: SCHEMES,
  },
  {
    name: 'schemes-bodies',
    mutated: ['schemes/{body,form,json,member,query,whole,address}-*.ts', 'schemes/parse-form.ts'],
    tests: SCHEMES,
  },
  {
    name: 'schemes-tokens',
    mutated: ['schemes/jwt/*.ts', 'schemes/shared-token.ts'],
    tests: ['tokens/**', 'time/**', 'options/**', '*.test.ts'],
  },
  {
    name: 'schemes-message-signatures',
    mutated: ['schemes/message-signatures/*.ts'],
    tests: ['message-signatures/**', 'options/**', '*.test.ts'],
  },
  {
    name: 'schemes-approov',
    mutated: ['schemes/approov/*.ts'],
    tests: ['approov/**', 'options/**', '*.test.ts'],
  },
];
