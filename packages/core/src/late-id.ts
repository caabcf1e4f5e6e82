/** An accepted verdict whose id is looked for when somebody asks. */
import type { Accepted, Evidence } from './model.ts';
import type { LateVerdict } from './scheme.ts';

export const acceptedWithLateId: LateVerdict = (provider, keyId, evidence, readId) =>
  new AcceptedWithLateId(provider, keyId, evidence, readId);

/**
 * Parsing a body costs as much as proving it, and who only verifies may never ask for the id in it. A class, because
 * an object literal with a getter takes 3.5 µs to make, twice what a verdict takes (Node 24).
 */
class AcceptedWithLateId implements Accepted {
  readonly ok = true;
  readonly provider: string;
  readonly keyId: string;
  readonly evidence: Evidence;
  declare reading?: string;
  declare timestampMs?: number;
  declare claims?: Readonly<Record<string, unknown>>;
  declare fields?: ReadonlyMap<string, string>;
  #read: (() => string | undefined) | undefined;

  constructor(provider: string, keyId: string, evidence: Evidence, read: () => string | undefined) {
    this.provider = provider;
    this.keyId = keyId;
    this.evidence = evidence;
    this.#read = read;
  }

  /** Looked for once; then a property like the others. */
  get id(): string | undefined {
    const id = this.#read?.();
    // The body may be forgotten from here on.
    this.#read = undefined;
    Object.defineProperty(this, 'id', { value: id, enumerable: id !== undefined, configurable: true });
    return id;
  }

  toJSON(): Accepted {
    const { id } = this;
    return { ...this, ...(id !== undefined && { id }) };
  }
}
