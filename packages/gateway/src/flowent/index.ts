/** Flowent's platform API: `@countersign/gateway/flowent`. */
export { Secret } from '../config/secret.ts';
export type { DatedToken, TokenCache } from '../sealed/token-cache.ts';
export * from './flowent-api.ts';
export { createFlowentClient, type FlowentClientOptions } from './flowent-client.ts';
export * from './registration/index.ts';
