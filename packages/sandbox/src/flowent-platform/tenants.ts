/** The tenants of a platform, given or made up. */
import { randomBytes, randomUUID } from 'node:crypto';
import { SetupError } from '@countersign/core/internal/setup-error';
import type { FlowentPlatformOptions, FlowentTenant } from './model.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Completes the tenants; where none are given, makes one with generated values.
 * @throws SetupError for an empty list, an id that is no UUID, an empty secret, and two tenants with one id or API token.
 */
export function completeTenants(
  options: FlowentPlatformOptions['tenants'],
): readonly [FlowentTenant, ...FlowentTenant[]] {
  const tenants = options ?? [
    {
      apiToken: `flowent-api-token-${randomBytes(16).toString('hex')}`,
      hmacKey: `flowent-hmac-key-${randomBytes(16).toString('hex')}`,
    },
  ];
  const [first, ...others] = tenants.map((tenant) => ({
    ...tenant,
    tenantId: tenant.tenantId ?? randomUUID(),
  }));
  if (first === undefined) {
    throw new SetupError('tenants', 'the list is empty', 'Leave it out, or give one tenant.');
  }
  const all = [first, ...others];
  for (const [index, { tenantId, apiToken, hmacKey }] of all.entries()) {
    const at = `tenants[${index}]`;
    if (!UUID.test(tenantId))
      throw new SetupError(`${at}.tenantId`, 'not a UUID', 'Leave it out for a new one.');
    if (apiToken === '') throw new SetupError(`${at}.apiToken`, 'empty', 'Give any text.');
    if (hmacKey === '') throw new SetupError(`${at}.hmacKey`, 'empty', 'Give any text.');
    if (all.findIndex((other) => other.tenantId === tenantId) < index) {
      throw new SetupError(`${at}.tenantId`, 'another tenant has it', 'Give each tenant its own.');
    }
    if (all.findIndex((other) => other.apiToken === apiToken) < index) {
      throw new SetupError(`${at}.apiToken`, 'another tenant has it', 'Give each tenant its own.');
    }
  }
  return [first, ...others];
}

/** The tenant of an id; the first where no id is given. @throws RangeError where there is none of this id. */
export function findTenant(
  tenants: readonly [FlowentTenant, ...FlowentTenant[]],
  tenantId: string = tenants[0].tenantId,
): FlowentTenant {
  const tenant = tenants.find((candidate) => candidate.tenantId === tenantId);
  if (tenant === undefined) {
    const ids = tenants.map((candidate) => candidate.tenantId).join(', ');
    throw new RangeError(`tenant: there is none with the id ${JSON.stringify(tenantId)}. There are: ${ids}.`);
  }
  return tenant;
}
