/** Whether a verdict costs more than the bounds of `npm run worst` allow. */
import type { Gate, SignedRequest } from '@countersign/core';
import { costOf, excessOf, macMs, parseMs } from '../../bench/worst/cost.ts';

/** How long nothing else may have its turn; on a slow machine, as long as JSON.parse takes for a plain body of the length that servers take. */
const MAX_HELD_MS = 5;
/** Two passes of an HMAC and one of JSON.parse, and what no clock tells from none. */
const MAX_MACS = 2;
const FLOOR_MS = 1;
/** Above this a verdict is looked at again: by the wall’s clock, which a neighbour’s turn moves too. */
export const SUSPECT_MS = 4;
/** A neighbour’s turn moves every clock: one reading of so many is enough. */
const TRIES = 25;

/** What the bench of the worst inputs tries, and servers take: a longer head or body is not measured. */
const MAX_HEAD_BYTES = 16 * 1024;
const MAX_BODY_BYTES = 1_048_576;
const PLAIN_BODY = new Uint8Array(MAX_BODY_BYTES);

export async function isDear(gate: Gate, request: SignedRequest): Promise<string | undefined> {
  const headText = request.method + request.url + request.headers.flat.join('');
  if (headText.length > MAX_HEAD_BYTES || request.body.length > MAX_BODY_BYTES) return undefined;
  // A neighbour’s turn is seldom there twice.
  for (let i = 0; i < 2; i++) if ((await costOf(gate, request, 1)).ms < SUSPECT_MS) return undefined;
  const held = await excessOf(TRIES, async () => ({
    ms: (await costOf(gate, request, 1)).heldMs,
    mostMs: Math.max(MAX_HELD_MS, parseMs(PLAIN_BODY, 1)),
  }));
  if (held) return `it holds the event loop for ${held.ms.toFixed(1)} ms`;
  // It begins as no JSON does, so that a usual document of its length is what it is held against.
  const bytes = Buffer.concat([Buffer.from(' '), request.body, Buffer.from(headText)]);
  const excess = await excessOf(TRIES, async () => ({
    ms: (await costOf(gate, request, 1)).ms,
    mostMs: FLOOR_MS + MAX_MACS * macMs(bytes, 'sha256', 1) + 2 * parseMs(bytes, 1),
  }));
  return excess && `it takes ${excess.ms.toFixed(1)} ms, and ${excess.mostMs.toFixed(1)} ms are the bound`;
}
