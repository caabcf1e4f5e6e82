/** When an issue ends by itself, by what failed. */
import { isRefusalReason, REFUSALS } from '@countersign/core';
import { DAY, HOUR, MINUTE } from '../config/units.ts';
import type { StoredIssue } from '../stores/issue-store.ts';

export interface HealRule {
  /** Of its gate or destination one must have gone well after the last failure, and nothing more have failed for so long. Undefined: nothing tells that it works. */
  readonly healedAfterMs: number | undefined;
  /** Nothing has failed for so long: closed, whatever else goes well or not. */
  readonly quietAfterMs: number;
}

/** One sender among many may be the one that fails: it has this long to try again. */
const SENDER_MS: number = 15 * MINUTE;
/** What stands behind the gateway, or the gateway itself, fails for whoever comes: it shows at once whether it works. */
const OWN_MS: number = 5 * MINUTE;
/** Deliveries that wait are looked at besides. */
const DELIVERY_MS: number = MINUTE;

/** A key set at an address, the store, what the gateway can take at once. */
const OWN: ReadonlySet<string> = new Set([
  'keys-unavailable',
  'replay-guard-full',
  'replay-guard-unavailable',
  'intake-full',
]);

export function healRule({
  gate,
  destination,
  reason,
}: Pick<StoredIssue, 'gate' | 'destination' | 'reason'>): HealRule {
  if (destination !== undefined) return { healedAfterMs: DELIVERY_MS, quietAfterMs: 7 * DAY };
  // Whoever looks for doors that are not there is never told that one opened.
  if (gate === undefined) return { healedAfterMs: undefined, quietAfterMs: HOUR };
  return { healedAfterMs: isOwn(reason) ? OWN_MS : SENDER_MS, quietAfterMs: 7 * DAY };
}

function isOwn(reason: string): boolean {
  if (OWN.has(reason)) return true;
  return (
    isRefusalReason(reason) && ['act', 'respond'].includes(REFUSALS[reason].step) && reason !== 'sender-left'
  );
}
