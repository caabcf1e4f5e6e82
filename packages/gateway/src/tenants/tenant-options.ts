/** What a gate's core gate is given to look up keys by tenant. */
import { type GateOptions, type TenantOptions, tenantsFrom } from '@countersign/core';
import type { GateConfig, KeysFromConfig } from '../config/config.ts';
import type { SourceParts } from './source-parts.ts';
import { createTenantHint } from './tenant-hint.ts';

/** @param keysOf of its source, once it is open. Default: it is opened with the first look-up */
export function tenantOptions(
  gate: Pick<GateConfig, 'name' | 'segments'>,
  keysFrom: KeysFromConfig,
  parts: SourceParts,
  keysOf: TenantOptions['keysOf'] = openedLater(gate, keysFrom, parts),
): Required<Pick<GateOptions, 'tenants' | 'keyLookup'>> {
  const { tenant, maxAgeMs, timeoutMs, maxTenants } = keysFrom;
  return {
    tenants: tenantsFrom({ hint: createTenantHint(tenant, gate), keysOf }),
    keyLookup: { maxAgeMs, timeoutMs, maxNames: maxTenants },
  };
}

function openedLater(
  gate: Pick<GateConfig, 'name'>,
  keysFrom: KeysFromConfig,
  parts: SourceParts,
): TenantOptions['keysOf'] {
  let opening: ReturnType<typeof openKeysOf> | undefined;
  return async (hint) => {
    opening ??= openKeysOf({ ...gate, keysFrom }, parts);
    const keysOf = await opening;
    return keysOf?.(hint);
  };
}

/**
 * The source of a gate’s keys, opened. Undefined, and nothing is loaded, where its keys are of no tenant.
 * @throws SetupError for a source that cannot work
 */
export async function openKeysOf(
  gate: Pick<GateConfig, 'name' | 'keysFrom'>,
  parts: SourceParts,
): Promise<TenantOptions['keysOf'] | undefined> {
  if (gate.keysFrom === undefined) return undefined;
  const { openKeySource } = await import('./open-key-source.ts');
  return openKeySource(gate, gate.keysFrom, parts);
}
