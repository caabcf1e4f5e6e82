/** Where a gate’s keys are looked up by tenant, in words. No secret is among them: an address is told without its query. */
import { shownUrl } from '@countersign/core/internal/shown-url';
import type { KeysFromConfig } from '@countersign/gateway';

export function keysFromText({ tenant, source, maxAgeMs }: KeysFromConfig): string {
  return `looked up by tenant in ${sourceText(source)}, for the tenant that ${placeText(tenant)} names, and used for ${maxAgeMs / 1000} s; which there are is not known here`;
}

/** For programs. */
export function keysFromView({ tenant, source, maxAgeMs, maxTenants }: KeysFromConfig): object {
  return {
    source: source.kind,
    from: sourceText(source),
    tenant: placeText(tenant),
    maxAgeMs,
    maxTenants,
  };
}

function sourceText(source: KeysFromConfig['source']): string {
  switch (source.kind) {
    case 'url':
      return shownUrl(source.url);
    case 'folder':
      return `the folder ${source.folder}`;
    case 'function':
      return `the function ${source.name} of ${source.file}`;
    case 'sql':
      return 'the database of the store';
  }
}

function placeText(tenant: KeysFromConfig['tenant']): string {
  switch (tenant.kind) {
    case 'path':
      return `:${tenant.name} of the path`;
    case 'header':
      return `the header ${tenant.name}`;
    case 'query':
      return `${tenant.name} of the query`;
    case 'body':
      return `${tenant.names.join('.')} of the body`;
  }
}
