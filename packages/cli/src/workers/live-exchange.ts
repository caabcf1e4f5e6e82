/** Who of the workers follows what happens at the others, in the first process: it passes that on. */
import type { LiveBatch, ToWorker } from './messages.ts';

/** What is needed of a `Worker` of node:cluster. */
export interface Reachable {
  readonly id: number;
}

interface Member<W> {
  readonly worker: W;
  isFollowing: boolean;
  /** As it was told. */
  isFollowed: boolean;
  /** Those that have yet to take its last batch. */
  readonly awaited: Set<number>;
}

export class LiveExchange<W extends Reachable> {
  readonly #tell: (worker: W, message: ToWorker) => void;
  readonly #members = new Map<number, Member<W>>();

  constructor(tell: (worker: W, message: ToWorker) => void) {
    this.#tell = tell;
  }

  join(worker: W): void {
    this.#members.set(worker.id, { worker, isFollowing: false, isFollowed: false, awaited: new Set() });
    this.#update();
  }

  /** @param isKilled what it had yet to tell is lost */
  leave(worker: W, isKilled: boolean): void {
    const member = this.#members.get(worker.id);
    if (member === undefined) return;
    this.#members.delete(worker.id);
    if (isKilled && member.isFollowed) {
      for (const follower of this.#followersOf(worker))
        this.#tell(follower.worker, {
          kind: 'happened',
          from: worker.id,
          batch: { views: [], lost: 'some' },
        });
    }
    for (const other of this.#members.values()) this.#settle(other, worker);
    this.#update();
  }

  follow(worker: W, isFollowing: boolean): void {
    const member = this.#members.get(worker.id);
    if (member === undefined) return;
    member.isFollowing = isFollowing;
    if (!isFollowing) for (const other of this.#members.values()) this.#settle(other, worker);
    this.#update();
  }

  pass(worker: W, batch: LiveBatch): void {
    const member = this.#members.get(worker.id);
    if (member === undefined) return;
    for (const follower of this.#followersOf(worker)) {
      member.awaited.add(follower.worker.id);
      this.#tell(follower.worker, { kind: 'happened', from: worker.id, batch });
    }
    if (member.awaited.size === 0) this.#tell(worker, { kind: 'taken' });
  }

  /** @param from of the worker whose batch was taken */
  take(worker: W, from: number): void {
    const member = this.#members.get(from);
    if (member !== undefined) this.#settle(member, worker);
  }

  #settle(member: Member<W>, by: W): void {
    if (member.awaited.delete(by.id) && member.awaited.size === 0)
      this.#tell(member.worker, { kind: 'taken' });
  }

  #followersOf(worker: W): readonly Member<W>[] {
    return [...this.#members.values()].filter((member) => member.isFollowing && member.worker !== worker);
  }

  #update(): void {
    for (const member of this.#members.values()) {
      const isFollowed = this.#followersOf(member.worker).length > 0;
      if (isFollowed === member.isFollowed) continue;
      member.isFollowed = isFollowed;
      this.#tell(member.worker, { kind: 'followed', isFollowed });
    }
  }
}
