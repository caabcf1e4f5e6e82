/** Keys that show by their shape that they are something else. */

import type { KeyWarning } from '../../keys/key-warning.ts';
import { keyWarnings } from '../../keys/key-warnings.ts';
import type { KeyForm } from '../../keys.ts';
import { utf8 } from '../../text/bytes.ts';
import { bareText } from '../../text/quotes.ts';
import { shownText } from '../../text/shown-text.ts';
import type { SignHypothesis } from '../hypothesis.ts';
import { bodyText } from '../other-body.ts';
import type { Trial } from '../trial.ts';
import { KEY_ROW } from './key-part.ts';

interface SecretText {
  /** How the key is called. */
  readonly name: string;
  readonly text: string;
  readonly form: KeyForm;
}

/** The gate’s secrets that are texts and may prove; keys of another form of its scheme are none. */
function secretsOf({ keys = [], scheme: { keys: rules } }: Trial): readonly SecretText[] {
  const form = rules.forms.find(({ kind }) => kind === 'secret');
  if (!form) return [];
  const others = rules.forms.flatMap(({ kind, prefix }) => (kind === 'secret' ? [] : (prefix ?? [])));
  return keys.flatMap(({ id, secret, state }, i) =>
    typeof secret === 'string' && state !== 'revoked' && !others.some((prefix) => secret.startsWith(prefix))
      ? [{ name: shownText(id ?? `key-${i + 1}`), text: secret, form }]
      : [],
  );
}

function warningsOf({ text, form }: SecretText): readonly KeyWarning[] {
  return keyWarnings({ form, text, bytes: utf8(text), isLiteral: true });
}

/** The name of the first key of which it is true. */
function keyWith(trial: Trial, isSo: (secret: SecretText) => boolean): string | undefined {
  return secretsOf(trial).find(isSo)?.name;
}

function keyWarnedOf(trial: Trial, code: KeyWarning['code']): string | undefined {
  return keyWith(trial, (secret) => warningsOf(secret).some((warning) => warning.code === code));
}

/** The first key that looks like something of that kind, and what. */
function keyLike(trial: Trial, kind: RegExp): string | undefined {
  for (const secret of secretsOf(trial)) {
    for (const warning of warningsOf(secret)) {
      if (warning.code === 'looks-like' && kind.test(warning.name))
        return `"${secret.name}" is ${warning.name}`;
    }
  }
  return undefined;
}

/** Ids of endpoints, accounts, events, apps: `we_1N…`, `ep_2f…`; never long enough to be a secret of these senders. */
const ENDPOINT_ID = /^(?:we|ep|evt|acct|app|hook|wh|msg|sub|dest|src)_[A-Za-z\d]{14,32}$/;
const SIGNATURE =
  /^(?:t=\d{9,},v\d=[\da-f]{64}|v\d[a-z]?,[A-Za-z\d+/]{43,88}={0,2}|(?:sha1|sha256|sha512|v0)=[\da-f]{40,128})/;
/** What the listener on one’s own machine prints: hex, where the platform’s secrets are letters of both cases. */
const LISTENER_SECRET = /^whsec_[\da-f]{64}$/;

const TEST_KEY = /(?:^|[_-])(?:test|sandbox|dev|staging)(?:$|[_-])/i;
const LIVE_KEY = /(?:^|[_-])(?:live|prod|production)(?:$|[_-])/i;
const LIVE_BODY =
  /"(?:live_?mode|is_?live)"\s*:\s*true|"(?:environment|env|mode)"\s*:\s*"(?:live|prod|production)"/i;
const TEST_BODY =
  /"(?:live_?mode|is_?live)"\s*:\s*false|"(?:test_?mode|is_?test|sandbox)"\s*:\s*true|"(?:environment|env|mode)"\s*:\s*"(?:test|sandbox|dev|staging)"/i;

/** Nobody’s secret is shorter, and a search would find it. */
const MIN_SECRET_CHARS = 8;

const COMPARE = 'Copy the signing secret of this very endpoint from the sender’s page of webhooks.';

export const KEY_SEEN: readonly SignHypothesis[] = [
  {
    id: 'key-is-api-key',
    ...KEY_ROW,
    certainty: 'likely',
    sees: (trial) => keyLike(trial, /^an? (?:API key|access token|token of)/),
    says: (key) => `The gate’s key ${key}: that signs nothing.`,
    mend: () => `${COMPARE} An API key is for calls to the sender.`,
  },
  {
    id: 'key-is-published',
    ...KEY_ROW,
    certainty: 'likely',
    sees: (trial) => keyLike(trial, /^a publishable/),
    says: (key) => `The gate’s key ${key}: that signs nothing.`,
    mend: () => COMPARE,
  },
  {
    id: 'key-is-id',
    ...KEY_ROW,
    certainty: 'likely',
    sees(trial) {
      const name = keyWith(trial, ({ text }) => ENDPOINT_ID.test(bareText(text)));
      return name === undefined
        ? keyLike(trial, /\bid of\b|key id/)
        : `"${name}" is the id of an endpoint or account`;
    },
    says: (key) => `The gate’s key ${key}, not a secret.`,
    mend: () => COMPARE,
  },
  {
    id: 'key-of-another-sender',
    ...KEY_ROW,
    certainty: 'likely',
    sees: (trial) => keyLike(trial, /^a signing secret/),
    says: (key) => `The gate’s key ${key}, and this gate is for another sender.`,
    mend: () => `${COMPARE} Two variables may have been swapped.`,
  },
  {
    id: 'key-is-token',
    ...KEY_ROW,
    certainty: 'likely',
    sees: (trial) => keyLike(trial, /^a JSON Web Token/),
    says: (key) => `The gate’s key ${key}.`,
    mend: () => 'Give the key that tokens are signed with, not a token.',
  },
  {
    id: 'key-is-signature',
    ...KEY_ROW,
    certainty: 'likely',
    sees: (trial) => keyWith(trial, ({ text }) => SIGNATURE.test(bareText(text))),
    says: (key) => `The gate’s key "${key}" is a signature, copied from a request’s header, and no key.`,
    mend: () => COMPARE,
  },
  {
    id: 'key-of-listener',
    ...KEY_ROW,
    certainty: 'likely',
    sees: (trial) =>
      keyWith(trial, ({ text, form }) => form.begins === 'whsec_' && LISTENER_SECRET.test(bareText(text))),
    says: (key) =>
      `The gate’s key "${key}" is the secret of a listener on somebody’s own machine (stripe listen prints it at its start), and the request is signed with another.`,
    mend: () =>
      'For requests of an endpoint give the secret that the dashboard shows for it. For those of the listener compare the key with what it prints now.',
    example: 'key-rotation',
  },
  {
    id: 'key-for-test-or-live',
    ...KEY_ROW,
    certainty: 'likely',
    sees(trial) {
      const body = bodyText(trial)?.slice(0, 10_000) ?? '';
      const isTest = TEST_BODY.test(body);
      if (isTest === LIVE_BODY.test(body)) return undefined;
      const name = keyWith(trial, ({ text }) => (isTest ? LIVE_KEY : TEST_KEY).test(text));
      if (name === undefined) return undefined;
      return isTest
        ? `"${name}" is for live, and the request says that it is a test`
        : `"${name}" is for tests, and the request says that it is live`;
    },
    says: (key) => `The gate’s key ${key}: the two modes have secrets of their own.`,
    mend: () => 'Give the gate the secret of both modes’ endpoints, as two keys; or a gate for each.',
  },
  {
    id: 'key-of-another-kind',
    ...KEY_ROW,
    certainty: 'likely',
    sees({ scheme }, { verdict: { evidence } }) {
      const hasKinds = new Set(scheme.keys.forms.map(({ variant }) => variant)).size > 1;
      return hasKinds && evidence.signatures > 0 && evidence.comparisons === 0 ? '' : undefined;
    },
    says: () =>
      'None of the gate’s keys is of the kind that made the request’s signature: one is a shared secret, the other a pair of a public and a private key.',
    mend: () =>
      'Compare the label of the signature (v1, v1a) with how the key begins (whsec_, whpk_), and give the key of that kind.',
  },
  {
    id: 'key-is-address',
    ...KEY_ROW,
    certainty: 'likely',
    sees: (trial) => keyWarnedOf(trial, 'address'),
    says: (key) => `The gate’s key "${key}" is an address, not what is found there.`,
    mend: () => 'Give the secret itself. A public key set’s address belongs into jwks.',
  },
  {
    id: 'key-not-filled-in',
    ...KEY_ROW,
    certainty: 'likely',
    sees: (trial) => keyWarnedOf(trial, 'unfilled'),
    says: (key) =>
      `The gate’s key "${key}" is the name of a variable, or a template, that nothing filled in.`,
    mend: () =>
      `Fill it in: in a configuration write \${env:NAME}; look at quotes that keep a shell from filling it in.`,
    example: 'key-env-file',
  },
  {
    id: 'key-too-short',
    ...KEY_ROW,
    certainty: 'likely',
    sees: (trial) =>
      keyWith(
        trial,
        (secret) =>
          secret.text.length < MIN_SECRET_CHARS &&
          !warningsOf(secret).some(({ code }) => code === 'placeholder'),
      ),
    says: (key) =>
      `The gate’s key "${key}" is too short to be a sender’s secret: a part of it, or another text.`,
    mend: () => COMPARE,
    example: 'key-encoding',
  },
  {
    id: 'key-is-placeholder',
    ...KEY_ROW,
    certainty: 'likely',
    sees: (trial) => keyWarnedOf(trial, 'placeholder'),
    says: (key) => `The gate’s key "${key}" is a placeholder of an example.`,
    mend: () => COMPARE,
  },
  {
    id: 'key-characters-lost',
    ...KEY_ROW,
    certainty: 'likely',
    sees: (trial) => keyWarnedOf(trial, 'not-utf8'),
    says: (key) => `The gate’s key "${key}" was not UTF-8 where it was read: characters of it are lost.`,
    mend: () => 'Give it as base64 or hex with its encoding, or save its file as UTF-8.',
    example: 'charset',
  },
];
