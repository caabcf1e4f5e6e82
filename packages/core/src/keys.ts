/** The key ring: the keys a gate accepts, each with an id, a state and a validity window. */

import { backend } from '#crypto';
import {
  type Algorithm,
  KeyFault,
  type KeyMaterial,
  type ProofKey,
  type PublicKeyMaterial,
} from './crypto/backend.ts';
import { dateText } from './freshness.ts';
import { checkCount } from './key-specs.ts';
import type { KeyForm } from './keys/key-form.ts';
import type { KeyPurpose, KeySpec, KeyState } from './keys/key-spec.ts';
import { readKey } from './keys/key-text.ts';
import type { KeyWarning } from './keys/key-warning.ts';
import { WrittenKey } from './keys/written-key.ts';
import type { MaybePromise, SignedRequest } from './model.ts';
import type { Objection } from './objection.ts';
import type { Sliced } from './pause.ts';
import { SetupError } from './setup-error.ts';
import { equalBytes } from './text/bytes.ts';

export { checkCount, MAX_KEY_ID_CHARS, MAX_KEYS } from './key-specs.ts';
export type { KeyForm } from './keys/key-form.ts';
export type { KeyEncoding, KeyInput, KeyPurpose, KeySpec, KeyState } from './keys/key-spec.ts';

/** What an operator may see of a key. */
export interface KeyInfo {
  readonly id: string;
  readonly state: KeyState;
  readonly fromMs?: number;
  readonly untilMs?: number;
  /** The action that it is bound to. Absent: none. */
  readonly for?: KeyPurpose;
  /** Length of a secret's bytes; absent for public and private keys. */
  readonly bytes?: number;
  /** Of a public or private key: how much work a search for its private half is. Absent: not known, or a secret. */
  readonly strengthBits?: number;
  /** Requests that this key proved since the start; where a function finds it, since it was found last. */
  readonly hits: number;
  /** E.g. that the key is short; `keyWarningText` makes the sentence. */
  readonly warnings: readonly KeyWarning[];
}

/** A key of the ring, as the pipeline uses it. */
export interface RingKey {
  readonly info: KeyInfo;
  /** The id that a request names it by. */
  readonly name: string;
  /** Whether its id was given, and so means something to the other side. */
  readonly isNamed: boolean;
  readonly variant: number;
  readonly proof: ProofKey;
  hit(): void;
}

/** What a request says of the key that it is proved by. Nobody has proved it yet. */
export interface KeyQuery {
  readonly nowMs: number;
  /** The one id that it names: keys of other names are left out. */
  readonly namedKeyId: string | undefined;
  /** What else may tell where to look, where no one id does; see `Passage`. */
  readonly keyHints: readonly (string | undefined)[];
  /** The action that it asks for, where keys are bound to actions. */
  readonly action?: string | undefined;
  /** The whole of it, where keys are looked up by tenant. */
  readonly request?: SignedRequest | undefined;
}

/** Keys that are at hand: those of a list, or what was fetched for one request. */
export interface FoundKeys {
  /** Every key with its hits, in configured order. */
  list(): readonly KeyInfo[];
  /** The keys that may prove a request now; only those of that name when an id is given. */
  usable(nowMs: number, id?: string): readonly RingKey[];
  /** The keys that may not: revoked, ended, not yet valid, or another action’s. Only for words about a refusal. */
  unusable(nowMs: number, id?: string): readonly RingKey[];
  /** Why keys that are fetched could not be had, or not all; undefined where they are there. */
  readonly outage: Objection | undefined;
  /** Whose keys they are, as whoever keeps them says. Absent: they are of no tenant. */
  readonly tenant?: string;
}

/** The keys that a gate accepts, wherever they come from. */
export interface KeyRing {
  /** The keys that are at hand, with their hits. */
  list(): readonly KeyInfo[];
  /** The keys for one request. A promise where they are fetched; never rejected. */
  find(query: KeyQuery): MaybePromise<FoundKeys>;
  /** How each key of a list was written; empty where keys are fetched. */
  readonly written: readonly WrittenKey[];
  /** Keys are each tenant’s own: there is no list of them. Absent: they are not. */
  readonly isByTenant?: boolean;
  /** The first active key that may sign now, of all or of those. @throws SetupError where there is none. */
  signing(nowMs: number, isOfThose?: (key: KeyInfo) => boolean): RingKey;
}

/** A ring of a list: what it finds is itself. */
export type ListedKeys = KeyRing & FoundKeys;

/**
 * Builds a ring, a key a slice: some take milliseconds.
 * @param name what requests name all of these keys by, which is the id of those that have none; default: each by its id
 * @throws SetupError for no keys, an empty one, one that does not decode, two of one id, more than 16 for an action.
 */
export function* keyRing(
  specs: readonly (string | KeySpec)[],
  forms: readonly KeyForm[],
  name?: string,
): Sliced<ListedKeys> {
  if (specs.length === 0) throw new SetupError('keys', 'the gate has no keys', 'Give at least one.');
  checkCount(specs);
  const twins = createTwinFinder();
  const candidates: ReturnType<typeof createRingKey>[] = [];
  for (const [i, spec] of specs.entries()) {
    if (i > 0) yield;
    candidates.push(createRingKey(typeof spec === 'string' ? { secret: spec } : spec, forms, i, twins, name));
  }
  const keys = candidates.map(({ key }) => key);
  const second = indexOfRepeatedId(keys, name);
  if (second >= 0) {
    const id = keys[second]?.info.id;
    throw new SetupError(`keys[${second}].id`, `"${id}" occurs twice`, 'Give each key its own id.');
  }
  return ringOf(
    keys,
    candidates.map(({ written }) => written),
  );
}

function ringOf(keys: readonly RingKey[], written: readonly WrittenKey[]): ListedKeys {
  const inState = keys.filter(({ info }) => info.state !== 'revoked');
  const hasValidity = inState.some(({ info }) => info.fromMs !== undefined || info.untilMs !== undefined);
  const usable = (nowMs: number): readonly RingKey[] =>
    hasValidity ? inState.filter(({ info }) => isWithin(info, nowMs)) : inState;
  const ring: ListedKeys = {
    list: () => keys.map(({ info }) => ({ ...info })),
    find: () => ring,
    usable: (nowMs, id) =>
      id === undefined ? usable(nowMs) : usable(nowMs).filter((key) => key.name === id),
    unusable: (nowMs, id) =>
      keys.filter((key) => !isUsable(key.info, nowMs) && (id === undefined || key.name === id)),
    outage: undefined,
    written,
    signing(nowMs, isOfThose = () => true) {
      const key = usable(nowMs).find(({ info }) => info.state === 'active' && isOfThose(info));
      if (key === undefined) {
        throw new SetupError(
          'keys',
          'no key is active and within its validity',
          'Set one key’s state to active, and look at its validity.',
        );
      }
      return key;
    },
  };
  return ring;
}

/**
 * The first key whose id an earlier one has; -1 where there is none.
 * @param name keys without an id of their own share it: whichever proves, it is the same sender
 */
export function indexOfRepeatedId(
  keys: readonly Pick<RingKey, 'info' | 'isNamed'>[],
  name: string | undefined,
): number {
  const ids = new Set<string>();
  return keys.findIndex(({ info: { id }, isNamed }) => {
    if (!isNamed && id === name) return false;
    const isRepeated = ids.has(id);
    ids.add(id);
    return isRepeated;
  });
}

/** Whether a key is within its validity: from the first instant on, and not at the last. */
export function isWithin(info: Pick<KeyInfo, 'fromMs' | 'untilMs'>, nowMs: number): boolean {
  return (
    nowMs >= (info.fromMs ?? Number.NEGATIVE_INFINITY) && nowMs < (info.untilMs ?? Number.POSITIVE_INFINITY)
  );
}

/** Whether a key may prove a request now. */
export function isUsable(info: KeyInfo, nowMs: number): boolean {
  return info.state !== 'revoked' && isWithin(info, nowMs);
}

/** Why a key may not prove a request now, in words that go on from its id; undefined where it may. */
export function unusableBecause(
  { state, fromMs, untilMs }: Pick<KeyInfo, 'state' | 'fromMs' | 'untilMs'>,
  nowMs: number,
): string | undefined {
  if (state === 'revoked') return 'is revoked';
  if (fromMs !== undefined && nowMs < fromMs) return `is valid from ${dateText(fromMs)}`;
  return untilMs !== undefined && nowMs >= untilMs ? `ended ${dateText(untilMs)}` : undefined;
}

function createRingKey(
  spec: KeySpec,
  forms: readonly KeyForm[],
  index: number,
  twinOf: (id: string, material: KeyMaterial) => string | undefined,
  name: string | undefined,
): { readonly key: RingKey; readonly written: WrittenKey } {
  const option = `keys[${index}].secret`;
  const { form, readAs, material, warnings: read } = readKey(spec, forms, option);
  const id = spec.id ?? name ?? `key-${index + 1}`;
  const twin = twinOf(id, material);
  const warnings = [...read];
  if (twin !== undefined) warnings.push({ code: 'twin', keyId: twin });
  const info = {
    id,
    state: spec.state ?? 'active',
    ...(spec.fromMs !== undefined && { fromMs: spec.fromMs }),
    ...(spec.untilMs !== undefined && { untilMs: spec.untilMs }),
    ...(spec.for && { for: Object.freeze({ ...spec.for }) }),
    ...(material.kind === 'secret' ? { bytes: material.bytes.length } : strengthIn(form, material)),
    hits: 0,
    warnings,
  };
  const key: RingKey = {
    info,
    name: name ?? id,
    isNamed: spec.id !== undefined,
    variant: form.variant,
    proof: createProof(form, material, option, (warning) => warnings.push(warning)),
    hit: () => {
      info.hits++;
    },
  };
  return { key, written: new WrittenKey(spec, readAs) };
}

/** Of a key that has two halves. */
function strengthIn(form: KeyForm, material: PublicKeyMaterial): Pick<KeyInfo, 'strengthBits'> {
  const strengthBits = form.kind === 'secret' ? undefined : form.keys.strengthBits(material);
  return strengthBits === undefined ? {} : { strengthBits };
}

/** Tells which earlier key has the same bytes: to revoke one of two equal keys revokes nothing. */
function createTwinFinder(): (id: string, material: KeyMaterial) => string | undefined {
  const seen: { readonly id: string; readonly material: KeyMaterial }[] = [];
  return (id, material) => {
    const twin = seen.find(({ material: { bytes } }) => equalBytes(bytes, material.bytes));
    seen.push({ id, material });
    return twin?.id;
  };
}

/** @param report is told what shows only later: that the runtime does not take a sound key. It proves nothing then. */
function createProof(
  form: KeyForm,
  material: KeyMaterial,
  option: string,
  report: (warning: KeyWarning) => void,
): ProofKey {
  const { algorithm } = form;
  let proof: MaybePromise<ProofKey>;
  try {
    proof = proofOf(form, material);
  } catch (error) {
    throw keyError(error, algorithm, option);
  }
  if (!(proof instanceof Promise)) return proof;
  const pending = proof.then(
    (key) => ({ key, fault: undefined }),
    (error: unknown) => {
      const fault = keyError(error, algorithm, option);
      report({ code: 'unusable', fault: faultText(error, algorithm) });
      return { key: undefined, fault };
    },
  );
  return {
    isSlow: form.kind !== 'secret',
    find: (message, signatures) => pending.then(({ key }) => key?.find(message, signatures) ?? -1),
    sign: (message) =>
      pending.then(({ key, fault }) => {
        if (key) return key.sign(message);
        throw fault;
      }),
  };
}

/** @param material of the form’s kind, as `readKey` makes it */
function proofOf(form: KeyForm, material: KeyMaterial): MaybePromise<ProofKey> {
  if (form.kind !== 'secret') return form.keys.createProofKey(form.algorithm, material as PublicKeyMaterial);
  const { bytes } = material;
  return form.computed?.createProofKey(bytes) ?? backend.createSecretKey(form.algorithm, bytes);
}

function keyError(error: unknown, algorithm: Algorithm, option: string): SetupError {
  return new SetupError(option, faultText(error, algorithm), 'Compare the key with the provider’s page.');
}

/** The runtime's own words may quote the key: only ours pass. */
function faultText(error: unknown, algorithm: Algorithm): string {
  return error instanceof KeyFault ? error.message : `this runtime takes the key as none for ${algorithm}`;
}
