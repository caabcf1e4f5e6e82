/** What goes wrong with a JWT, whoever issues it. */
import { createHmac, createSecretKey, sign as signBytes } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { draw, pick } from '../base/draw.ts';
import { ask } from '../base/helper.ts';
import { versionOf } from '../base/versions.ts';
import { type Draft, headerOf, withHeader } from '../base/wire.ts';
import { signToken, type TokenParts, type TokenSender } from '../senders/token-senders.ts';
import { asItIs, type DirectRow, without } from './direct.ts';

const JOSE = versionOf('jose');
const NODE = versionOf('node');

const hour = 3600;

/** Rows that fit each sender of tokens. */
export function tokenSlips(sender: TokenSender, header: string, prefix: string): readonly DirectRow[] {
  const changedToken =
    (change: (parts: TokenParts, draft: Draft, label: string) => TokenParts): DirectRow['make'] =>
    async (draft, _genuine, label) =>
      sender.carry(draft, await signToken(change(sender.parts(draft), draft, label)));
  const claims = (change: (claims: JWTPayload, label: string) => JWTPayload): DirectRow['make'] =>
    changedToken((parts, _draft, label) => ({ ...parts, claims: change(parts.claims, label) }));
  const written =
    (change: (token: string) => string | Promise<string | undefined> | undefined): DirectRow['make'] =>
    async (_draft, genuine) => {
      const token = headerOf(genuine, header).slice(prefix.length);
      const changed = await change(token);
      return changed === undefined || changed === token
        ? undefined
        : withHeader(genuine, header, prefix + changed);
    };
  return [
    {
      cause: 'token-expired',
      truth: 'The token had expired when the request came: the client did not fetch a new one.',
      madeBy: JOSE,
      count: 4,
      make: asItIs,
      now: ({ at }, label) => at / 1000 + hour + 60 + draw(label, 90_000),
    },
    {
      cause: 'token-not-yet-valid',
      truth: "The token's nbf is ahead: the issuer's clock is, or the receiver's is behind.",
      madeBy: JOSE,
      count: 4,
      make: claims(({ exp = 0, ...more }, label) => ({
        ...more,
        nbf: exp - 200 + draw(label, 100),
        exp: exp + hour,
      })),
    },
    {
      cause: 'token-without-exp',
      truth: 'The token has no exp.',
      madeBy: JOSE,
      count: 3,
      make: claims(({ exp: _exp, ...more }) => more),
    },
    {
      cause: 'token-claim-of-another-type',
      truth: "The token's exp is a text.",
      madeBy: JOSE,
      count: 3,
      make: claims((all) => ({ ...all, exp: String(all.exp) as unknown as number })),
    },
    {
      cause: 'token-in-quotes',
      truth: 'The token stands in quotes.',
      madeBy: NODE,
      count: 4,
      make: written((token) => JSON.stringify(token)),
    },
    {
      cause: 'token-cut',
      truth: 'The token was cut at 255 letters, as a column of a table does.',
      madeBy: NODE,
      count: 3,
      make: written((token) => token.slice(0, Math.min(255, token.length - 20))),
    },
    {
      cause: 'token-cut',
      truth: "The token's signature is missing.",
      madeBy: NODE,
      count: 3,
      make: written((token) => token.slice(0, token.lastIndexOf('.'))),
    },
    {
      cause: 'token-cut',
      truth: "The token's last letter is missing.",
      madeBy: NODE,
      count: 2,
      make: written((token) => token.slice(0, -1)),
    },
    {
      cause: 'token-in-padded-base64',
      truth: 'The segments of the token are in base64 with + and / and =, and not in base64url.',
      madeBy: versionOf('python'),
      count: 4,
      make: written(async (token) =>
        (
          await Promise.all(
            token.split('.').map((segment) => ask('python', 'base64', Buffer.from(segment, 'base64url'))),
          )
        ).join('.'),
      ),
    },
    {
      cause: 'token-spare-bits-changed',
      truth: 'A library encoded the signature anew, with other spare bits in the last letter.',
      madeBy: NODE,
      count: 3,
      make: written((token) => {
        const next =
          token.slice(0, -1) +
          'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[
            'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(token.at(-1) ?? 'A') ^
              1
          ];
        return Buffer.from(next.split('.')[2] ?? '', 'base64url').equals(
          Buffer.from(token.split('.')[2] ?? '', 'base64url'),
        )
          ? next
          : undefined;
      }),
    },
    {
      cause: 'token-with-doubled-name',
      truth: "The token's claims have exp twice, as a program that puts JSON together by hand makes them.",
      madeBy: NODE,
      count: 2,
      make: async (draft) => {
        const parts = sender.parts(draft);
        const signed = [
          JSON.stringify(parts.header),
          JSON.stringify(parts.claims).replace(/\}$/, `,"exp":${parts.claims.exp}}`),
        ]
          .map((text) => Buffer.from(text).toString('base64url'))
          .join('.');
        return parts.header.alg === 'HS256'
          ? sender.carry(
              draft,
              `${signed}.${createHmac('sha256', parts.key).update(signed).digest('base64url')}`,
            )
          : sender.carry(
              draft,
              `${signed}.${signBytes('sha256', Buffer.from(signed), parts.key).toString('base64url')}`,
            );
      },
    },
    {
      cause: 'token-with-blanks',
      truth: 'The token was wrapped, and its line ends became blanks.',
      madeBy: versionOf('coreutils'),
      count: 2,
      make: written((token) => (token.match(/.{1,76}/g) ?? []).join(' ')),
    },
    {
      cause: 'token-encoded-twice',
      truth: 'The token was encoded in base64 as a whole.',
      madeBy: versionOf('python'),
      count: 3,
      make: written(async (token) => (await ask('python', 'base64', token)).toString()),
    },
    {
      cause: 'token-under-another-header-name',
      truth: 'The token came in another header.',
      madeBy: NODE,
      count: 4,
      make: (_draft, genuine, label) => ({
        ...genuine,
        headers: genuine.headers.map(
          ([name, value]) =>
            [
              name === header
                ? pick(label, ['X-Auth-Token', 'X-Access-Token', 'Token', 'X-Authorization'])
                : name,
              value,
            ] as const,
        ),
      }),
    },
    {
      cause: 'token-header-missing',
      truth: 'The request came without the header of the token.',
      madeBy: NODE,
      count: 3,
      make: without(header),
    },
    {
      cause: 'token-of-another-algorithm',
      truth: 'The issuer signs with another algorithm than the gate takes.',
      madeBy: JOSE,
      count: 4,
      make: changedToken((parts) =>
        parts.header.alg.startsWith('HS')
          ? {
              ...parts,
              header: { ...parts.header, alg: 'HS512' },
              key: createSecretKey(Buffer.alloc(64, 'k')),
            }
          : {
              ...parts,
              header: { ...parts.header, alg: parts.header.alg === 'RS256' ? 'PS256' : 'HS256' },
              ...(parts.header.alg !== 'RS256' && { key: createSecretKey(Buffer.alloc(64, 'k')) }),
            },
      ),
    },
    {
      cause: 'token-unsigned',
      truth: 'The token says alg none and has no signature, as a library without a key makes it.',
      madeBy: NODE,
      count: 2,
      make: (draft) => {
        const { claims: all } = sender.parts(draft);
        const text = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
        return sender.carry(draft, `${text({ alg: 'none', typ: 'JWT' })}.${text(all)}.`);
      },
    },
    {
      cause: 'exp-in-milliseconds',
      truth: "The token's times are in milliseconds.",
      madeBy: JOSE,
      count: 4,
      make: claims((all) =>
        Object.fromEntries(
          Object.entries(all).map(([name, value]) => [
            name,
            name === 'iat' || name === 'exp' || name === 'nbf' ? Number(value) * 1000 : value,
          ]),
        ),
      ),
    },
    ...(prefix === ''
      ? [
          {
            cause: 'token-with-bearer-before-it',
            truth: 'Bearer stands before the token, in a header that has the token alone.',
            madeBy: NODE,
            count: 4,
            make: written((token) => `Bearer ${token}`),
          } satisfies DirectRow,
        ]
      : [
          {
            cause: 'token-scheme-missing',
            truth: 'The header has the token alone, without Bearer.',
            madeBy: NODE,
            count: 4,
            make: (_draft, genuine) =>
              withHeader(genuine, header, headerOf(genuine, header).slice(prefix.length)),
          } satisfies DirectRow,
          {
            cause: 'token-scheme-wrong',
            truth: 'The header has another scheme than Bearer.',
            madeBy: NODE,
            count: 4,
            make: (_draft, genuine, label) =>
              withHeader(
                genuine,
                header,
                headerOf(genuine, header).replace(
                  prefix,
                  pick(label, ['JWT ', 'Token ', 'Bearer: ', 'Basic ']),
                ),
              ),
          } satisfies DirectRow,
          {
            cause: 'token-with-bearer-before-it',
            truth: 'Bearer stands there twice.',
            madeBy: NODE,
            count: 3,
            make: written((token) => `Bearer ${token}`),
          } satisfies DirectRow,
          {
            cause: 'authorization-replaced-by-proxy',
            truth: 'A proxy put its own Basic credentials into Authorization.',
            madeBy: NODE,
            count: 3,
            make: (_draft, genuine) =>
              withHeader(genuine, header, `Basic ${Buffer.from('gateway:internal').toString('base64')}`),
          } satisfies DirectRow,
        ]),
  ];
}

/** Of tokens that name an issuer and an audience. */
export function audienceSlips(sender: TokenSender): readonly DirectRow[] {
  const claims =
    (change: (claims: JWTPayload, label: string) => JWTPayload): DirectRow['make'] =>
    async (draft, _genuine, label) => {
      const parts = sender.parts(draft);
      return sender.carry(draft, await signToken({ ...parts, claims: change(parts.claims, label) }));
    };
  return [
    {
      cause: 'token-for-another-audience',
      truth: 'The token is for another API.',
      madeBy: JOSE,
      count: 4,
      make: claims((all, label) => ({
        ...all,
        aud: pick(label, ['https://other.acme.example', 'my-client-id', 'projects/999999999999']),
      })),
    },
    {
      cause: 'token-for-another-audience',
      truth: "The token's audience is the API's address with a slash behind it.",
      madeBy: JOSE,
      count: 3,
      make: claims((all) => ({ ...all, aud: `${[all.aud].flat()[0]}/` })),
    },
    {
      cause: 'token-without-audience',
      truth: 'The token names no audience.',
      madeBy: JOSE,
      count: 2,
      make: claims(({ aud: _aud, ...all }) => all),
    },
    {
      cause: 'token-of-another-issuer',
      truth: 'The token is of the issuer of another environment.',
      madeBy: JOSE,
      count: 4,
      make: claims((all) => ({ ...all, iss: 'https://issuer-staging.example' })),
    },
    {
      cause: 'token-of-another-issuer',
      truth: "The issuer's name has a slash behind it.",
      madeBy: JOSE,
      count: 3,
      make: claims((all) => ({ ...all, iss: `${all.iss}/` })),
    },
    {
      cause: 'token-issued-ahead',
      truth: "The token's iat is minutes ahead: the issuer's clock is.",
      madeBy: JOSE,
      count: 3,
      make: claims((all, label) => ({ ...all, iat: Number(all.iat) + 200 + draw(label, 300) })),
    },
  ];
}

/** Of tokens under a shared secret. */
export function tokenSecretSlips(
  sender: TokenSender,
  secret: string,
  readAsBytes: (secret: string) => Buffer,
  encoded: boolean,
): readonly DirectRow[] {
  const signedWith =
    (key: Buffer): DirectRow['make'] =>
    async (draft) => {
      const token = await signToken(sender.parts(draft));
      const signed = token.slice(0, token.lastIndexOf('.'));
      return sender.carry(draft, `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`);
    };
  return [
    {
      cause: 'secret-read-in-another-encoding',
      truth: encoded
        ? 'The issuer uses the text of the secret as it stands; it is to be decoded from base64.'
        : 'The issuer decodes the secret from base64; it is to be used as it stands.',
      madeBy: NODE,
      count: 4,
      make: signedWith(encoded ? Buffer.from(secret) : Buffer.from(secret, 'base64')),
    },
    {
      cause: 'secret-read-in-another-encoding',
      truth: encoded
        ? 'The receiver uses the text of the secret as it stands; it is to be decoded from base64.'
        : 'The receiver decodes the secret from base64; the issuer uses it as it stands.',
      madeBy: NODE,
      count: 3,
      make: asItIs,
      keys: () => [{ secret, encoding: encoded ? 'utf8' : 'base64' }],
    },
    {
      cause: 'secret-with-line-end',
      truth: "The issuer's secret has a line end behind it.",
      madeBy: NODE,
      count: 3,
      make: signedWith(Buffer.concat([readAsBytes(secret), Buffer.from('\n')])),
    },
    {
      cause: 'wrong-secret',
      truth: 'The issuer signs with the secret of another environment.',
      madeBy: NODE,
      count: 4,
      make: signedWith(Buffer.from('the secret of another environment, of forty letters')),
    },
    {
      cause: 'sender-secret-unset',
      truth: "The issuer's secret is the text undefined.",
      madeBy: NODE,
      count: 2,
      make: signedWith(Buffer.from('undefined')),
    },
    {
      cause: 'key-revoked',
      truth: "The issuer signs with a key that the receiver's ring holds as revoked.",
      madeBy: NODE,
      count: 2,
      make: asItIs,
      keys: () => [
        { id: 'new', secret: Buffer.alloc(48, 'n').toString(encoded ? 'base64' : 'utf8') },
        { id: 'old', secret, state: 'revoked' },
      ],
    },
  ];
}
