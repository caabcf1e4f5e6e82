/** Signatures that are made of key and message in another way than the scheme’s: what a ring’s keys are held against. */
import type { KeyMaterial, Message, ProofKey } from '../crypto/backend.ts';
import { readKey } from '../keys/key-text.ts';
import { type FoundKeys, type KeyForm, type KeyRing, type KeySpec, keyRing, type RingKey } from '../keys.ts';
import type { MaybePromise } from '../model.ts';
import type { Sliced } from '../pause.ts';
import type { Scheme } from '../scheme.ts';
import { equalBytes } from '../text/bytes.ts';

/** A key of the gate’s, as it was read. */
export interface GateKey {
  readonly form: KeyForm;
  readonly material: KeyMaterial;
  /** What the scheme makes of it. */
  readonly proof: ProofKey;
}

/** The forms with secrets beside which a signature may have any length. */
export function ofAnyLength(forms: readonly KeyForm[]): readonly KeyForm[] {
  return forms.map((form) => (form.kind === 'secret' ? { ...form, algorithm: 'shared-token' } : form));
}

/** As `ProofKey.find`. */
export type FindProof = (
  key: GateKey,
  message: Message,
  signatures: readonly Uint8Array[],
) => MaybePromise<number>;

/** The same scheme, its keys held against a request so. @param forms as which they are read */
export function provedBy(
  scheme: Scheme,
  find: FindProof,
  forms: readonly KeyForm[] = scheme.keys.forms,
): Scheme {
  const create = (specs: readonly (string | KeySpec)[], { name }: { readonly name: string | undefined }) =>
    otherRing(specs, forms, name, find);
  return { ...scheme, keys: { ...scheme.keys, create } };
}

function* otherRing(
  specs: readonly (string | KeySpec)[],
  forms: readonly KeyForm[],
  name: string | undefined,
  find: FindProof,
): Sliced<KeyRing> {
  const ring = yield* keyRing(specs, forms, name);
  const ownKeys = new Map(
    ring.list().map(({ id }, i) => {
      const spec = specs[i] as string | KeySpec;
      return [id, readKey(typeof spec === 'string' ? { secret: spec } : spec, forms, 'keys')] as const;
    }),
  );
  const proving = (key: RingKey): readonly RingKey[] => {
    const own = ownKeys.get(key.info.id);
    if (own === undefined) return [];
    const { form, material } = own;
    const proof: ProofKey = {
      ...key.proof,
      find: (message, signatures) => find({ form, material, proof: key.proof }, message, signatures),
    };
    return [{ ...key, proof }];
  };
  const keys: FoundKeys = {
    list: ring.list,
    usable: (nowMs, id) => ring.usable(nowMs, id).flatMap(proving),
    unusable: () => [],
    outage: undefined,
  };
  return { ...ring, find: () => keys };
}

/** Position of the first signature that is these bytes, or -1. For `FindProof`. */
export function indexOfSignature(bytes: Uint8Array, signatures: readonly Uint8Array[]): number {
  return signatures.findIndex((signature) => equalBytes(signature, bytes));
}
