/** One gate's view of the shared replay guard: remembers what was committed, and what it was answered. */
import { Buffer } from 'node:buffer';
import type { BeginResult, MaybePromise, ReplayGuard } from '@countersign/core';
import type { HttpAnswer } from './http-answer.ts';

export interface GateGuard extends ReplayGuard {
  /** Gives the answer to repeats, once the claim is committed. Streams cannot be given again. */
  keepAnswer(identity: Uint8Array, answer: HttpAnswer): void;
}

export interface GateGuardOptions {
  /** Shared by all gates; the engine mixes the gate's id into each identity. */
  readonly guard: ReplayGuard;
  /** Called with each committed claim, so that a restart remembers it. */
  readonly onCommit: (identity: Uint8Array, untilMs: number) => void;
}

export function createGateGuard({ guard, onCommit }: GateGuardOptions): GateGuard {
  /** Between the outcome and its commit. */
  const answers = new Map<string, Uint8Array>();
  const take = (identity: Uint8Array): Uint8Array | undefined => {
    if (answers.size === 0) return undefined;
    const key = keyOf(identity);
    const answer = answers.get(key);
    answers.delete(key);
    return answer;
  };
  return {
    begin: (identity, nowMs, leaseMs): MaybePromise<BeginResult> => guard.begin(identity, nowMs, leaseMs),
    commit(identity, untilMs) {
      onCommit(identity, untilMs);
      return guard.commit(identity, untilMs, take(identity));
    },
    abort(identity) {
      take(identity);
      return guard.abort(identity);
    },
    keepAnswer(identity, answer) {
      if (typeof answer.body === 'string') answers.set(keyOf(identity), encodeAnswer(answer));
    },
  };
}

/** The answer that `keepAnswer` was given. */
export function decodeAnswer(bytes: Uint8Array): HttpAnswer {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as HttpAnswer;
}

function encodeAnswer({ status, headers, body }: HttpAnswer): Uint8Array {
  return Buffer.from(JSON.stringify({ status, headers, body }));
}

function keyOf(identity: Uint8Array): string {
  return Buffer.from(identity.buffer, identity.byteOffset, identity.byteLength).toString('latin1');
}
