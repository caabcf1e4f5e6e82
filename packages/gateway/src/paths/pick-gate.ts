/** Which gate of a configuration a request comes to: what the listener decides before any gate judges. */
import { effectiveRequest, type RefusalReason, type SignedRequest } from '@countersign/core';
import type { GateConfig } from '../config/config.ts';
import { gatesByPath, takesMethod } from './gates-by-path.ts';
import { createPathTable } from './path-table.ts';

export interface PickedGate {
  /** The gate whose path the request has, whether or not it takes the method. */
  readonly gate?: GateConfig;
  /** Why the listener refuses the request before a gate judges it. */
  readonly refusal?: { readonly reason: RefusalReason; readonly problem: string };
}

/** Picks as the listener does, paths of sessions and of the gateway's own answers left out. @throws SetupError */
export function pickGate(gates: readonly GateConfig[], request: SignedRequest): PickedGate {
  const effective = effectiveRequest(request);
  if ('reason' in effective) return { refusal: effective };
  const { path } = effective;
  const match = createPathTable(gatesByPath(gates.map((config) => ({ config })))).find(path);
  if (match === undefined) return { refusal: { reason: 'no-gate', problem: `no gate has the path ${path}` } };
  if ('fault' in match) return { refusal: { reason: 'malformed-request', problem: match.fault } };
  const gate = match.value.find(({ config }) => takesMethod(config, request.method))?.config;
  if (gate !== undefined) return { gate };
  const [first] = match.value;
  const taken = match.value.flatMap(({ config }) => config.methods).join(', ');
  const problem = `the path takes ${taken}, and the request is a ${request.method}`;
  return {
    ...(first && { gate: first.config }),
    refusal: { reason: 'method-not-allowed', problem },
  };
}
