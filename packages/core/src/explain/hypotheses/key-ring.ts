/** Keys of the ring that may not prove, or that the request names otherwise; and senders that have no key. */
import { type KeyInfo, type KeySpec, unusableBecause } from '../../keys.ts';
import type { TemplateOptions } from '../../schemes/template-options.ts';
import { utf8 } from '../../text/bytes.ts';
import { shownText } from '../../text/shown-text.ts';
import { declaredAs } from '../declared.ts';
import type { SignHypothesis, TrialHypothesis } from '../hypothesis.ts';
import { withTemplate } from '../other-options.ts';
import { inputTextOf } from '../signature-input-text.ts';
import type { Change, Trial } from '../trial.ts';
import { isNoThumbprint } from './agent.ts';
import { asBytes, KEY_ROW, otherKeys, takesSecrets } from './key-part.ts';

/** A request that names a key which may not prove is refused before anything is compared. */
const RING: Pick<TrialHypothesis, 'part' | 'steps'> = { part: 'key', steps: ['extract', 'compare'] };

type Unusable = 'revoked' | 'ended' | 'early';

/** Each key of that kind as if it were valid; the detail says which, and why it is not. */
function* revived({ keys = [], nowMs }: Trial, kind: Unusable): Generator<Change> {
  for (const [i, key] of keys.entries()) {
    const id = key.id ?? `key-${i + 1}`;
    const info: KeyInfo = { ...key, id, state: key.state ?? 'active', hits: 0, warnings: [] };
    const why = unusableBecause(info, nowMs);
    if (why === undefined || kindOf(key, nowMs) !== kind) continue;
    yield {
      keys: [{ ...revivedKey(key), id }],
      detail: `key "${shownText(id)}" proves the request, but ${why}`,
    };
  }
}

/** As if it were valid: another action’s key is one, whatever its state. */
function revivedKey({ fromMs: _, untilMs: __, ...key }: KeySpec): KeySpec {
  return { ...key, state: 'active' };
}

function kindOf({ state, fromMs }: KeySpec, nowMs: number): Unusable {
  if (state === 'revoked') return 'revoked';
  return fromMs !== undefined && nowMs < fromMs ? 'early' : 'ended';
}

/** The id of the key that the request names in a header, or its message signature by keyid; undefined where it names none there. */
function namedKeyId(trial: Trial): string | undefined {
  const { request, scheme } = trial;
  const keyid = inputTextOf(trial)?.parameters.find((text) => text.startsWith(';keyid='));
  if (keyid !== undefined) return /^;keyid="([^"\\]*)"$/.exec(keyid)?.[1];
  const place = declaredAs(scheme, 'template')?.options.keyId;
  return place && 'header' in place ? request.headers.get(place.header) : undefined;
}

/** That key, whatever id the request names in its query or body. */
function* unnamed(trial: Trial, key: KeySpec, detail: string): Generator<Change> {
  const withoutId = ({ keyId, ...options }: TemplateOptions): TemplateOptions | undefined =>
    keyId === undefined || 'header' in keyId ? undefined : options;
  for (const change of withTemplate(trial, withoutId, detail)) yield { ...change, keys: [key] };
}

const SIGN_ANEW =
  'Have the sender sign with a key that is valid now; or change the key’s state or validity in the gate’s keys, if that key should be accepted.';

/** What a sender’s key is where it was never set: of HMAC, zeros behind a key are no part of it. */
const UNSET: readonly { readonly text: string; readonly detail: string }[] = [
  { text: '', detail: 'an empty text' },
  { text: 'undefined', detail: 'the word undefined' },
  { text: 'null', detail: 'the word null' },
  { text: 'None', detail: 'the word None' },
  { text: 'secret', detail: 'the word secret' },
  { text: 'changeme', detail: 'the word changeme' },
  { text: 'test', detail: 'the word test' },
  { text: 'your-secret', detail: 'the placeholder your-secret' },
  { text: 'your_webhook_secret', detail: 'the placeholder your_webhook_secret' },
  { text: 'whsec_...', detail: 'the placeholder whsec_...' },
];
const PADDED_BYTES = 32;

function zeroPadded(text: string): Uint8Array {
  const bytes = new Uint8Array(PADDED_BYTES);
  bytes.set(utf8(text));
  return bytes;
}

/** One trial a key, but `key-not-set` 10 in all. */
export const KEY_RING: readonly TrialHypothesis[] = [
  {
    id: 'key-revoked',
    ...RING,
    changes: (trial) => revived(trial, 'revoked'),
    says: (key) => `The request is signed with a revoked key: ${key}.`,
    mend: () => SIGN_ANEW,
    example: 'key-rotation',
  },
  {
    id: 'key-ended',
    ...RING,
    changes: (trial) => revived(trial, 'ended'),
    says: (key) => `The request is signed with a key that is no longer valid: ${key}.`,
    mend: () => SIGN_ANEW,
    example: 'key-rotation',
  },
  {
    id: 'key-not-yet-valid',
    ...RING,
    changes: (trial) => revived(trial, 'early'),
    says: (key) => `The request is signed with a key that is not valid yet: ${key}.`,
    mend: () => SIGN_ANEW,
    example: 'key-rotation',
  },
  {
    id: 'key-of-another-action',
    ...RING,
    *changes({ othersKeys }) {
      for (const { id, action, spec } of othersKeys) {
        const bound =
          action === undefined ? 'is bound to no action' : `is for the action "${shownText(action)}"`;
        yield { keys: [revivedKey(spec)], detail: `"${shownText(id)}", which ${bound}` };
      }
    },
    says: (key) =>
      `The request asks for another action than its key is for: it is signed with the key ${key}.`,
    mend: () =>
      'Have the sender call the address of the action that its key is for, or give what calls this address the secret of this action. If the sender has called the right one, somebody has captured the request and sent it on to another.',
    example: 'key-rotation',
  },
  {
    id: 'key-named-otherwise',
    ...RING,
    *changes(trial) {
      const named = namedKeyId(trial);
      for (const [i, key] of (trial.keys ?? []).entries()) {
        const id = key.id ?? `key-${i + 1}`;
        const signer = `and it is signed with the gate’s key "${shownText(id)}"`;
        if (named === undefined) yield* unnamed(trial, key, `otherwise than the gate does, ${signer}`);
        else if (id !== named)
          yield { keys: [{ ...key, id: named }], detail: `"${shownText(named)}", ${signer}` };
      }
    },
    says: (detail) => `The request names the key ${detail}.`,
    mend: () =>
      'Give the gate’s key the id that the sender names, or have the sender name the one that it signs with.',
    example: 'key-rotation',
  },
  {
    id: 'key-and-id-swapped',
    ...KEY_ROW,
    changes: (trial) =>
      takesSecrets(trial)
        ? otherKeys(trial, (key) => (key.id === undefined ? [] : [{ ...key, secret: key.id }]))
        : [],
    says: () =>
      'The request is signed with what is the key’s id here: id and secret were swapped on one side.',
    mend: () => 'Compare both with the sender’s page. Make a new secret: an id is sent along and shown.',
  },
  {
    id: 'key-not-set',
    ...KEY_ROW,
    *changes(trial): Generator<Change> {
      const [key] = trial.keys ?? [];
      if (!key || !takesSecrets(trial)) return;
      for (const { text, detail } of UNSET) yield { keys: [asBytes(key, zeroPadded(text))], detail };
    },
    says: (key) =>
      `The request is signed with no secret: the sender’s key is ${key}, which anybody can guess.`,
    mend: () =>
      'Set the key at the sender: its environment variable is missing there, or still holds an example’s value.',
  },
];

/** More ids are not told. */
const MAX_IDS = 5;

export const KEY_RING_SEEN: readonly SignHypothesis[] = [
  {
    id: 'key-id-unknown',
    ...RING,
    certainty: 'possible',
    isFallback: true,
    sees(trial, { verdict, keys: fetched }) {
      const { keys, scheme } = trial;
      const { namedKeyId: named } = verdict.evidence;
      if (verdict.ok || verdict.reason !== 'unknown-key' || named === undefined) return undefined;
      const ids = (keys ?? fetched ?? []).map(({ id }, i) => id ?? `key-${i + 1}`);
      // Other rows speak of tokens, and of agents.
      if (
        scheme.proof === 'token' ||
        declaredAs(scheme, 'message-signatures')?.options.published?.at === 'agents'
      )
        return undefined;
      if (ids.length === 0 || ids.includes(named) || isNoThumbprint(trial, named)) return undefined;
      return `"${shownText(named)}"; they are ${ids.slice(0, MAX_IDS).map(shownText).join(', ')}`;
    },
    says: (ids) => `The request names a key that is none of the gate’s: ${ids}.`,
    mend: () =>
      'Give the gate the key of that id too: the sender has changed keys, or is set to another environment. If it is the same key, give it in the gate the id that the sender names, in the same letters.',
    example: 'key-rotation',
  },
];
