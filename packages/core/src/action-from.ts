/** Makes of a part of requests, and what reads it, the choice that keys are bound to. */
import type { ActionChoice, BoundActions } from './action-choice.ts';
import { andThen } from './and-then.ts';
import type { CoveredPart } from './coverage-model.ts';
import { describeGiven, isPlain } from './given.ts';
import { MAX_KEYS, tooMany } from './key-specs.ts';
import { type FoundKeys, isUsable, type KeyInfo, type KeyRing, type KeySpec, type RingKey } from './keys.ts';
import type { SignedRequest } from './model.ts';
import { objection } from './objection.ts';
import type { Scheme } from './scheme.ts';
import { COVERED_PARTS } from './schemes/coverage.ts';
import { SetupError } from './setup-error.ts';
import { listed } from './text/amounts.ts';
import { utf8 } from './text/bytes.ts';
import { shownText } from './text/shown-text.ts';
import { MAX_UNUSABLE_KEYS } from './unusable-keys.ts';

/**
 * What of a request names the action that it asks for, for a gate whose keys are bound to actions (`keys[].for`): a request is held against
 * the keys of that action alone.
 * @param part where the name stands. A signature that does not cover it leaves the choice to whoever captures a request: each key must be
 * bound to an action then.
 * @param read the name; undefined where there is none. UNTRUSTED: nothing of the request is proved yet. Run what the verdict’s `action` says.
 * @throws SetupError for another part, and for what is no function
 * @example createGate({ provider, keys, action: actionFrom('path', ({ url }) => url.split('?')[0]?.split('/').at(-1)) })
 */
export function actionFrom(
  part: CoveredPart,
  read: (request: SignedRequest) => string | undefined,
): ActionChoice {
  if (!COVERED_PARTS.includes(part)) {
    const what = typeof part === 'string' ? JSON.stringify(part) : describeGiven(part);
    throw new SetupError('part', `it is ${what}`, `Parts: ${COVERED_PARTS.join(', ')}.`);
  }
  if (typeof read !== 'function') {
    throw new SetupError(
      'read',
      `it is ${describeGiven(read)}`,
      'Give a function that reads the action’s name of a request.',
    );
  }
  return { part, bind: (scheme) => bind(part, read, scheme) };
}

function bind(
  part: CoveredPart,
  read: (request: SignedRequest) => string | undefined,
  { proof, coverage }: Scheme,
): BoundActions {
  const isSigned = coverage.covered.includes(part);
  // Who has a token may choose.
  const takesUnbound = isSigned || proof === 'token';
  const isFor: BoundActions['isFor'] = ({ for: purpose }, action) =>
    purpose === undefined ? takesUnbound : purpose.action === action;
  const asked = (request: SignedRequest): string | undefined => askedAction(read, request);
  return {
    part,
    warnings: takesUnbound ? [] : [{ code: 'action-by-key', part }],
    asked,
    isFor,
    checkSpecs(specs) {
      for (const [i, spec] of specs.entries()) checkPurpose(spec, `keys[${i}].for`);
      if (!takesUnbound) refuseUnbound(part, specs);
      // Before any of them is read.
      if (specs.length > MAX_BOUND_KEYS) throw tooManyOfAll(specs.length);
      refuseSharedTexts(specs);
    },
    checkRing(ring) {
      const keys = ring.list();
      checkCounts(keys);
      refuseShared(keys);
    },
    ring: (ring) => ({
      ...ring,
      find: (query) => andThen(ring.find(query), (keys) => ownKeys(keys, query.action, isFor)),
    }),
    signing: (ring, request, nowMs) => signingKey(ring, asked(request), nowMs, isFor),
    noKey: (keys, action) => (keys.list().some((key) => isFor(key, action)) ? undefined : NONE_BOUND),
    tried: triedKeys,
    ofAnother: ({ id, for: purpose }, action, { reason }) =>
      objection(
        reason,
        `key "${shownText(id)}" proves the request, but is bound to ${purpose === undefined ? 'no action' : `the action ${quoted(purpose.action)}`}, and the request ${action === undefined ? 'names no action' : `asks for ${quoted(action)}`}`,
        OTHER_ACTION,
      ),
    scope(gateId, { key }) {
      const action = isSigned ? undefined : key?.info.for?.action;
      // The lengths go first, so that no gate and action can pass for another gate and action.
      return action === undefined
        ? []
        : [utf8(`${gateId.length}:${gateId} action ${action.length}:${action} `)];
    },
  };
}

function askedAction(
  read: (request: SignedRequest) => string | undefined,
  request: SignedRequest,
): string | undefined {
  try {
    const action: unknown = read(request);
    return typeof action === 'string' && action !== '' ? action : undefined;
  } catch {
    // A stranger’s request: no key is bound to no name.
    return undefined;
  }
}

function ownKeys(keys: FoundKeys, action: string | undefined, isFor: BoundActions['isFor']): FoundKeys {
  const isOwn = ({ info }: RingKey): boolean => isFor(info, action);
  return {
    // Whatever else a scheme finds with its keys.
    ...keys,
    usable: (nowMs, id) => keys.usable(nowMs, id).filter(isOwn),
    unusable: (nowMs, id) => [
      ...keys.unusable(nowMs, id),
      ...keys.usable(nowMs, id).filter((key) => !isOwn(key)),
    ],
  };
}

/** Of other actions’ secrets, which cost microseconds and are many. */
const MAX_OTHERS_SECRETS = 16;

function triedKeys(unusable: readonly RingKey[], nowMs: number): readonly RingKey[] {
  const others = unusable.filter(({ info }) => isUsable(info, nowMs));
  const ended = unusable.filter(({ info }) => !isUsable(info, nowMs));
  const most = others[0]?.proof.isSlow ? MAX_UNUSABLE_KEYS : MAX_OTHERS_SECRETS;
  return [...ended.slice(0, MAX_UNUSABLE_KEYS), ...others.slice(0, most)];
}

const NONE_BOUND = objection(
  'unknown-key',
  'no key is bound to the action that the request asks for',
  'Compare the action’s name in the request with those of the gate’s keys (keys[].for); give the action a key, if it should be run.',
);

const OTHER_ACTION =
  'Have the sender call the address of the action that its key is for, or sign with the key of the action that it calls; somebody may also have captured the request and sent it to another action.';

/** Of all actions together: a ring is looked through for each request. */
const MAX_BOUND_KEYS = 256;

function tooManyOfAll(count: number): SetupError {
  return new SetupError(
    'keys',
    `${count} keys are too many`,
    `A gate has at most ${MAX_BOUND_KEYS} of all actions together, and ${MAX_KEYS} for one: give some of the actions a gate of their own.`,
  );
}

/** Of the keys, of which a set of them is one in a list. */
function checkCounts(keys: readonly KeyInfo[]): void {
  const actions = keys.map((key) => key.for?.action);
  for (const action of new Set(actions)) {
    // Those that are bound to none are tried for each.
    const count = actions.filter((other) => other === action || other === undefined).length;
    if (count > MAX_KEYS) throw tooMany(count);
  }
  if (keys.length > MAX_BOUND_KEYS) throw tooManyOfAll(keys.length);
}

function checkPurpose(spec: string | KeySpec, path: string): void {
  const purpose: unknown = typeof spec === 'string' ? undefined : spec.for;
  if (purpose === undefined || isPurpose(purpose)) return;
  throw new SetupError(
    path,
    isPlain(purpose) ? 'it names no action' : `it is ${describeGiven(purpose)}`,
    'Give { action } and nothing else, with the action’s name of at most 256 characters.',
  );
}

/** Half a surrogate pair would be another character wherever the name is written as UTF-8. */
function isPurpose(purpose: unknown): boolean {
  if (!isPlain(purpose) || Object.keys(purpose).join() !== 'action') return false;
  const { action } = purpose;
  return typeof action === 'string' && /^\P{Cs}{1,256}$/su.test(action);
}

function refuseUnbound(part: CoveredPart, specs: readonly (string | KeySpec)[]): void {
  const at = specs.findIndex((spec) => typeof spec === 'string' || spec.for === undefined);
  if (at < 0) return;
  throw new SetupError(
    `keys[${at}].for`,
    `it is not given, and the signature does not cover the ${part}, which names the action: a request that was signed for one action would run any other`,
    'Bind each key to its action: for: { action }, a secret of its own for each.',
  );
}

/** What a refusal says of a key. */
interface NamedKey extends Pick<KeySpec, 'for'> {
  readonly id: string;
}

/** One text for two actions: of public keys, which have no warnings of twins, this is all that is seen. */
function refuseSharedTexts(specs: readonly (string | KeySpec)[]): void {
  const earlier = new Map<string | Uint8Array, NamedKey>();
  for (const [i, spec] of specs.entries()) {
    const { secret, ...rest } = typeof spec === 'string' ? { secret: spec } : spec;
    const key: NamedKey = { id: `key-${i + 1}`, ...rest };
    const text = typeof secret === 'string' ? secret.trim() : secret;
    const twin = earlier.get(text);
    if (twin !== undefined && twin.for?.action !== key.for?.action) throw sharedSecret(i, twin);
    earlier.set(text, key);
  }
}

/** One secret for two actions: a request for one is proved for the other as well. */
function refuseShared(keys: readonly KeyInfo[]): void {
  for (const [i, key] of keys.entries()) {
    const twinIds = key.warnings.flatMap((warning) => (warning.code === 'twin' ? [warning.keyId] : []));
    // Keys that a function finds may share an id.
    const twin = keys.find(
      ({ id, for: purpose }) => twinIds.includes(id) && purpose?.action !== key.for?.action,
    );
    if (twin !== undefined) throw sharedSecret(i, twin);
  }
}

function sharedSecret(index: number, { id, for: purpose }: NamedKey): SetupError {
  const bound = purpose === undefined ? 'no action' : `the action ${quoted(purpose.action)}`;
  return new SetupError(
    `keys[${index}].secret`,
    `it is the secret of the key ${quoted(id)} too, which is bound to ${bound}: a request that was signed for one action would run the other`,
    'Give each action a secret of its own.',
  );
}

function signingKey(
  ring: KeyRing,
  action: string | undefined,
  nowMs: number,
  isFor: BoundActions['isFor'],
): RingKey {
  const keys = ring.list();
  if (keys.length === 0 || keys.some((key) => isFor(key, action)))
    return ring.signing(nowMs, (key) => isFor(key, action));
  throw new SetupError(
    'keys',
    action === undefined
      ? 'the request names no action, and each key is bound to one'
      : `no key is bound to the action ${quoted(action)}, which the request asks for`,
    `Name one of the actions that have a key: ${actionsOf(keys)}.`,
  );
}

/** More are counted. */
const MAX_NAMED = 8;

function actionsOf(keys: readonly KeyInfo[]): string {
  const names = keys.flatMap(({ for: purpose }) =>
    purpose === undefined ? [] : [shownText(purpose.action)],
  );
  return listed([...new Set(names)], MAX_NAMED);
}

function quoted(text: string): string {
  return `"${shownText(text)}"`;
}
