/** The store: what the gateway keeps so that nothing is lost. An interface a kind of thing; who needs one takes only that. */
import type { StoreFigures } from '../metrics/store-figures.ts';
import type { AuditStore } from './audit-store.ts';
import type { ClaimStore } from './claim-store.ts';
import type { DeliveryStore } from './delivery-store.ts';
import type { EventStore } from './event-store.ts';
import type { FullTextStore } from './full-text-store.ts';
import type { IssueStore } from './issue-store.ts';
import type { ChangeKeys } from './key-change.ts';
import type { LeaseStore } from './lease-store.ts';
import type { RecordStore } from './record-store.ts';
import type { RefusedStore } from './refused-store.ts';
import type { StoreUpkeep } from './store-upkeep.ts';
import type { TenantSql } from './tenant-sql.ts';

/**
 * What one address provides. A promise that resolves is a promise kept: what it stands for survives a crash and,
 * as far as the disk tells the truth, a power cut. One that rejects, with a `StoreError`, left nothing that the
 * caller may rely on: the sender must send again.
 *
 * What is passed in must not be changed until the promise settles.
 */
export interface Store {
  readonly events: EventStore;
  readonly deliveries: DeliveryStore;
  readonly claims: ClaimStore;
  /** Leases of claims, where several gateways share the store. Absent: one process has it for itself, and knows what is under way. */
  readonly leases?: LeaseStore;
  readonly records: RecordStore;
  readonly refused: RefusedStore;
  readonly audit: AuditStore;
  readonly issues: IssueStore;
  readonly fullText: FullTextStore;
  readonly upkeep: StoreUpkeep;
  /** Absent: nobody else has the store open, and a record is put. */
  readonly changeKeys?: ChangeKeys;
  /** Answers for the keys of tenants. Absent: a store of one process answers no statements of an operator’s. */
  readonly tenantSql?: TenantSql;
  /**
   * Why nothing is taken at present, in a sentence that may be shown to anybody; undefined where it is, as far as is known.
   * Anybody may ask as often as they like: it looks at most once a second.
   */
  fault(): string | undefined;
  /** How its writes fare, and what room it takes: for `/metrics`. */
  readonly figures: StoreFigures;
  /** Finishes what is queued, then lets go of the storage. What comes after is rejected. May be called twice. */
  close(): Promise<void>;
}

/** Why a store did not do it: the queue is full, the id is taken, the store is closed, what was stored cannot be read as it was, or the storage failed. */
export type StoreErrorCode = 'queue-full' | 'duplicate-event' | 'closed' | 'damaged' | 'failed';

/** The store did not do it. Says why and what to do; holds nothing of the event. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
