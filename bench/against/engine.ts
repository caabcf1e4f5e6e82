/** The engine of a tree, under the names that it has today. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type {
  Gate,
  GateOptions,
  HeaderList,
  ReplayGuard,
  RequestParts,
  SignedRequest,
} from '@countersign/core';

export interface Engine {
  createGate(options: GateOptions): Gate;
  readonly HeaderList: typeof HeaderList;
  readonly MemoryReplayGuard: new (options?: { readonly maxClaims?: number }) => ReplayGuard;
  requestFrom(parts: RequestParts): SignedRequest;
}

/** What a tree's module exports; `signedRequest` is what version 0.1 called `requestFrom`. */
type Exports = Omit<Engine, 'requestFrom'> & {
  readonly requestFrom?: Engine['requestFrom'];
  readonly signedRequest?: Engine['requestFrom'];
};

/** @throws Error where the tree's engine has not what the rows need. */
export async function loadEngine(root: string): Promise<Engine> {
  const file = pathToFileURL(join(root, 'packages/core/dist/index.js')).href;
  const { createGate, HeaderList, MemoryReplayGuard, requestFrom, signedRequest } = (await import(
    file
  )) as Exports;
  const make = requestFrom ?? signedRequest;
  if (make === undefined) throw new Error(`${root}: its engine makes no requests`);
  return { createGate, HeaderList, MemoryReplayGuard, requestFrom: make };
}
