/** What may be wrong with a key that cannot be read at all: what it is, and how it could be read. */

import { HeaderList } from '../headers.ts';
import { ifBuildable } from '../if-buildable.ts';
import { isTooLong } from '../key-specs.ts';
import { isCutBase64, unwrapped } from '../keys/decode-key-text.ts';
import { publicKeyShape } from '../keys/key-shape.ts';
import { isBlankSecret, readKey } from '../keys/key-text.ts';
import type { KeyEncoding, KeySpec } from '../keys.ts';
import { atOnce } from '../pause.ts';
import type { Scheme } from '../scheme.ts';
import type { Finding } from './finding.ts';
import { KEY_ENCODING } from './hypotheses/key-encoding.ts';
import { KEY_TEXT } from './hypotheses/key-text.ts';
import type { TrialHypothesis } from './hypothesis.ts';
import { createOnce } from './once.ts';
import type { Trial } from './trial.ts';

/** In the order of their tables. */
const REPAIRS: readonly TrialHypothesis[] = [...KEY_ENCODING, ...KEY_TEXT].filter(({ isRepair }) => isRepair);

/** The likeliest first: of most texts the first that decodes is what they are. */
const ENCODINGS: readonly KeyEncoding[] = [
  'pem',
  'jwk',
  'jwks',
  'prefixed',
  'hex',
  'base64',
  'base64url',
  'base32',
];

/**
 * Findings about a key for which `createGate` throws: what it is by its shape, what it would be read as, what has to be left out. Empty where nothing
 * can be said beyond the error itself.
 */
export async function keySetupFindings(spec: KeySpec, scheme: Scheme): Promise<readonly Finding[]> {
  const { secret } = spec;
  if (isTooLong(spec)) return [];
  if (isBlankSecret(secret)) return [EMPTY];
  const shape = publicKeyShape(secret);
  if (shape !== undefined && !takesPublicKeys(scheme)) return [publicKey(shape)];
  if (typeof secret !== 'string' || canBeRead(spec, scheme)) return [];
  const findings = await repaired(spec, scheme);
  const encoding = ENCODINGS.find(
    (other) => other !== spec.encoding && canBeRead({ ...spec, encoding: other }, scheme),
  );
  if (encoding !== undefined) return [...findings, encoded(encoding, spec.encoding)];
  return findings.length > 0 ||
    isCut(secret, spec.encoding, scheme) ||
    !canBeRead({ ...spec, encoding: 'utf8' }, scheme)
    ? findings
    : [AS_TEXT];
}

/** Whether it is base64 as far as it goes: it is not meant to the letter. */
function isCut(secret: string, encoding: KeyEncoding | undefined, { keys: { forms } }: Scheme): boolean {
  const text = unwrapped(secret);
  const form = forms.find(({ prefix }) => prefix !== undefined && text.startsWith(prefix));
  const ownEncoding =
    encoding === undefined || encoding === 'prefixed' ? (form ?? forms[0])?.encoding : encoding;
  return ownEncoding?.startsWith('base64') === true && isCutBase64(text.slice(form?.prefix?.length ?? 0));
}

const EMPTY: Finding = {
  id: 'key-empty',
  certainty: 'proved',
  sentence:
    'The key is empty, or white space only: its environment variable is not set, or its file is empty.',
  mend: 'Set the variable where the program is started: a service, a container and a task have environments of their own.',
};

const AS_TEXT: Finding = {
  id: 'key-encoding-wrong',
  certainty: 'possible',
  sentence: 'The key is no encoding of bytes: it may be meant to the letter.',
  mend: 'Set the key’s encoding: utf8, where the sender uses the text itself.',
};

function publicKey(shape: string): Finding {
  return {
    id: 'key-is-public-key',
    certainty: 'proved',
    sentence: `The key is ${shape}, and the gate’s scheme takes a shared secret.`,
    mend: 'Give the shared secret; or, where requests are signed with such a key, set the scheme’s algorithm to that (ed25519, ES256, RS256, …).',
  };
}

function encoded(encoding: KeyEncoding, ownEncoding: KeyEncoding | undefined): Finding {
  const before = ownEncoding === undefined ? 'as the scheme wants it' : `as ${ownEncoding}`;
  return {
    id: 'key-encoding-wrong',
    certainty: 'likely',
    sentence: `The key cannot be read ${before}, and can be as ${encoding}.`,
    mend: `Set the key’s encoding: ${encoding}.`,
  };
}

function takesPublicKeys({ keys: { forms } }: Scheme): boolean {
  return forms.length === 0 || forms.some(({ kind }) => kind !== 'secret');
}

const NO_REQUEST: Trial['request'] = {
  method: 'POST',
  url: '/',
  headers: new HeaderList([]),
  body: new Uint8Array(0),
};

/** No secret that is worth the name is shorter. */
const MIN_CHARS = 16;

/** Each repair after which the text can be read. */
async function repaired(spec: KeySpec, scheme: Scheme): Promise<readonly Finding[]> {
  const trial: Trial = {
    request: NO_REQUEST,
    scheme,
    keys: [spec],
    othersKeys: [],
    nowMs: 0,
    once: createOnce(),
  };
  const findings: Finding[] = [];
  for (const { id, changes, says, mend } of REPAIRS) {
    for await (const { keys: [other] = [] } of changes(trial)) {
      if (other === undefined || other.encoding !== spec.encoding) continue;
      // Words of a sentence are base64 as well.
      if (other.secret.length < MIN_CHARS || !canBeRead(other, scheme)) continue;
      findings.push({ id, certainty: 'likely', sentence: says(''), mend: mend('') });
      break;
    }
  }
  return findings;
}

function canBeRead(spec: KeySpec, { keys: { forms, create } }: Scheme): boolean {
  const read = (): unknown =>
    create
      ? atOnce(create([spec], { name: undefined, fetch: noFetch, report: () => {} }))
      : readKey(spec, forms, 'keys[0].secret');
  return ifBuildable(read) !== undefined;
}

/** Keys that are written down are fetched from nowhere. */
function noFetch(): Promise<Response> {
  return Promise.reject(new Error('a key is looked at, not fetched'));
}
