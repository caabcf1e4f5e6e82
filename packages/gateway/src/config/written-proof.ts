/** What a gate's requests prove themselves with, from what is written. */
import { findProvider, schemeTypes, testMethodsOfProvider } from '@countersign/core';
import { isMapping } from './value-path.ts';

type Proof = 'signature' | 'token';

/** The id of a gate's provider as written. */
export function providerIdOf(provider: unknown): string | undefined {
  const id = isMapping(provider) ? provider['id'] : provider;
  return typeof id === 'string' ? id : undefined;
}

/** The methods that only a platform’s test of the address has. */
export function testMethods(provider: unknown, scheme: unknown): readonly string[] {
  const id = providerIdOf(provider);
  if (id !== undefined) return testMethodsOfProvider(id);
  const test = isMapping(scheme) ? scheme['handshake'] : undefined;
  const method = isMapping(test) ? test['method'] : undefined;
  return method === 'GET' || method === 'HEAD' ? [method] : [];
}

/** Undefined where nothing that is known is written, and for `none`. */
export function writtenProof(provider: unknown, scheme: unknown): Proof | undefined {
  const id = providerIdOf(provider);
  if (id !== undefined) return findProvider(id)?.proof;
  const type = isMapping(scheme) ? scheme['type'] : undefined;
  return schemeTypes.find((candidate) => candidate.type === type)?.proof;
}
