/** Finds a vendor by its provider's id. */
import { flowProductionTracking } from './flow-production-tracking.ts';
import { flowent } from './flowent.ts';
import type { Vendor } from './vendor.ts';

export const VENDORS: readonly Vendor[] = [flowent, flowProductionTracking];

/** Whose calls an action is written for, where its test does not say. */
export const USUAL_VENDOR: Vendor = flowent;

/** What can be asked of every provider. */
export type OfAnyProvider = Omit<Vendor, 'provider' | 'siteOf'>;

/** A provider of which there is no more to know, a declared scheme, and `none`. */
const PLAIN: OfAnyProvider = {
  as: 'json',
  asksForActions: false,
  takesRegistrations: false,
  contentOf: (_action, input) => ({ contentType: 'application/json', body: JSON.stringify(input) }),
};

/** The site that signed a form, of whichever vendor: a declared scheme may sign as a vendor's does. */
export function signingSite(fields: ReadonlyMap<string, string>): string | undefined {
  return VENDORS.map((vendor) => vendor.siteOf?.(fields)).find((site) => site !== undefined);
}

/** @param provider undefined for a declared scheme. */
export function vendorOf(provider: string | undefined): OfAnyProvider {
  return VENDORS.find((vendor) => vendor.provider === provider) ?? PLAIN;
}
