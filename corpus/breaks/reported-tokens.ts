/** What bug reports, and people on their first day, say of tokens that are rightly refused. */
import { createHmac, createSecretKey } from 'node:crypto';
import { versionOf } from '../base/versions.ts';
import { type Case, type Draft, headerOf, withHeader } from '../base/wire.ts';
import {
  APPROOV_SECRET,
  approov,
  claimsOf,
  firebase,
  JWT_SECRET,
  jwtHmac,
  signToken,
  type TokenParts,
} from '../senders/token-senders.ts';
import { asItIs, casesOfSender, type DirectRow, without } from './direct.ts';

const NODE = versionOf('node');
const JOSE = versionOf('jose');

/** Signs whatever text it is given, as no library would. */
function tokenOf(header: string, claims: string): string {
  const message = [header, claims].map((text) => Buffer.from(text).toString('base64url')).join('.');
  return `${message}.${createHmac('sha256', JWT_SECRET).update(message).digest('base64url')}`;
}

const row = (
  cause: string,
  truth: string,
  make: DirectRow['make'],
  more: Partial<DirectRow> = {},
): DirectRow => ({ cause, truth, madeBy: NODE, count: 1, make, ...more });

const HEADER = '{"alg":"HS256","typ":"JWT"}';
const written =
  (claims: (usual: string, draft: Draft) => string, header = HEADER): DirectRow['make'] =>
  (draft) =>
    jwtHmac.carry(draft, tokenOf(header, claims(JSON.stringify(claimsOf(draft)), draft)));
const exp = (value: string) => (usual: string) => usual.replace(/"exp":\d+/, `"exp":${value}`);
const of =
  (sender: typeof jwtHmac, change: (parts: TokenParts) => TokenParts): DirectRow['make'] =>
  async (draft) =>
    sender.carry(draft, await signToken(change(sender.parts(draft))));

const JWT: readonly DirectRow[] = [
  row(
    'token-with-doubled-name',
    'The header of the token has alg twice, HS256 and none.',
    written((usual) => usual, '{"alg":"HS256","alg":"none"}'),
  ),
  row(
    'token-with-doubled-name',
    'The claims of the token have exp twice.',
    written((usual) => usual.replace('{', '{"exp":1,')),
  ),
  row('token-is-no-json', "The token's exp is Infinity, which JSON does not have.", written(exp('Infinity'))),
  row('exp-beyond-all-dates', "The token's exp is 1e50, which is no date.", written(exp('1e50'))),
  row('exp-beyond-all-dates', "The token's exp is 1.7e308, which is no date.", written(exp('1.7e308'))),
  row('token-claim-of-another-type', "The token's exp is a text.", written(exp('"1999999999"'))),
  row('token-claim-of-another-type', "The token's exp is null.", written(exp('null'))),
  row(
    'secret-read-in-another-encoding',
    'The issuer decodes the secret from base64; it is to be used as it stands.',
    async (draft) => {
      const key = createSecretKey(Buffer.from(JWT_SECRET, 'base64'));
      return jwtHmac.carry(draft, await signToken({ ...jwtHmac.parts(draft), key }));
    },
    { madeBy: JOSE },
  ),
  row('token-in-quotes', 'The token stands in quotes.', (_draft, wire) =>
    withHeader(wire, 'authorization', headerOf(wire, 'authorization').replace(/ (.*)/, ' "$1"')),
  ),
  row(
    'token-spare-bits-changed',
    'The last letter of the signature has other spare bits.',
    (_draft, wire) => {
      const value = headerOf(wire, 'authorization');
      const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      return withHeader(
        wire,
        'authorization',
        value.slice(0, -1) + letters[letters.indexOf(value.slice(-1)) + 1],
      );
    },
  ),
];

const tokenTo =
  (change: (token: string) => string): DirectRow['make'] =>
  (_draft, wire) =>
    withHeader(wire, 'approov-token', change(headerOf(wire, 'approov-token')));

const APPROOV: readonly DirectRow[] = [
  row(
    'bound-header-changed',
    'The token is bound to an older access token than the one that came.',
    (_draft, wire) => withHeader(wire, 'authorization', 'Bearer another-access-token'),
  ),
  row(
    'bound-header-missing',
    'The header that the token is bound to did not come.',
    without('authorization'),
  ),
  row(
    'token-of-another-algorithm',
    'The token is signed with HS512, where HS256 is expected.',
    of(approov, (parts) => ({ ...parts, header: { ...parts.header, alg: 'HS512' } })),
    { madeBy: JOSE },
  ),
  row(
    'token-unsigned',
    'The token says alg none, and has no signature.',
    tokenTo((token) => {
      const [, claims = ''] = token.split('.');
      return `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${claims}.`;
    }),
  ),
  row('token-expired', 'The token had expired two minutes before.', asItIs, {
    now: ({ at }) => at / 1000 + 360,
  }),
  row(
    'token-cut',
    'The first letters of the token are lost.',
    tokenTo((token) => token.slice(12)),
  ),
  row(
    'token-cut',
    'The last letters of the token are lost.',
    tokenTo((token) => token.slice(0, -20)),
  ),
  row(
    'token-in-quotes',
    'The token stands in quotes.',
    tokenTo((token) => `"${token}"`),
  ),
  row(
    'token-with-bearer-before-it',
    'Bearer stands before the token, which has a header of its own.',
    tokenTo((token) => `Bearer ${token}`),
  ),
  row('token-under-another-header-name', 'The token came in X-Approov-Token.', (_draft, wire) => ({
    ...wire,
    headers: wire.headers.map(([name, value]) => [
      name.replace(/^approov-token$/i, 'X-Approov-Token'),
      value,
    ]),
  })),
  row(
    'exp-in-milliseconds',
    "The token's exp is in milliseconds.",
    of(approov, (parts) => ({ ...parts, claims: { ...parts.claims, exp: (parts.claims.exp ?? 0) * 1000 } })),
    { madeBy: JOSE },
  ),
  row(
    'secret-read-in-another-encoding',
    'The receiver uses the text of the base64 secret as it stands; it is to be decoded.',
    asItIs,
    { keys: () => [{ secret: APPROOV_SECRET, encoding: 'utf8' }] },
  ),
];

const FIREBASE: readonly DirectRow[] = [
  row(
    'token-with-bearer-before-it',
    'Bearer stands before the token, which has a header of its own.',
    (_draft, wire) =>
      withHeader(wire, 'x-firebase-appcheck', `Bearer ${headerOf(wire, 'x-firebase-appcheck')}`),
  ),
];

export async function reportedTokenCases(): Promise<readonly Case[]> {
  return [
    ...(await casesOfSender(jwtHmac, JWT)),
    ...(await casesOfSender(approov, APPROOV)),
    ...(await casesOfSender(firebase, FIREBASE)),
  ];
}
