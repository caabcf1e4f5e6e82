/** With what a gate fetches keys: hosts that the operator has named by the policy of what is configured, any other by that of the public internet. */
import type { GateConfig } from '../config/config.ts';
import { isMapping } from '../config/value-path.ts';

type Fetch = typeof globalThis.fetch;

export interface KeyFetches {
  readonly fetch: Fetch;
  readonly fetchPublic: Fetch;
}

/** Requests name agents, and documents name where their keys are: who may write either may not reach what only the gateway can. */
export function fetchOfKeys({ proof }: GateConfig, { fetch, fetchPublic }: KeyFetches): Fetch {
  if (proof.kind === 'none') return fetch;
  const { agents, brand } = proof.kind === 'provider' ? proof.options : proof.scheme;
  if (agents === undefined && brand === undefined) return fetch;
  const named = new Set([
    ...hostsOf(isMapping(agents) ? agents['of'] : agents),
    ...hostsOf(isMapping(brand) ? brand['url'] : []),
  ]);
  return (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    return (named.has(new URL(url).host) ? fetch : fetchPublic)(input, init);
  };
}

/** Of agents, by their host or a whole address; `any` names none. */
function hostsOf(names: unknown): readonly string[] {
  return [names].flat().flatMap((name) => {
    const address =
      typeof name !== 'string' || name === 'any' ? '' : name.includes('/') ? name : `https://${name}`;
    return URL.canParse(address) ? [new URL(address).host] : [];
  });
}
