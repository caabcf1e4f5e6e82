/** Who is woken when a delivery falls due that was put off. What is due stands in `deliveries`: a wake-up that is lost delays, and loses nothing. */
import type { Session } from './database.ts';

export interface DelayedDelivery {
  readonly destination: string;
  /** Milliseconds since the epoch. */
  readonly dueMs: number;
}

export interface DelayedJobs {
  /** Whether `write` would write anything. */
  isWritten(delayed: readonly DelayedDelivery[], nowMs: number): boolean;
  /** Within the transaction that puts them off. */
  write(session: Session, delayed: readonly DelayedDelivery[], nowMs: number): Promise<void>;
}
