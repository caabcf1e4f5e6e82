/** What is mutated, in pieces that a run can stop between; each is tried with the tests that speak of it, those that end most mutants first. */

export interface Piece {
  readonly name: string;
  /** Patterns below packages/core/src. */
  readonly mutated: readonly string[];
  /** Patterns below packages/core/test, in the order in which they are run until one fails. */
  readonly tests: readonly string[];
}

/** Requests of every provider, accepted and refused. */
const EVERYWHERE = ['schemes.test.ts', 'honest-everywhere.test.ts', 'vectors.test.ts'];
const TEXT = ['body-readings.test.ts', 'schemes/{form,digest,query}-*.test.ts', ...EVERYWHERE];
const SCHEMES = [
  'schemes/{declared,digest,form,query,scheme}*.test.ts',
  'schemes.test.ts',
  '{other,single,near,late,honest,weak,provider,signature}-*.test.ts',
  'options/{demands,option}*.test.ts',
  'words/{refusals,setup,coverage}.test.ts',
  'vectors.test.ts',
  'time/**',
  '{body,refusal,remedies,unreadable}-*.test.ts',
  'options/options-as-declared.test.ts',
  'captured/abilities.test.ts',
  '{sign-verifies,late-id,imported-gate,steps,receive,request-in-pieces,any-input}.test.ts',
  'claims/**',
  'captured/**',
];

export const PIECES: readonly Piece[] = [
  {
    name: 'pipeline',
    mutated: ['pipeline.ts'],
    tests: [
      '{pipeline,refuse-head}.test.ts',
      '{receive,steps,schemes,late-id,single-header,honest-everywhere,unreadable-requests}.test.ts',
      'claims/**',
      'time/**',
      'words/refusals.test.ts',
      'tokens/{claims,dpop}.test.ts',
      '{other,near,thrown,foreign,request,refusal,remedies}-*.test.ts',
    ],
  },
  {
    name: 'text-json-scan',
    mutated: ['text/json-scan.ts'],
    tests: ['text/json-{bytes,faults,names,string,scan}.test.ts', 'text/vectors.test.ts'],
  },
  {
    name: 'text-json-names',
    mutated: ['text/json-{names,bytes,object,members,text}.ts', 'text/name-table.ts'],
    tests: [
      'text/json-{bytes,members,names}.test.ts',
      'text/{name-table,json-chunks,json-faults,json-print,json-scan,vectors}.test.ts',
    ],
  },
  {
    name: 'text-json-print',
    mutated: ['text/json-{print,spans,escapes}.ts', 'text/{sorting,code-points}.ts'],
    tests: ['text/{sorting,json-chunks,json-print}.test.ts'],
  },
  {
    name: 'text-json-strings',
    mutated: ['text/json-string.ts', 'text/{utf8-ahead,byte-runs,parse-exact-json}.ts'],
    tests: ['text/{json-string,byte-runs,parse-exact-json,json-scan}.test.ts', ...TEXT],
  },
  {
    name: 'text-forms',
    mutated: ['text/{form,form-field,multipart,media-type,white-space}.ts'],
    tests: ['text/{form-bounds,white-space,media-type,multipart,form}.test.ts', ...TEXT],
  },
  {
    name: 'text-bytes',
    mutated: ['text/{bytes,encodings,collect-bytes,uri-path}.ts'],
    tests: ['text/{bytes,encodings,collect-bytes,uri-path,vectors}.test.ts', ...TEXT],
  },
  {
    name: 'text-times',
    mutated: ['text/rfc3339.ts'],
    tests: ['time/**'],
  },
  {
    name: 'text-small',
    mutated: ['text/{token,amounts,quotes,shown-text,shown-url,is-object}.ts'],
    tests: [
      'text/{amounts,is-object,quotes,shown-text,shown-url,token}.test.ts',
      'shown-to-people.test.ts',
      'tokens/claims.test.ts',
      'schemes/**',
      ...EVERYWHERE,
    ],
  },
  {
    name: 'schemes-lists',
    mutated: [
      'schemes/{signature-list,signature-list-options,signature-text,signed-time,after-scheme,lifetime}.ts',
    ],
    tests: ['signature-lists.test.ts', 'time/timestamps.test.ts', ...SCHEMES, 'tokens/claims.test.ts'],
  },
  {
    name: 'schemes-templates',
    mutated: ['schemes/template*.ts'],
    tests: [
      'schemes/**',
      'sign-verifies.test.ts',
      'captured/{every-template,truth}.test.ts',
      'claims/{identity,redeliveries}.test.ts',
      'late-id.test.ts',
      ...SCHEMES,
    ],
  },
  {
    name: 'schemes-parts',
    mutated: ['schemes/message-*.ts', 'schemes/part-*.ts', 'schemes/{declared,sender}*.ts'],
    tests: ['schemes/**', ...SCHEMES],
  },
  {
    name: 'schemes-bodies',
    mutated: [
      'schemes/{body,form,json,member,query,whole,address,origin}-*.ts',
      'schemes/{parse-form,coverage}.ts',
    ],
    tests: ['schemes/**', ...SCHEMES],
  },
  {
    name: 'schemes-tokens',
    mutated: ['schemes/jwt/{a,b,d,f,j,k,o,s}*.ts', 'schemes/shared-token.ts'],
    tests: ['tokens/**', ...SCHEMES],
  },
  {
    name: 'schemes-token-keys',
    mutated: ['schemes/jwt/token-*.ts'],
    tests: ['tokens/**', 'keys/**', ...SCHEMES],
  },
  {
    name: 'schemes-components',
    mutated: [
      'schemes/message-signatures/{component,component-value,content-digest,decimals,field-value,memo,structured-fields}.ts',
    ],
    tests: [
      'message-signatures/{signature-rules,structured-fields,content-digest,decimals,fields,component-value}.test.ts',
      'message-signatures/**',
      'schemes.test.ts',
      'words/{refusals,setup}.test.ts',
    ],
  },
  {
    name: 'schemes-signature-inputs',
    mutated: ['schemes/message-signatures/{find,sign,signature,signed}-*.ts'],
    tests: [
      'message-signatures/{signature-rules,signature-input,find-signatures,declared-options}.test.ts',
      'message-signatures/**',
      'claims/{identity,given-back}.test.ts',
      'schemes.test.ts',
      'words/{refusals,setup}.test.ts',
    ],
  },
  {
    name: 'schemes-message-signatures',
    mutated: [
      'schemes/message-signatures/{message-signatures,policy,declared-options,option-rows,usual-members}.ts',
    ],
    tests: [
      'message-signatures/{told,declared-options,signature-rules,usual-members,message-signatures}.test.ts',
      'message-signatures/**',
      'claims/{identity,given-back}.test.ts',
      '{weak-options,provider-options,refuse-head,honest-spellings,imported-gate,request-in-pieces}.test.ts',
      'options/{demands,option}*.test.ts',
      'words/{refusals,setup,coverage}.test.ts',
      'captured/{every-component,truth}.test.ts',
      'time/{timestamps,one-limit}.test.ts',
      'schemes.test.ts',
    ],
  },
  {
    name: 'schemes-approov',
    mutated: ['schemes/approov/*.ts'],
    tests: [
      'approov/**',
      'message-signatures/beside-a-good-one.test.ts',
      'claims/identity.test.ts',
      ...SCHEMES,
      'tokens/**',
    ],
  },
];
