/** Opens what a gate's keys are looked up in by tenant. */
import type { TenantOptions } from '@countersign/core';
import type { GateConfig, KeysFromConfig } from '../config/config.ts';
import { openFolderSource } from './folder-source.ts';
import { openFunctionSource } from './function-source.ts';
import type { SourceParts } from './source-parts.ts';
import { openSqlSource } from './sql-source.ts';
import { createUrlSource } from './url-source.ts';

/** @throws SetupError for a folder that cannot be read, a module that lacks the function, and a store that answers no statement */
export async function openKeySource(
  { name }: Pick<GateConfig, 'name'>,
  { source, timeoutMs }: KeysFromConfig,
  { fetch, tenantSql }: SourceParts,
): Promise<TenantOptions['keysOf']> {
  const option = `gates.${name}.keysFrom.${source.kind}`;
  switch (source.kind) {
    case 'url':
      return createUrlSource(source, { fetch, timeoutMs });
    case 'folder':
      return openFolderSource(source.folder, option);
    case 'function':
      return openFunctionSource(source, option);
    case 'sql':
      return openSqlSource(source.statement, tenantSql, option);
  }
}
