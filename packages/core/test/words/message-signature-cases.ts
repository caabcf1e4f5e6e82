/** Refusals of HTTP message signatures and of Approov's, which are such signatures beside a token. */

import { createHash, createHmac } from 'node:crypto';
import { HeaderList } from '../../src/index.ts';
import { mint, P256, SECONDS } from '../tokens/mint.ts';
import { type RefusalCase, SECRET } from './refusal-case.ts';

const gate = (options: object = {}): RefusalCase['gate'] => ({
  provider: { id: 'http-message-signatures', algorithm: 'hmac-sha256', components: ['@method'], ...options },
  keys: [{ id: 'k', secret: SECRET }],
});
const any: RefusalCase['gate'] = gate({ components: 'none' });

const HOST = { host: 'api.example' };
const digestOf = (body: string): string => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
const bytes = (text: string): string => `:${Buffer.from(text).toString('base64')}:`;
/** 32 bytes that nobody signed. */
const FALSE = bytes('x'.repeat(32));

/** The two fields as they are written. */
const fields = (input: string, signature: string, more: object = {}): RefusalCase['request'] => ({
  headers: { ...HOST, 'signature-input': input, signature, ...more },
});
/** One label, with a signature that is well-formed and false. */
const covering = (components: string, more: object = {}, url = '/hook'): RefusalCase['request'] => ({
  ...fields(`s=(${components});created=${SECONDS}`, `s=${FALSE}`, more),
  url,
});
interface Signed {
  readonly lines: readonly (readonly [component: string, value: string])[];
  readonly parameters?: string;
  readonly key?: string;
  readonly label?: string;
  readonly more?: object;
}
/** A genuine signature, made here. */
function signed({
  lines,
  parameters = `;created=${SECONDS}`,
  key = SECRET,
  label = 's',
  more = {},
}: Signed): RefusalCase['request'] {
  const list = `(${lines.map(([component]) => component).join(' ')})${parameters}`;
  const base = [
    ...lines.map(([component, value]) => `${component}: ${value}`),
    `"@signature-params": ${list}`,
  ].join('\n');
  const signature = createHmac('sha256', key).update(base).digest('base64');
  return fields(`${label}=${list}`, `${label}=:${signature}:`, more);
}
const METHOD = ['"@method"', 'POST'] as const;
const digested = (value: string): RefusalCase['request'] =>
  signed({ lines: [METHOD, ['"content-digest"', value]], more: { 'content-digest': value } });

const APPROOV_KEY = Buffer.from(SECRET).toString('base64');
const ACCOUNT = [
  { id: 'token', secret: APPROOV_KEY },
  { id: 'account-message', secret: APPROOV_KEY },
] as const;
const approov = (options: object = {}): RefusalCase['gate'] => ({
  provider: { id: 'approov', messageSigning: 'required', ...options },
  keys: 'signer' in options ? ACCOUNT : [APPROOV_KEY],
});
const IPK = P256.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const approovRequest = (claims: object, label: string, parameters?: string): RefusalCase['request'] => {
  const token = mint('HS256', SECRET, { claims: { ...claims } });
  const lines = [
    METHOD,
    ['"@target-uri"', 'https://api.example/hook'],
    ['"approov-token"', token],
    ['"content-digest"', digestOf('{}')],
  ] as const;
  const more = { 'approov-token': token, 'content-digest': digestOf('{}') };
  const key = label === 'account' ? SECRET : 'nobody';
  return { ...signed({ lines, label, key, more, ...(parameters !== undefined && { parameters }) }) };
};

/** Two that each could count, of which one is genuine and names another key. */
const TWO_NAMES = ((): RefusalCase['request'] => {
  const { headers } = signed({ lines: [METHOD], parameters: `;created=${SECONDS};keyid="l"` }) as {
    headers: Record<string, string>;
  };
  return fields(
    `${headers['signature-input']},t=("@method");created=1;keyid="k"`,
    `${headers['signature']},t=${FALSE}`,
  );
})();
/** A signature as long as one of ECDSA, and none. */
const withInstall = (claims: object): RefusalCase['request'] => {
  const { headers } = approovRequest(claims, 'install') as { headers: object };
  return { headers: { ...headers, signature: `install=${bytes('x'.repeat(64))}` } };
};

export const messageSignatureCases: readonly RefusalCase[] = [
  // The two fields.
  {
    when: 'no signature',
    gate: any,
    request: {},
    says: 'the request has no Signature field',
    remedy: 'The sender does not sign, signs for another provider, or a proxy dropped the signature.',
  },
  {
    when: 'a signature that says nothing of itself',
    gate: any,
    request: { headers: { signature: `s=${FALSE}` } },
    says: 'the request has no Signature-Input field',
    remedy: 'The sender does not sign, signs for another provider, or a proxy dropped the signature.',
  },
  {
    when: 'labels that differ',
    gate: any,
    request: fields('a=()', `b=${FALSE}`),
    says: 'Signature has no member a',
    remedy: 'Each label stands once in both fields (RFC 9421 §4): look for a proxy that changes one of them.',
  },
  {
    when: 'a field that is not a dictionary',
    gate: any,
    request: fields('(', `s=${FALSE}`),
    says: 'the field Signature-Input is not a dictionary of RFC 9651',
    remedy: 'Have the sender write the field as RFC 9421 §4 does.',
  },
  {
    when: 'a field of 9,000 letters',
    gate: any,
    request: fields(`s=("${'a'.repeat(9000)}")`, `s=${FALSE}`),
    says: 'the field Signature-Input is 9006 characters long; at most 8192 are read',
    remedy: 'Have the sender cover less, or sign once.',
  },
  {
    when: 'nine labels',
    gate: any,
    request: fields('a=(),b=(),c=(),d=(),e=(),f=(),g=(),h=(),i=()', `a=${FALSE}`),
    says: 'the field Signature-Input has 9 labels; at most 8 are looked at',
    remedy: 'Have the sender, and the proxies on the way, sign less often.',
  },
  {
    when: 'an input that is not a list',
    gate: any,
    request: fields('s=1', `s=${FALSE}`),
    says: 'Signature-Input: s is not a list of components',
    remedy: 'Have the sender write the field as RFC 9421 §4 does.',
  },
  {
    when: 'a signature that is a text',
    gate: any,
    request: fields('s=()', 's="x"'),
    says: 'Signature: s is not a plain byte sequence',
    remedy: 'Have the sender write the field as RFC 9421 §4 does.',
  },
  {
    when: 'no signature of the gate’s label and tag',
    gate: gate({ label: 'ours', tag: 'shop' }),
    request: fields('s=()', `s=${FALSE}`),
    says: 'the request has no signature labelled ours, tagged shop',
    remedy: 'The signatures that it has are others’: set the gate’s label and tag to what the sender writes.',
  },
  {
    when: 'five signatures that each could count',
    gate: any,
    request: fields(
      ['a', 'b', 'c', 'd', 'e']
        .map((label) => `${label}=("@method");created=${SECONDS};nonce="${label}"`)
        .join(),
      ['a', 'b', 'c', 'd', 'e'].map((label) => `${label}=${FALSE}`).join(),
    ),
    says: 'more than 4 signatures could be the one that is meant',
    remedy: 'Set the gate’s label or tag, so that it is known which of them counts.',
  },
  {
    when: 'two signatures, and the first cannot be judged',
    gate: gate(),
    request: fields('a=("x-a"),b=("x-a")', `a=${FALSE},b=${FALSE}`),
    says: 'a: the signature does not cover "@method", which the gate requires',
    remedy: 'Have the sender cover it, or take it out of the gate’s components.',
  },
  // Components that are none.
  {
    when: 'a component that is a number',
    gate: any,
    request: covering('1'),
    says: 'Signature-Input: a covered component is not a string',
    remedy: 'Have the sender write the field as RFC 9421 §4 does.',
  },
  {
    when: 'a component of answers',
    gate: any,
    request: covering('"@status"'),
    says: 'Signature-Input: @status is a part of responses',
    remedy: 'Have the sender write the field as RFC 9421 §4 does.',
  },
  {
    when: 'a component in upper case',
    gate: any,
    request: covering('"X-A"'),
    says: 'Signature-Input: "X-A" is neither a lower-case field name nor a component of requests',
    remedy: 'Have the sender write the field as RFC 9421 §4 does.',
  },
  {
    when: 'a component of the request that was answered',
    gate: any,
    request: covering('"x-a";req'),
    says: 'Signature-Input: "x-a";req: req is for responses',
    remedy: 'Have the sender write the field as RFC 9421 §4 does.',
  },
  {
    when: 'a trailer',
    gate: any,
    request: covering('"x-a";tr'),
    says: 'Signature-Input: "x-a";tr: trailers are not read',
    remedy: 'Have the sender write the field as RFC 9421 §4 does.',
  },
  {
    when: 'a parameter that nobody knows',
    gate: any,
    request: covering('"x-a";zip'),
    says: 'Signature-Input: "x-a";zip: the parameter zip is not known here',
    remedy: 'Have the sender write the field as RFC 9421 §4 does.',
  },
  {
    when: 'a query parameter without its name',
    gate: any,
    request: covering('"@query-param"'),
    says: 'Signature-Input: @query-param names no parameter',
    remedy: 'Have the sender write the field as RFC 9421 §4 does.',
  },
  {
    when: 'bytes and structure at once',
    gate: any,
    request: covering('"x-a";bs;sf'),
    says: 'Signature-Input: "x-a";bs;sf: bs stands alone',
    remedy: 'Have the sender write the field as RFC 9421 §4 does.',
  },
  {
    when: 'a component twice',
    gate: any,
    request: covering('"x-a" "x-a"'),
    says: 'Signature-Input: s covers "x-a" twice',
    remedy: 'Have the sender write the field as RFC 9421 §4 does.',
  },
  {
    when: 'a created that is a text',
    gate: any,
    request: fields('s=();created="now"', `s=${FALSE}`),
    says: 'Signature-Input: s: created is not a Unix time',
    remedy: 'Have the sender write the field as RFC 9421 §4 does.',
  },
  {
    when: 'a created in milliseconds',
    gate: any,
    request: fields(`s=();created=${SECONDS * 1000}`, `s=${FALSE}`),
    says: 'Signature-Input: s: created looks like milliseconds, where seconds are meant',
    remedy: 'Have the sender write the field as RFC 9421 §4 does.',
  },
  {
    when: 'a nonce that is a number',
    gate: any,
    request: fields('s=();nonce=1', `s=${FALSE}`),
    says: 'Signature-Input: s: nonce is not a string',
    remedy: 'Have the sender write the field as RFC 9421 §4 does.',
  },
  // Components that the request has not.
  {
    when: 'a covered field that is not there',
    gate: any,
    request: covering('"x-a"'),
    says: 'the signature covers "x-a", which is not in the request',
    remedy: 'Look for a proxy that drops or doubles the part, and at what the sender signs.',
  },
  {
    when: 'a covered field beyond ASCII',
    gate: any,
    request: covering('"x-a"', { 'x-a': 'é' }),
    says: 'the signature covers "x-a", which holds a character that is not printable ASCII',
    remedy: 'The sender must sign printable ASCII only, or sign the field’s bytes (;bs).',
  },
  {
    when: 'a covered host that is not there',
    gate: any,
    request: { headers: { 'signature-input': 's=("@authority")', signature: `s=${FALSE}` } },
    says: 'the signature covers "@authority", which is not known: the Host field is absent',
    remedy: 'Hand the request over with its Host header or an absolute URL, or set the gate’s origin.',
  },
  {
    when: 'a covered Host field that the target overrules',
    gate: any,
    request: covering('"host"', {}, 'https://other.example/hook'),
    says: 'the signature covers "host", which says another host than the request’s target',
    remedy: 'Look for a proxy that writes the target anew; set the gate’s origin to what the sender calls.',
  },
  {
    when: 'a covered query parameter that is not there',
    gate: any,
    request: covering('"@query-param";name="a"', {}, '/hook?b=1'),
    says: 'the signature covers "@query-param";name="a", which is not in the query',
    remedy: 'The sender must sign a parameter that its query has, and has once.',
  },
  {
    when: 'a covered query parameter that is there twice',
    gate: any,
    request: covering('"@query-param";name="a"', {}, '/hook?a=1&a=2'),
    says: 'the signature covers "@query-param";name="a", which occurs twice in the query',
    remedy: 'The sender must sign a parameter that its query has, and has once.',
  },
  {
    when: 'a covered query parameter of a query that cannot be read',
    gate: any,
    request: covering('"@query-param";name="a"', {}, '/hook?a=%zz'),
    says: 'the signature covers "@query-param";name="a", which cannot be read: in the query, a field has a broken percent escape or is not UTF-8',
    remedy: 'The sender must sign a parameter that its query has, and has once.',
  },
  {
    when: 'a structured field of no known type',
    gate: any,
    request: covering('"x-a";sf', { 'x-a': '1' }),
    says: 'the signature covers "x-a";sf, which is of no known structure',
    remedy: 'Name the field’s type under the gate’s structuredFields.',
  },
  {
    when: 'a structured field that is none',
    gate: any,
    request: covering('"priority";sf', { priority: '(' }),
    says: 'the signature covers "priority";sf, which is not a structured dictionary',
    remedy:
      'The sender must write the field as RFC 9651 does, or sign all of it as it stands (without ;sf and ;key).',
  },
  {
    when: 'a member of what is not a dictionary',
    gate: any,
    request: covering('"x-a";key="a"', { 'x-a': '(' }),
    says: 'the signature covers "x-a";key="a", which is not a structured dictionary with each name once',
    remedy:
      'The sender must write the field as RFC 9651 does, or sign all of it as it stands (without ;sf and ;key).',
  },
  {
    when: 'a member that the dictionary has not',
    gate: any,
    request: covering('"x-a";key="a"', { 'x-a': 'b=1' }),
    says: 'the signature covers "x-a";key="a", which is not in the dictionary',
    remedy:
      'The sender must write the field as RFC 9651 does, or sign all of it as it stands (without ;sf and ;key).',
  },
  {
    when: 'bytes of a field that is not there',
    gate: any,
    request: covering('"x-a";bs'),
    says: 'the signature covers "x-a";bs, which is not in the request',
    remedy: 'Look for a proxy that drops or doubles the part, and at what the sender signs.',
  },
  {
    when: 'bytes of a field with a letter beyond one byte',
    gate: any,
    request: {
      headers: new HeaderList([
        'signature-input',
        's=("x-a";bs)',
        'signature',
        `s=${FALSE}`,
        'x-a',
        '\u20ac',
      ]),
    },
    says: 'the signature covers "x-a";bs, which holds a line break, or a letter that is not a byte',
    remedy: 'Hand over the header’s value as it arrived, one character a byte.',
  },
  // What the gate wants.
  {
    when: 'a signature of another algorithm',
    gate: any,
    request: fields('s=();alg="ed25519"', `s=${FALSE}`),
    says: 'the signature’s alg is "ed25519", not hmac-sha256',
    remedy:
      'The request names another algorithm than the gate is set to. Change the one that is wrong; the gate never follows the request.',
  },
  {
    when: 'a signature of one byte',
    gate: any,
    request: fields('s=()', 's=:YQ==:'),
    says: 'the signature is 1 byte long; that of hmac-sha256 is 32',
    remedy: 'Compare the signature’s length, alphabet and prefix with the provider’s page.',
  },
  {
    when: 'no nonce, where one is wanted',
    gate: gate({ required: ['nonce'] }),
    request: fields('s=("@method")', `s=${FALSE}`),
    says: 'the signature has no parameter nonce, which the gate requires',
    remedy: 'Have the sender sign with nonce, or take it out of the gate’s required.',
  },
  {
    when: 'a signature that leaves the method out',
    gate: gate(),
    request: fields('s=()', `s=${FALSE}`),
    says: 'the signature does not cover "@method", which the gate requires',
    remedy: 'Have the sender cover it, or take it out of the gate’s components.',
  },
  // Once it is compared.
  {
    when: 'another’s signature',
    gate: any,
    request: covering('"@method"'),
    says: 'none of the keys proves the request',
    remedy:
      'The key differs, or the request was changed on its way. Compare the gate’s key with the sender’s; `countersign explain` shows the bytes that must be signed.',
  },
  {
    when: 'a genuine signature under another key’s name',
    gate: {
      ...gate(),
      keys: [
        { id: 'k', secret: SECRET },
        { id: 'l', secret: 'another secret of thirty-two char' },
      ],
    },
    request: { ...TWO_NAMES },
    says: 'none of the keys proves the request',
    remedy:
      'The key differs, or the request was changed on its way. Compare the gate’s key with the sender’s; `countersign explain` shows the bytes that must be signed.',
  },
  {
    when: 'another body',
    gate: any,
    request: digested(digestOf('[]')),
    says: 'Content-Digest’s sha-256 is of another body',
    remedy:
      'The key is right, and the body was changed after it was signed: look for what parses it and writes it anew, or decompresses it, before it is verified.',
  },
  {
    when: 'a digest that is not a dictionary',
    gate: any,
    request: digested('('),
    says: 'Content-Digest is not a short dictionary with each name once',
    remedy: 'Have the sender write it as RFC 9530 does, e.g. `sha-256=:` base64 of the hash `:`.',
  },
  {
    when: 'a digest that can be forged',
    gate: any,
    request: digested('md5=:YWJj:'),
    says: 'Content-Digest has none of sha-256 and sha-512',
    remedy: 'Have the sender add one of these: the other algorithms of the registry can be forged.',
  },
  {
    when: 'a digest that is a text',
    gate: any,
    request: digested('sha-256="x"'),
    says: 'Content-Digest: sha-256 is not a byte sequence',
    remedy: 'Have the sender write it as RFC 9530 does, e.g. `sha-256=:` base64 of the hash `:`.',
  },
  {
    when: 'no time, where one is wanted',
    gate: gate({ required: ['created'] }),
    request: signed({ lines: [METHOD], parameters: '' }),
    says: 'the signature has no parameter created',
    remedy: 'Have the sender sign with created, or take it out of what the gate requires.',
  },
  {
    when: 'a signature that has ended',
    gate: any,
    request: signed({ lines: [METHOD], parameters: `;created=${SECONDS - 5};expires=${SECONDS - 1}` }),
    says: 'the signature expired 1 s ago, by its own parameter expires',
    remedy:
      'Have the sender sign anew, or with a later expires; look for a queue on the way, and at both clocks.',
  },
  {
    when: 'a signature of an hour ago',
    gate: any,
    request: signed({ lines: [METHOD], parameters: `;created=${SECONDS - 3600}` }),
    says: 'the request is 1 h old; at most 5 min are allowed',
    remedy: 'The request is old: look for a queue or retry on the way, and at both clocks.',
  },
  // Approov.
  {
    when: 'a token without the installation’s key',
    gate: approov(),
    request: withInstall({}),
    says: 'the token has no claim ipk',
    remedy:
      'Turn installation message signing on in the Approov account, or set the gate’s signer to account.',
  },
  {
    when: 'a token with an installation’s key that is none',
    gate: approov(),
    request: withInstall({ ipk: 'YWJj' }),
    says: 'the token’s claim ipk is not a P-256 key as base64 of its DER',
    remedy:
      'Turn installation message signing on in the Approov account, or set the gate’s signer to account.',
  },
  {
    when: 'a message that the installation has not signed',
    gate: approov(),
    request: withInstall({ ipk: IPK }),
    says: 'the token is genuine, and no key proves the message signature install',
    remedy:
      'What is signed was changed on its way, or another installation signed: the key is the token’s own (ipk).',
  },
  {
    when: 'a message that the account has not signed',
    gate: {
      ...approov({ signer: 'account' }),
      keys: [
        ACCOUNT[0],
        {
          id: 'account-message',
          secret: Buffer.from('another secret of thirty-two char').toString('base64'),
        },
      ],
    },
    request: approovRequest({}, 'account'),
    says: 'the token is genuine, and no key proves the message signature account',
    remedy:
      'Compare the gate’s key for account message signatures with Approov’s; or what is signed was changed on its way.',
  },
  {
    when: 'a message under the account’s revoked key',
    gate: {
      ...approov({ signer: 'account' }),
      keys: [
        ACCOUNT[0],
        {
          id: 'account-message-2',
          secret: Buffer.from('another secret of thirty-two char').toString('base64'),
        },
        { ...ACCOUNT[1], state: 'revoked' },
      ],
    },
    request: approovRequest({}, 'account'),
    says: 'key "account-message" proves the message signature, but is revoked',
    remedy:
      'Have the sender sign with a key that is valid now; or change the key’s state or validity in the gate’s keys, if that key should be accepted.',
  },
  {
    when: 'a message where the account’s keys have ended',
    gate: {
      ...approov({ signer: 'account' }),
      keys: [
        ACCOUNT[0],
        {
          id: 'account-message',
          secret: Buffer.from('another secret of thirty-two char').toString('base64'),
          untilMs: 0,
        },
      ],
    },
    request: approovRequest({}, 'account'),
    says: 'no key for account message signatures is valid now',
    remedy: 'Look at the states and the validity of the gate’s keys for account message signatures.',
  },
  {
    when: 'a message without a time',
    gate: approov({ signer: 'account' }),
    request: approovRequest({}, 'account', ''),
    says: 'the message signature has no parameter created',
    remedy: 'Have the app sign with created.',
  },
];
