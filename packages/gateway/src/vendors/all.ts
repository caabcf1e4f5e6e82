/** Finds a vendor by its provider's id. */
import { flowProductionTracking } from './flow-production-tracking.ts';
import { flowent } from './flowent.ts';
import type { Vendor } from './vendor.ts';

export const VENDORS: readonly Vendor[] = [flowent, flowProductionTracking];

/** Whose calls an action is written for, where its test does not say. */
export const USUAL_VENDOR: Vendor = flowent;

/** A provider of which there is no more to know, a declared scheme, and `none`. */
const PLAIN: Omit<Vendor, 'provider'> = {
  as: 'json',
  asksForActions: false,
  takesRegistrations: false,
  contentOf: (_action, input) => ({ contentType: 'application/json', body: JSON.stringify(input) }),
};

/** @param provider undefined for a declared scheme. */
export function vendorOf(provider: string | undefined): Omit<Vendor, 'provider'> {
  return VENDORS.find((vendor) => vendor.provider === provider) ?? PLAIN;
}
