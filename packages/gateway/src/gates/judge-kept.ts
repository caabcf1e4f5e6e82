/** Judges a kept event again, as at the time when it came: by the keys and options that its gate has now. */
import { MemoryReplayGuard, requestFrom, type TenantOptions, type Verdict } from '@countersign/core';
import type { GateConfig } from '../config/config.ts';
import type { Sealer } from '../sealed/seal.ts';
import { unsealedHeaders } from '../sealed/withheld-headers.ts';
import type { KeptEvent } from '../stores/event-store.ts';
import { type CoreGateOptions, createCoreGate } from './core-gate.ts';

/**
 * `unsigned`: the gate takes requests without a proof. `headers-sealed`: the values that are withheld were not kept, or do not open.
 * `body-not-kept`: its gate keeps the SHA-256 in its place, or it was erased.
 */
export type JudgedKept =
  | { readonly kind: 'judged'; readonly verdict: Verdict }
  | { readonly kind: 'unsigned' | 'headers-sealed' | 'body-not-kept' };

export interface JudgeKeptParts {
  /** Of the storeKey. */
  readonly sealer: Sealer | undefined;
  /** Fetches key sets. Default: as a gate’s. */
  readonly fetch?: typeof globalThis.fetch;
  /** Of a gate whose keys are looked up by tenant: its source, opened. Default: it is opened for this. */
  readonly keysOf?: TenantOptions['keysOf'];
}

/**
 * By the gate’s own proof, or an older one that it took then. Claims nothing, and takes nothing for a repeat. A key with a `from` later than the event is not one that it may be proved by.
 * @throws SetupError for a gate that cannot work
 */
export async function judgeKept(
  event: KeptEvent,
  config: GateConfig,
  { sealer, fetch, keysOf }: JudgeKeptParts,
): Promise<JudgedKept> {
  if (event.hashed !== undefined || event.erased !== undefined) return { kind: 'body-not-kept' };
  const headers = unsealedHeaders(event, sealer);
  if (headers === undefined) return { kind: 'headers-sealed' };
  const now = (): number => event.receivedMs;
  const options: CoreGateOptions = {
    replay: new MemoryReplayGuard(),
    now,
    ...(fetch && { fetch }),
    ...(keysOf && { keysOf }),
  };
  const gate = createCoreGate(config, options);
  if (gate === undefined) return { kind: 'unsigned' };
  const { method, url, body, forwarded } = event;
  const request = requestFrom({ method, url, headers, body, ...(forwarded && { forwarded }) });
  const verdict = await gate.verify(request);
  if (verdict.ok) return { kind: 'judged', verdict };
  for (const { proof, keys = config.keys, untilMs, at } of config.accept ?? []) {
    if (event.receivedMs >= untilMs) continue;
    const older = createCoreGate({ ...config, proof, keys }, { ...options, option: at });
    const byOlder = await older?.verify(request);
    if (byOlder?.ok) return { kind: 'judged', verdict: byOlder };
  }
  return { kind: 'judged', verdict };
}
