/** The first answer to a request, as its repeats are given it: kept with the claim, and in the store only encrypted. */
import { Buffer } from 'node:buffer';
import type { HttpAnswer } from '../http-answer.ts';
import type { Sealer } from '../sealed/seal.ts';

/** An answer to be given again. Undefined: a stream cannot be. */
export function encodeAnswer({ status, headers, body }: HttpAnswer): Uint8Array | undefined {
  if (typeof body !== 'string') return undefined;
  return Buffer.from(JSON.stringify({ status, headers, body }));
}

/** The answer that `encodeAnswer` was given. */
export function decodeAnswer(bytes: Uint8Array): HttpAnswer {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as HttpAnswer;
}

/** Answers of one gate, as the store holds them. */
export interface AnswerVault {
  /** Undefined: it is not stored, for it is too long or there is no store key. */
  seal(identity: Uint8Array, answer: Uint8Array): Uint8Array | undefined;
  /** Undefined where it does not open: it was stored under another key. */
  open(identity: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

/** Of one answer in the store; what is longer is given to repeats until the next start. */
export const MAX_STORED_ANSWER_BYTES: number = 64 * 1024;

/** What a first answer is sealed for. */
export function answerContext(gate: string, identity: Uint8Array): string {
  return `claim ${gate} ${Buffer.from(identity).toString('hex')}`;
}

/** @param sealer undefined where there is no store key: then no answer is stored */
export function createAnswerVault(gate: string, sealer: Sealer | undefined): AnswerVault {
  return {
    seal(identity, answer) {
      if (sealer === undefined || answer.byteLength > MAX_STORED_ANSWER_BYTES) return undefined;
      // Byte for byte: what seals takes texts.
      return sealer.seal(Buffer.from(answer).toString('latin1'), answerContext(gate, identity));
    },
    open(identity, sealed) {
      const text = sealer?.open(sealed, answerContext(gate, identity));
      return text === undefined ? undefined : Buffer.from(text, 'latin1');
    },
  };
}
