/** The right parts, and the wrong hash, key order, spelling, prefix or header. */
import { spawnSync } from 'node:child_process';
import { pick } from '../base/draw.ts';
import { ask } from '../base/helper.ts';
import { versionOf } from '../base/versions.ts';
import { hasHeader, headerOf, type Wire, withHeader } from '../base/wire.ts';
import { type HashName, messageOf, type Profile, signByHand } from '../senders/profile.ts';
import type { SlipRow } from './slip.ts';

const inHex = (profile: Profile): boolean => profile.form === 'hex';
const inBase64 = (profile: Profile): boolean => profile.form === 'base64';
const prefixed = (profile: Profile): boolean => profile.prefix !== '';
const alone = (profile: Profile): boolean =>
  profile.prefix === '' && !['stripe', 'paddle', 'sanity'].includes(profile.name);

const HASHES: readonly SlipRow[] = [
  {
    cause: 'wrong-hash',
    truth: 'The sender uses another hash for its HMAC.',
    count: 21,
    slip: (profile, _draft, label) => ({
      hash: pick(
        label,
        (['sha1', 'sha256', 'sha512', 'sha384', 'md5'] as const).filter(
          (hash: HashName) => hash !== profile.hash,
        ),
      ),
    }),
  },
  {
    cause: 'plain-hash-instead-of-hmac',
    truth: 'The sender hashes the secret and the message behind it; that is no HMAC.',
    count: 8,
    slip: () => ({ plain: (key, message) => Buffer.concat([key, message]) }),
  },
  {
    cause: 'plain-hash-instead-of-hmac',
    truth: 'The sender hashes the message and the secret behind it; that is no HMAC.',
    count: 7,
    slip: () => ({ plain: (key, message) => Buffer.concat([message, key]) }),
  },
  {
    cause: 'plain-hash-instead-of-hmac',
    truth: 'The sender hashes the message without any key.',
    count: 6,
    slip: () => ({ plain: (_key, message) => message }),
  },
  {
    cause: 'key-and-message-swapped',
    truth: 'The arguments of the HMAC are swapped: the message is the key.',
    count: 13,
    languages: ['python', 'php', 'ruby'],
    slip: (profile, draft) => ({
      key: messageOf(profile.parts(draft, String(draft.at / 1000))),
      signedTimestamp: String(draft.at / 1000),
      parts: () => [{ name: 'body', value: profile.keyOf(profile.secret) }],
    }),
  },
];

const spell =
  (change: (signature: string) => string | undefined): SlipRow['slip'] =>
  async (profile, draft) => {
    const right =
      (
        await signByHand(
          { ...profile, prefix: '', headers: (_draft, _timestamp, signature) => [['S', signature]] },
          draft,
        )
      ).headers.find(([name]) => name === 'S')?.[1] ?? '';
    const changed = change(right);
    return changed === undefined || changed === right
      ? undefined
      : { form: profile.form, spell: () => changed };
  };

const SPELLINGS: readonly SlipRow[] = [
  {
    cause: 'signature-in-another-encoding',
    truth: 'The signature is in base64, where hex is expected.',
    count: 13,
    fits: inHex,
    slip: () => ({ form: 'base64' }),
  },
  {
    cause: 'signature-in-another-encoding',
    truth: 'The signature is in base64url, where hex is expected.',
    count: 4,
    fits: inHex,
    slip: () => ({ form: 'base64url' }),
  },
  {
    cause: 'signature-in-another-encoding',
    truth: 'The signature is in hex, where base64 is expected.',
    count: 12,
    fits: inBase64,
    slip: () => ({ form: 'hex' }),
  },
  {
    cause: 'signature-in-another-encoding',
    truth: 'The signature is in base64url, where base64 is expected.',
    count: 7,
    fits: inBase64,
    slip: () => ({ form: 'base64url' }),
  },
  {
    cause: 'signature-in-another-encoding',
    truth: 'The signature is in hex, where base64url is expected.',
    count: 3,
    fits: (profile) => profile.form === 'base64url',
    slip: () => ({ form: 'hex' }),
  },
  {
    cause: 'signature-in-another-encoding',
    truth: 'The signature is in base32.',
    count: 3,
    languages: ['python'],
    slip: () => ({ form: 'base32' }),
  },
  {
    cause: 'signature-base64-of-hex',
    truth: "The signature's hex text was encoded in base64.",
    count: 13,
    languages: ['php', 'ruby', 'python', 'java', 'go'],
    slip: () => ({ form: 'base64-of-hex' }),
  },
  {
    cause: 'signature-in-upper-case',
    truth: 'The signature is in upper-case hex.',
    count: 10,
    languages: ['go', 'java', 'php', 'python'],
    fits: inHex,
    slip: () => ({ form: 'upper-hex' }),
  },
  {
    cause: 'signature-in-lower-case',
    truth: 'The signature, in base64, was made lower case with the rest of the header.',
    count: 5,
    fits: inBase64,
    languages: ['node'],
    slip: spell((signature) => signature.toLowerCase()),
  },
  {
    cause: 'signature-padding-lost',
    truth: 'The signature is in base64 without its padding.',
    count: 6,
    languages: ['go'],
    fits: inBase64,
    slip: () => ({ form: 'raw-base64' }),
  },
  {
    cause: 'signature-as-bytes-literal',
    truth: "The signature is str() of bytes: it stands in b'…'.",
    count: 5,
    languages: ['python'],
    fits: inBase64,
    slip: () => ({ form: 'bytes-literal-of-base64' }),
  },
  {
    cause: 'signature-as-bytes-literal',
    truth: "The signature is str() of bytes: it stands in b'…'.",
    count: 4,
    languages: ['python'],
    fits: inHex,
    slip: () => ({ form: 'bytes-literal-of-hex' }),
  },
  {
    cause: 'signature-as-bytes-literal',
    truth: 'The signature is fmt.Sprint of a []byte: numbers in brackets.',
    count: 4,
    languages: ['go'],
    fits: alone,
    slip: () => ({ form: 'byte-list' }),
  },
  {
    cause: 'signature-in-quotes',
    truth: 'The signature stands in quotes, as JSON.stringify puts them.',
    count: 7,
    languages: ['node'],
    slip: spell((signature) => JSON.stringify(signature)),
  },
  {
    cause: 'signature-cut',
    truth: 'The signature was cut, as a column of a table or a variable of fixed length does.',
    count: 12,
    languages: ['node'],
    slip: spell((signature) => signature.slice(0, signature.length > 64 ? 64 : signature.length - 12)),
  },
  {
    cause: 'signature-cut',
    truth: "The signature's last letter is missing.",
    count: 5,
    languages: ['node'],
    slip: spell((signature) => signature.slice(0, -1)),
  },
  {
    cause: 'signature-percent-encoded',
    truth: 'The signature was percent-encoded for a query and put into a header.',
    count: 8,
    languages: ['php', 'ruby'],
    fits: inBase64,
    slip: () => ({ form: 'percent-encoded' }),
  },
  {
    cause: 'plus-became-blank',
    truth: 'The signature came through a query or form that nobody encoded: each + became a blank.',
    count: 6,
    languages: ['node'],
    fits: inBase64,
    madeBy: `${versionOf('php')}, parse_str`,
    slip: async (profile, draft) => {
      const signature = headerOf(
        await signByHand({ ...profile, prefix: '' }, draft),
        profile.signatureHeader,
      );
      const blank = (await ask('php', 'form-value', `s=${signature}`, 's')).toString();
      return blank === signature ? undefined : { spell: () => blank };
    },
  },
  {
    cause: 'signature-leading-zero-lost',
    truth: 'The signature was printed as a number, which lost the 0 in front.',
    count: 5,
    languages: ['java'],
    fits: inHex,
    slip: async (profile, draft) => {
      const timestamp = draft.at / 1000;
      const raw = await ask(
        'java',
        'hmac-signature',
        profile.hash,
        profile.keyOf(profile.secret),
        messageOf(profile.parts(draft, String(timestamp))),
        'hex',
      );
      return raw.toString().startsWith('0') && profile.unit !== 'rfc3339'
        ? { form: 'big-integer' }
        : undefined;
    },
  },
  {
    cause: 'signature-with-openssl-label',
    truth: 'The whole line that openssl dgst prints was put into the header.',
    count: 6,
    fits: inHex,
    madeBy: `${versionOf('openssl')}, openssl dgst`,
    languages: ['node'],
    slip: (profile, draft) => {
      if (profile.unit === 'rfc3339' || profile.secret.includes('+')) return undefined;
      const message = messageOf(profile.parts(draft, String(draft.at / 1000)));
      const { stdout } = spawnSync('openssl', ['dgst', `-${profile.hash}`, '-hmac', profile.secret], {
        input: message,
      });
      return { spell: () => stdout.toString().trim() };
    },
  },
];

const PREFIXES: readonly SlipRow[] = [
  {
    cause: 'signature-prefix-missing',
    truth: 'The signature came without its prefix.',
    count: 16,
    fits: prefixed,
    slip: () => ({ prefix: '' }),
  },
  {
    cause: 'signature-prefix-added',
    truth: 'The signature has a prefix where there is none.',
    count: 10,
    fits: alone,
    slip: (profile, _draft, label) => ({
      prefix: pick(label, [`${profile.hash}=`, `hmac-${profile.hash}=`, 'Bearer ', 'v1=', 'HMAC ']),
    }),
  },
  {
    cause: 'signature-prefix-wrong',
    truth: 'The signature has another prefix.',
    count: 12,
    fits: prefixed,
    slip: (profile, _draft, label) => ({
      prefix: pick(
        label,
        ['sha1=', 'sha256=', 'v0=', 'v1=', 'sha256:', 'v2,'].filter((prefix) => prefix !== profile.prefix),
      ),
    }),
  },
  {
    cause: 'signature-blank-behind-prefix',
    truth: 'A blank stands between the prefix and the signature.',
    count: 6,
    fits: prefixed,
    slip: (profile) => ({ prefix: `${profile.prefix} ` }),
  },
  {
    cause: 'signature-prefix-in-upper-case',
    truth: 'The prefix is in upper case.',
    count: 4,
    fits: prefixed,
    languages: ['java', 'node'],
    slip: (profile) => ({ prefix: profile.prefix.toUpperCase() }),
  },
  {
    cause: 'signature-list-written-otherwise',
    truth: 'The items of the signature are separated by another character.',
    count: 5,
    fits: ({ name }) => ['stripe', 'paddle', 'sanity'].includes(name),
    languages: ['node', 'python'],
    slip: () => ({}),
    adjust: (wire, { signatureHeader }) =>
      withHeader(
        wire,
        signatureHeader,
        headerOf(wire, signatureHeader).replace(/[,;]/, (c) => (c === ',' ? ';' : ',')),
      ),
  },
  {
    cause: 'signature-label-wrong',
    truth: 'The signature stands under the label of another version.',
    count: 5,
    fits: ({ name }) => ['stripe', 'paddle', 'sanity'].includes(name),
    languages: ['node', 'ruby'],
    slip: () => ({}),
    adjust: (wire, { signatureHeader }) =>
      withHeader(wire, signatureHeader, headerOf(wire, signatureHeader).replace(/(v1|h1)=/, 'v0=')),
  },
];

const renamed = (wire: Wire, from: string, to: string): Wire => ({
  ...wire,
  headers: wire.headers.map(([name, value]) => [name === from ? to : name, value] as const),
});
const nothing: SlipRow['slip'] = () => ({});

const HEADERS: readonly SlipRow[] = [
  {
    cause: 'signature-under-another-header-name',
    truth: 'The signature stands in a header of another name.',
    count: 20,
    slip: nothing,
    adjust: (wire, { signatureHeader, name }, label) =>
      renamed(
        wire,
        signatureHeader,
        pick(
          label,
          [
            'X-Signature',
            'X-Webhook-Signature',
            'Signature',
            `X-${name}-Signature`,
            'X-Hub-Signature',
            'X-Hmac-Signature',
          ].filter((other) => other.toLowerCase() !== signatureHeader.toLowerCase()),
        ),
      ),
  },
  {
    cause: 'signature-under-another-header-name',
    truth:
      "The headers have the names of the scheme's other family: svix- for webhook-, or the other way round.",
    count: 5,
    fits: ({ name }) => name === 'standard-webhooks' || name === 'svix',
    slip: nothing,
    adjust: (wire) => ({
      ...wire,
      headers: wire.headers.map(
        ([name, value]) =>
          [
            name.startsWith('svix-') ? name.replace('svix-', 'webhook-') : name.replace('webhook-', 'svix-'),
            value,
          ] as const,
      ),
    }),
  },
  {
    cause: 'only-the-old-signature-came',
    truth: 'The sender is an old server, which sends X-Hub-Signature with SHA-1 only.',
    count: 4,
    fits: ({ name }) => name === 'github',
    slip: () => ({ hash: 'sha1', prefix: 'sha1=' }),
    adjust: (wire) => renamed(wire, 'X-Hub-Signature-256', 'X-Hub-Signature'),
  },
  {
    cause: 'signature-header-missing',
    truth:
      'The request came without its signature: the sender has no secret set, or a proxy dropped the header.',
    count: 12,
    slip: nothing,
    adjust: (wire, { signatureHeader }) => withHeader(wire, signatureHeader, undefined),
  },
  {
    cause: 'timestamp-header-missing',
    truth: 'The header of the timestamp did not come.',
    count: 10,
    fits: ({ timestampHeader }) => timestampHeader !== undefined,
    slip: nothing,
    adjust: (wire, { timestampHeader = '' }) => withHeader(wire, timestampHeader, undefined),
  },
  {
    cause: 'timestamp-under-another-header-name',
    truth: 'The timestamp stands in a header of another name.',
    count: 7,
    fits: ({ timestampHeader }) => timestampHeader !== undefined,
    slip: nothing,
    adjust: (wire, { timestampHeader = '' }, label) =>
      renamed(
        wire,
        timestampHeader,
        pick(label, ['X-Request-Timestamp', 'Timestamp', 'X-Webhook-Timestamp', 'X-Ts']),
      ),
  },
  {
    cause: 'id-header-missing',
    truth: "The header of the delivery's id, which is signed, did not come.",
    count: 5,
    fits: ({ name }) => ['standard-webhooks', 'svix', 'twitch'].includes(name),
    slip: nothing,
    adjust: (wire, { idHeader = '' }) => withHeader(wire, idHeader, undefined),
  },
  {
    cause: 'id-changed',
    truth: "A queue put an id of its own into the header of the delivery's id, which is signed.",
    count: 5,
    fits: ({ name }) => ['standard-webhooks', 'svix', 'twitch'].includes(name),
    slip: nothing,
    adjust: (wire, { idHeader = '' }, label) => withHeader(wire, idHeader, `job-${label.length}-retry`),
  },
  {
    cause: 'signature-header-sent-twice',
    truth: 'Two layers of the sender signed: the header stands there twice.',
    count: 8,
    slip: nothing,
    adjust: (wire, { signatureHeader }) => ({
      ...wire,
      headers: hasHeader(wire, signatureHeader)
        ? [...wire.headers, [signatureHeader, headerOf(wire, signatureHeader)]]
        : wire.headers,
    }),
  },
  {
    cause: 'signature-header-joined',
    truth: 'The header was sent twice, and a proxy joined the two values with a comma.',
    count: 7,
    fits: ({ name }) => !['stripe', 'paddle', 'sanity'].includes(name),
    slip: nothing,
    adjust: (wire, { signatureHeader }) =>
      withHeader(
        wire,
        signatureHeader,
        `${headerOf(wire, signatureHeader)}, ${headerOf(wire, signatureHeader)}`,
      ),
  },
  {
    cause: 'timestamp-of-another-attempt',
    truth: 'A retry set a new timestamp in the header and kept the old signature.',
    count: 8,
    fits: ({ timestampHeader, unit }) => timestampHeader !== undefined && unit === 's',
    slip: nothing,
    adjust: (wire, { timestampHeader = '' }) =>
      withHeader(wire, timestampHeader, String(Number(headerOf(wire, timestampHeader)) - 60)),
  },
];

/** What only an HMAC can be got wrong in. */
const ofSecrets = (row: SlipRow): SlipRow => ({
  ...row,
  fits: (profile) => profile.signBytes === undefined && (row.fits?.(profile) ?? true),
});

export const SIGNATURE_SLIPS: readonly SlipRow[] = [
  ...[...HASHES, ...SPELLINGS].map(ofSecrets),
  ...PREFIXES,
  ...HEADERS,
];
