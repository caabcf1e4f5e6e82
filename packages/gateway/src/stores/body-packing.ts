/** Bodies as they are stored: compressed where that pays, by measurement (ADR 46), and exact when they are read. */
import type { ZstdOptions } from 'node:zlib';
import type { MaybePromise } from '@countersign/core';
import { StoreError } from './store.ts';

/** A body as a row has it. */
export interface PackedBody {
  readonly bytes: Uint8Array;
  /** Absent: as it came. */
  readonly encoding?: 'zstd';
}

/** A shorter body of JSON costs more time than its bytes are worth. */
const LEAST_BYTES = 8 * 1024;
/** In half a millisecond; what is longer goes to another thread, which takes twice the CPU time. */
const AT_ONCE_BYTES = 256 * 1024;
/** What is compressed first of a longer body: pictures and what is encrypted tell by it that they do not shrink. */
const TRIAL_BYTES = 4 * 1024;
const TRIED_FROM_BYTES = 32 * 1024;
/** As much as may be left of it: base64 of random bytes shrinks to 0.75 of itself, for twice the time. */
const PAYING_PART = 0.7;
/** Two thirds of the time of level 3, and JSON gets as short. */
const LEVEL = 1;

/** A promise only where it takes long. */
export function packBody(body: Uint8Array): MaybePromise<PackedBody> {
  if (body.byteLength < LEAST_BYTES || !isWorthIt(body)) return { bytes: body };
  if (body.byteLength <= AT_ONCE_BYTES)
    return shorter(body, nodeZlib().zstdCompressSync(body, packOptions()));
  return new Promise((resolve, reject) => {
    nodeZlib().zstdCompress(body, packOptions(), (error, packed) => {
      if (error) reject(new StoreError('failed', 'A body could not be compressed.', { cause: error }));
      else resolve(shorter(body, packed));
    });
  });
}

function packOptions(): ZstdOptions {
  return { params: { [nodeZlib().constants.ZSTD_c_compressionLevel]: LEVEL } };
}

/** Loaded with the first body that is long enough: a start does without it. */
function nodeZlib(): typeof import('node:zlib') {
  return process.getBuiltinModule('node:zlib');
}

function isWorthIt(body: Uint8Array): boolean {
  if (body.byteLength < TRIED_FROM_BYTES) return true;
  const from = Math.floor(body.byteLength / 2);
  const trial = nodeZlib().zstdCompressSync(body.subarray(from, from + TRIAL_BYTES), packOptions());
  return trial.byteLength <= TRIAL_BYTES * PAYING_PART;
}

function shorter(body: Uint8Array, packed: Uint8Array): PackedBody {
  return packed.byteLength <= body.byteLength * PAYING_PART
    ? { bytes: packed, encoding: 'zstd' }
    : { bytes: body };
}

/**
 * A promise only where it takes long.
 * @param bodyBytes how long the body is: nothing longer comes out
 * @throws StoreError where it is damaged
 */
export function unpackBody(bytes: Uint8Array, encoding: string, bodyBytes: number): MaybePromise<Uint8Array> {
  if (encoding !== 'zstd') throw damaged();
  const options = { maxOutputLength: Math.max(1, bodyBytes) };
  if (bodyBytes <= AT_ONCE_BYTES) {
    try {
      return whole(nodeZlib().zstdDecompressSync(bytes, options), bodyBytes);
    } catch (cause) {
      throw damaged(cause);
    }
  }
  return new Promise((resolve, reject) => {
    nodeZlib().zstdDecompress(bytes, options, (error, body) => {
      if (error === null && body.byteLength === bodyBytes) resolve(body);
      else reject(damaged(error));
    });
  });
}

function whole(body: Uint8Array, bodyBytes: number): Uint8Array {
  if (body.byteLength !== bodyBytes) throw new RangeError('another length');
  return body;
}

function damaged(cause?: unknown): StoreError {
  return new StoreError('damaged', 'A body is damaged in the store.', { cause });
}
