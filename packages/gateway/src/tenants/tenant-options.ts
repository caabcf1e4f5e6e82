/** What a gate's core gate is given to look up keys by tenant. */
import type { GateOptions, TenantOptions } from '@countersign/core';
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
    tenants: { hint: createTenantHint(tenant, gate), keysOf },
    keyLookup: { maxAgeMs, timeoutMs, maxNames: maxTenants },
  };
}

function openedLater(
  gate: Pick<GateConfig, 'name'>,
  keysFrom: KeysFromConfig,
  parts: SourceParts,
): TenantOptions['keysOf'] {
  let opening: Promise<TenantOptions['keysOf']> | undefined;
  const open = async (): Promise<TenantOptions['keysOf']> => {
    const { openKeySource } = await import('./open-key-source.ts');
    return openKeySource(gate, keysFrom, parts);
  };
  return async (hint) => {
    opening ??= open();
    const keysOf = await opening;
    return keysOf(hint);
  };
}
