/** What tells one issue from another, the same at every start and gateway. */
import { createHash } from 'node:crypto';
import type { StoredIssue } from '../stores/issue-store.ts';
import type { IssueSubject } from './issue-model.ts';

export type IssueIdentity = Pick<StoredIssue, 'id' | 'gate' | 'destination' | 'reason'>;

/** Of the issue of those for which there was no room. */
const OTHERS = 'others';
const ID_CHARS = 16;

export const OTHERS_KEY: string = keyOf({ reason: OTHERS });

/** What its id is made of. */
export function keyOf({ gate = '', destination = '', reason }: IssueSubject): string {
  return JSON.stringify([gate, destination, reason]);
}

/** @param key of the subject, or that of the others */
export function identityOf(key: string, { gate, destination, reason }: IssueSubject): IssueIdentity {
  const id = createHash('sha256').update(key).digest('hex').slice(0, ID_CHARS);
  if (key === OTHERS_KEY) return { id, reason: OTHERS };
  return {
    id,
    ...(gate !== undefined && { gate }),
    ...(destination !== undefined && { destination }),
    reason,
  };
}

/** Of a gate or a destination, whatever fails there. */
export function nameOf({ gate, destination }: Pick<IssueSubject, 'gate' | 'destination'>): string {
  return destination === undefined ? `gate ${gate ?? ''}` : `destination ${destination}`;
}
