/** Secrets with something around them, cut, escaped, in another encoding, or not the secret at all. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { parse as parseDotenv } from 'dotenv';
import { bytesOf, pick, timeOf, word } from '../base/draw.ts';
import { ask, scratchPath } from '../base/helper.ts';
import { pipe, versionOf } from '../base/versions.ts';
import type { KeySpec } from '../base/wire.ts';
import type { Profile } from '../senders/profile.ts';
import type { SecretRow } from './secret-slip.ts';

const BASH = versionOf('bash');
const NODE = versionOf('node');
const asText = (profile: Profile): boolean => profile.encoding === undefined && !isStandard(profile);
const isStandard = ({ name }: Profile): boolean => name === 'standard-webhooks' || name === 'svix';

/** A line of a shell with the secret in S, or of a file `.env` that has it. */
function shell(script: string, dotenv?: (secret: string) => string) {
  return (secret: string): string => {
    if (dotenv) writeFileSync(scratchPath('.env'), dotenv(secret));
    return execFileSync('bash', ['--norc', '-c', script], {
      cwd: scratchPath('.'),
      env: { PATH: process.env['PATH'] ?? '', S: secret },
    }).toString();
  };
}

const AROUND: readonly SecretRow[] = [
  {
    cause: 'secret-with-line-end',
    truth: "The receiver's secret has a line end: echo wrote it to a file, which is read whole.",
    count: 8,
    madeBy: BASH,
    fits: asText,
    receiver: shell('echo "$S"'),
  },
  {
    cause: 'secret-with-line-end',
    truth: "The sender's secret has a line end: echo wrote it to a file, which is read whole.",
    count: 8,
    madeBy: BASH,
    fits: asText,
    sender: shell('echo "$S"'),
  },
  {
    cause: 'secret-with-line-end',
    truth: "The receiver's secret ends with CR: the shell read a .env that was saved on Windows.",
    count: 5,
    madeBy: BASH,
    fits: asText,
    receiver: shell('. ./.env; printf %s "$SECRET"', (secret) => `SECRET=${secret}\r\n`),
  },
  {
    cause: 'secret-in-quotes',
    truth: "The receiver's secret stands in quotes: cut took it out of a .env with them.",
    count: 8,
    madeBy: BASH,
    fits: asText,
    receiver: shell('printf %s "$(cut -d= -f2- .env)"', (secret) => `SECRET="${secret}"\n`),
  },
  {
    cause: 'secret-in-quotes',
    truth: "The sender's secret stands in quotes: cut took it out of a .env with them.",
    count: 6,
    madeBy: BASH,
    fits: asText,
    sender: shell('printf %s "$(cut -d= -f2- .env)"', (secret) => `SECRET="${secret}"\n`),
  },
  {
    cause: 'secret-in-quotes',
    truth: "The receiver's secret stands in single quotes.",
    count: 4,
    madeBy: BASH,
    fits: asText,
    receiver: shell('printf %s "$(cut -d= -f2- .env)"', (secret) => `SECRET='${secret}'\n`),
  },
  {
    cause: 'secret-with-blanks',
    truth: "The receiver's secret begins with a blank: it was cut out of a line NAME: value.",
    count: 6,
    madeBy: BASH,
    fits: asText,
    receiver: shell('printf %s "$(cut -d: -f2 .env)"', (secret) => `SECRET: ${secret}\n`),
  },
  {
    cause: 'secret-with-blanks',
    truth: "The sender's secret ends with a blank, as it was copied.",
    count: 5,
    madeBy: BASH,
    fits: asText,
    sender: shell('printf "%s " "$S"'),
  },
  {
    cause: 'secret-with-blanks',
    truth: "The receiver's secret ends with a tab, as it was copied from a table.",
    count: 4,
    madeBy: BASH,
    fits: asText,
    receiver: shell('printf "%s\\t" "$S"'),
  },
  {
    cause: 'secret-with-invisible-letter',
    truth: "The receiver's secret begins with a zero-width blank, as it was copied from a page.",
    count: 4,
    madeBy: NODE,
    fits: asText,
    receiver: (secret) => `\u200b${secret}`,
  },
  {
    cause: 'secret-with-invisible-letter',
    truth: "The receiver's secret begins with a byte order mark: the file that holds it was saved so.",
    count: 4,
    madeBy: versionOf('python'),
    fits: asText,
    receiver: async (secret) => (await ask('python', 'utf-8-sig', secret)).toString(),
  },
];

const isHex = (profile: Profile): boolean => asText(profile) && /^(?:[0-9a-f]{2})+$/.test(profile.secret);
const isBase64 = (profile: Profile): boolean =>
  asText(profile) && /^[A-Za-z0-9]+$/.test(profile.secret) && profile.secret.length % 4 === 0;

const ENCODED: readonly SecretRow[] = [
  {
    cause: 'secret-read-in-another-encoding',
    truth: 'The sender decodes the secret from hex; it is to be used as it stands.',
    count: 5,
    madeBy: NODE,
    fits: isHex,
    sender: (secret) => Buffer.from(secret, 'hex'),
  },
  {
    cause: 'secret-read-in-another-encoding',
    truth: 'The sender decodes the secret from base64; it is to be used as it stands.',
    count: 8,
    madeBy: NODE,
    fits: isBase64,
    sender: (secret) => Buffer.from(secret, 'base64'),
  },
  {
    cause: 'secret-read-in-another-encoding',
    truth: 'The receiver decodes the secret from hex; the sender uses it as it stands.',
    count: 4,
    madeBy: NODE,
    fits: isHex,
    receiver: (secret) => [{ secret, encoding: 'hex' }],
  },
  {
    cause: 'secret-read-in-another-encoding',
    truth: 'The receiver decodes the secret from base64; the sender uses it as it stands.',
    count: 7,
    madeBy: NODE,
    fits: isBase64,
    receiver: (secret) => [{ secret, encoding: 'base64' }],
  },
  {
    cause: 'secret-read-in-another-encoding',
    truth: 'The sender uses the text of the secret as it stands; it is to be decoded.',
    count: 6,
    madeBy: NODE,
    fits: ({ encoding }) => encoding !== undefined,
    sender: (secret) => Buffer.from(secret),
  },
  {
    cause: 'secret-read-in-another-encoding',
    truth: 'The receiver uses the text of the secret as it stands; it is to be decoded.',
    count: 6,
    madeBy: NODE,
    fits: ({ encoding }) => encoding !== undefined,
    receiver: (secret) => [{ secret, encoding: 'utf8' }],
  },
  {
    cause: 'secret-prefix-kept',
    truth: 'The sender uses the whole text, whsec_ and all; it is to decode what stands behind it.',
    count: 6,
    madeBy: NODE,
    fits: isStandard,
    sender: (secret) => Buffer.from(secret),
  },
  {
    cause: 'secret-prefix-cut-by-sender',
    truth: 'The sender leaves out whsec_ and uses the rest as it stands; it is to decode it.',
    count: 5,
    madeBy: NODE,
    fits: isStandard,
    sender: (secret) => Buffer.from(secret.replace('whsec_', '')),
  },
  {
    cause: 'secret-prefix-cut-by-sender',
    truth: 'The sender leaves out whsec_, which belongs to the key.',
    count: 4,
    madeBy: NODE,
    fits: ({ name }) => name === 'stripe',
    sender: (secret) => Buffer.from(secret.replace('whsec_', '')),
  },
  {
    cause: 'secret-prefix-cut',
    truth: "The receiver's secret lacks its whsec_, which belongs to the key.",
    count: 4,
    madeBy: NODE,
    fits: ({ name }) => name === 'stripe',
    receiver: (secret) => secret.replace('whsec_', ''),
  },
  {
    cause: 'secret-prefix-cut',
    truth: "The receiver's secret lacks its prefix, which belongs to the key.",
    count: 4,
    madeBy: NODE,
    fits: ({ name }) => name === 'paddle' || name === 'cashfree',
    receiver: (secret) => secret.replace(/^.*_/, ''),
  },
  {
    cause: 'secret-still-in-base64',
    truth: 'The receiver has the secret as a Kubernetes manifest shows it, in base64.',
    count: 7,
    madeBy: BASH,
    fits: asText,
    receiver: shell('printf %s "$S" | base64 -w0'),
  },
  {
    cause: 'secret-still-in-base64',
    truth: 'The sender has the secret as a Kubernetes manifest shows it, in base64.',
    count: 5,
    madeBy: BASH,
    fits: asText,
    sender: shell('printf %s "$S" | base64 -w0'),
  },
  {
    cause: 'secret-still-in-base64',
    truth: 'The receiver has the base64 of the secret and a line end, as echo piped it.',
    count: 4,
    madeBy: BASH,
    fits: asText,
    receiver: shell('echo "$S" | base64 -w0'),
  },
  {
    cause: 'secret-hashed-first',
    truth: 'The sender hashes the secret with SHA-256 and uses the 32 bytes.',
    count: 4,
    madeBy: NODE,
    fits: asText,
    sender: (secret) => createHash('sha256').update(secret).digest(),
  },
  {
    cause: 'secret-hashed-first',
    truth: 'The sender hashes the secret with SHA-256 and uses the hex text.',
    count: 4,
    madeBy: versionOf('python'),
    fits: asText,
    sender: (secret) => ask('python', 'sha256hex', secret),
  },
  {
    cause: 'secret-in-other-case',
    truth: "The receiver's secret was made upper case.",
    count: 5,
    madeBy: 'GNU tr',
    fits: isHex,
    receiver: (secret) => pipe(Buffer.from(secret), 'tr', 'a-f', 'A-F').toString(),
  },
  {
    cause: 'secret-in-other-case',
    truth: "The sender's secret was made lower case.",
    count: 4,
    madeBy: BASH,
    fits: asText,
    sender: shell('printf %s "$S" | tr A-Z a-z'),
  },
];

/** A secret that a person chose, with letters that programs treat otherwise. */
const passphrase =
  (letters: string) =>
  (profile: Profile, label: string): string =>
    `${profile.name === 'stripe' ? 'whsec_' : ''}${word(label, 9)}${letters}${word(`${label}/b`, 9)}`;

const ESCAPED: readonly SecretRow[] = [
  {
    cause: 'secret-cut',
    truth: "The receiver's secret has a $ in it, and the shell put an empty variable there.",
    count: 6,
    madeBy: BASH,
    fits: asText,
    secret: passphrase('$k'),
    receiver: shell('. ./.env; printf %s "$SECRET"', (secret) => `SECRET="${secret}"\n`),
  },
  {
    cause: 'secret-cut',
    truth: "The receiver's secret has a # in it, and dotenv took the rest for a comment.",
    count: 6,
    madeBy: versionOf('dotenv'),
    fits: asText,
    secret: passphrase('#'),
    receiver: (secret) => parseDotenv(`SECRET=${secret}\n`)['SECRET'] ?? '',
  },
  {
    cause: 'secret-cut',
    truth: "The receiver's secret has a = in it, and cut -f2 took what stands before it.",
    count: 5,
    madeBy: BASH,
    fits: asText,
    secret: passphrase('='),
    receiver: shell('printf %s "$(cut -d= -f2 .env)"', (secret) => `SECRET=${secret}\n`),
  },
  {
    cause: 'secret-cut',
    truth: "The sender's secret was cut to 16 letters, as a field of its form allows.",
    count: 5,
    madeBy: BASH,
    fits: asText,
    sender: shell('printf %s "$S" | head -c 16'),
  },
  {
    cause: 'secret-escaped',
    truth: "The sender's secret was percent-encoded.",
    count: 4,
    madeBy: versionOf('php'),
    fits: asText,
    secret: passphrase('+/&='),
    sender: (secret) => ask('php', 'rawurlencode', secret),
  },
  {
    cause: 'secret-escaped',
    truth: "The receiver's secret was escaped for HTML, as a page shows it.",
    count: 4,
    madeBy: versionOf('php'),
    fits: asText,
    secret: passphrase('&<'),
    receiver: async (secret) => (await ask('php', 'htmlspecialchars', secret)).toString(),
  },
  {
    cause: 'secret-escaped',
    truth: "The receiver's secret is a text of JSON with its escapes.",
    count: 4,
    madeBy: versionOf('php'),
    fits: asText,
    secret: passphrase('/"'),
    receiver: async (secret) => (await ask('php', 'json-of-text', secret)).toString().slice(1, -1),
  },
  {
    cause: 'secret-escaped',
    truth: "The receiver's secret came through a form, and its + became a blank.",
    count: 4,
    madeBy: versionOf('php'),
    fits: asText,
    secret: passphrase('+'),
    receiver: async (secret) => (await ask('php', 'form-value', `s=${secret}`, 's')).toString(),
  },
  {
    cause: 'secret-in-another-charset',
    truth: 'The secret has letters beyond ASCII; the sender uses their ISO-8859-1.',
    count: 5,
    madeBy: versionOf('ruby'),
    fits: asText,
    secret: passphrase('éü'),
    sender: (secret) => ask('ruby', 'iso-8859-1', secret),
  },
  {
    cause: 'secret-in-another-charset',
    truth: 'The secret has letters with marks; the sender uses them decomposed (NFD).',
    count: 4,
    madeBy: versionOf('python'),
    fits: asText,
    secret: passphrase('éü'),
    sender: (secret) => ask('python', 'nfd', secret),
  },
];

const API_KEYS: Readonly<Record<string, string>> = {
  stripe: 'sk_test_not_a_real_key_of_anybody',
  github: 'ghp_not_a_real_token_of_anybody',
  slack: 'xoxb-not-a-real-token-of-anybody',
  shopify: 'shpat_not_a_real_token_of_anybody',
  zoom: 'eyJ0eXAiOiJKV1QifQ.not-a-real-token',
  twitch: 'oauth:not-a-real-token-of-anybody',
  square: 'EAAA-not-a-real-token-of-anybody',
  hubspot: 'pat-eu1-not-a-real-token-of-anybody',
  paddle: 'pdl_sdbx_apikey_not_a_real_key_of_anybody',
  trello: 'ATTA-not-a-real-token-of-anybody',
  hmac: 'Bearer not-a-real-token-of-anybody',
};

const UNSET: Readonly<Record<string, string>> = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a file holds whose variables nobody filled in
  template: '${WEBHOOK_SECRET}',
  shell: '$WEBHOOK_SECRET',
  moustache: '{{ webhook_secret }}',
  code: 'process.env.WEBHOOK_SECRET',
  angle: '<your-webhook-secret>',
  example: 'your_webhook_secret_here',
};

const otherSecret = (profile: Profile, label: string): string => {
  const bytes = bytesOf(`${label}/other`, 32);
  if (isStandard(profile)) return `whsec_${bytes.toString('base64')}`;
  if (profile.encoding === 'hex') return bytes.toString('hex');
  if (profile.encoding === 'base64') return bytes.toString('base64');
  return `${profile.name === 'stripe' ? 'whsec_' : ''}${word(`${label}/other`, 32)}`;
};
const ring = (label: string, profile: Profile, old: Partial<KeySpec>, secret: string): readonly KeySpec[] => {
  const spec = profile.encoding === undefined ? {} : { encoding: profile.encoding };
  return [
    { id: 'current', secret: otherSecret(profile, label), ...spec },
    { id: 'other', secret, ...spec, ...old },
  ];
};
/** When the request of this label was signed, as the profile's draft has it. */
const signedAt = (profile: Profile, label: string): number => timeOf(`${profile.name}/${label}`);

const OTHERS: readonly SecretRow[] = [
  {
    cause: 'api-key-instead-of-webhook-secret',
    truth: "The receiver has the sender's API key where the webhook's secret belongs.",
    count: 18,
    madeBy: NODE,
    fits: ({ name }) => name in API_KEYS,
    receiver: (_secret, { name }) => API_KEYS[name] ?? '',
  },
  {
    cause: 'secret-variable-not-filled-in',
    truth: "The receiver's secret is the name of a variable, or a placeholder, that nobody filled in.",
    count: 13,
    madeBy: NODE,
    fits: asText,
    receiver: (_secret, _profile, label) => pick(label, Object.values(UNSET)),
  },
  {
    cause: 'sender-secret-unset',
    truth:
      "The sender's secret is the text undefined: String(process.env.SECRET) of a variable that is not set.",
    count: 6,
    madeBy: NODE,
    fits: asText,
    sender: () => String(process.env['NO_SUCH_SECRET']),
  },
  {
    cause: 'sender-secret-unset',
    truth:
      "The sender's secret is the text None: str(os.environ.get('SECRET')) of a variable that is not set.",
    count: 4,
    madeBy: versionOf('python'),
    fits: asText,
    sender: async () => (await ask('python', 'literal', 'null')).toString(),
  },
  {
    cause: 'sender-secret-unset',
    truth: "The sender's secret is empty: its variable is not set.",
    count: 8,
    madeBy: BASH,
    fits: asText,
    sender: shell('printf %s "$NO_SUCH_SECRET"'),
  },
  {
    cause: 'sender-secret-unset',
    truth: "The sender's secret is still the placeholder of its settings, changeme.",
    count: 4,
    madeBy: NODE,
    fits: asText,
    sender: () => 'changeme',
  },
  {
    cause: 'wrong-secret',
    truth: 'The receiver has the secret of the test environment; live signed.',
    count: 12,
    madeBy: NODE,
    receiver: (_secret, profile, label) => otherSecret(profile, label),
  },
  {
    cause: 'wrong-secret',
    truth: 'The sender has rotated its secret; the receiver has the old one.',
    count: 10,
    madeBy: NODE,
    sender: (_secret, profile, label) => profile.keyOf(otherSecret(profile, label)),
  },
  {
    cause: 'wrong-secret',
    truth: 'The receiver has the secret of another endpoint of the same account.',
    count: 8,
    madeBy: NODE,
    receiver: (_secret, profile, label) => otherSecret(profile, label),
  },
  {
    cause: 'key-revoked',
    truth: "The sender signs with a key that the receiver's ring holds as revoked.",
    count: 10,
    madeBy: NODE,
    receiver: (secret, profile, label) => ring(label, profile, { state: 'revoked' }, secret),
  },
  {
    cause: 'key-ended',
    truth: "The sender signs with a key of the receiver's ring whose time is over.",
    count: 10,
    madeBy: NODE,
    receiver: (secret, profile, label) =>
      ring(label, profile, { untilMs: signedAt(profile, label) - 86_400_000 }, secret),
  },
  {
    cause: 'key-not-yet-valid',
    truth: "The sender signs with a key of the receiver's ring whose time has not begun.",
    count: 10,
    madeBy: NODE,
    receiver: (secret, profile, label) =>
      ring(label, profile, { fromMs: signedAt(profile, label) + 7_200_000 }, secret),
  },
];

export const SECRET_SLIPS: readonly SecretRow[] = [...AROUND, ...ENCODED, ...ESCAPED, ...OTHERS];
