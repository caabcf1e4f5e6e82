/** Looks how much room the disk has, and makes some while that can still be done: what is deleted is written to the log first. */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RoomParts } from './make-room.ts';
import { orUndefined } from './or-undefined.ts';
import { logBytesOf } from './own-file.ts';

export interface DiskWatch {
  /** Before a batch is committed: looks now and then, in 10 µs. @param bytes that the log grows by, roughly: several times those of a small batch */
  look(bytes: number): void;
  /** Whether so little is left that nothing is kept but what was promised. */
  isLow(): boolean;
}

const LOOK_BYTES = 1024 * 1024;
const LOOK_MS = 250;
/** What stays free beside the room that the log needs when it is copied into the file: a sixteenth of the disk, and at most this. */
const MOST_MARGIN_BYTES = 64 * 1024 * 1024;
const LEAST_MARGIN_BYTES = 2 * 1024 * 1024;

/** @param path undefined in memory */
export function createDiskWatch(path: string | undefined, parts: RoomParts): DiskWatch {
  let lookedMs = Number.NEGATIVE_INFINITY;
  let bytesSince = 0;
  let low = false;
  const watch = (file: string): void => {
    const room = roomOf(file);
    if (room === undefined) return;
    if (room.freeBytes >= room.logBytes + room.marginBytes) {
      low = room.freeBytes < 2 * room.marginBytes && low;
      return;
    }
    // What does not fit fails again where somebody waits for it.
    orUndefined(parts.emptyLog);
    const left = roomOf(file);
    low = left !== undefined && left.freeBytes < 2 * left.marginBytes;
    if (!low || orUndefined(parts.removeRefused) !== true) return;
    parts.onRemoved();
    orUndefined(parts.emptyLog);
  };
  return {
    look(bytes) {
      if (path === undefined) return;
      bytesSince += bytes;
      const nowMs = performance.now();
      if (bytesSince < LOOK_BYTES && nowMs - lookedMs < LOOK_MS) return;
      lookedMs = nowMs;
      bytesSince = 0;
      watch(path);
    },
    isLow: () => low,
  };
}

interface Room {
  readonly freeBytes: number;
  readonly marginBytes: number;
  readonly logBytes: number;
}

/** Undefined where nobody knows. */
function roomOf(path: string): Room | undefined {
  return orUndefined(() => {
    const { bavail, bsize, blocks } = statfsSync(dirname(path));
    const part = Math.floor((blocks * bsize) / 16);
    return {
      freeBytes: bavail * bsize,
      marginBytes: Math.max(LEAST_MARGIN_BYTES, Math.min(MOST_MARGIN_BYTES, part)),
      logBytes: logBytesOf(path),
    };
  });
}
