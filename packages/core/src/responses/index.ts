/** Signed responses (RFC 9421 §2.4): a server signs what it answers, a client proves it. The entry `@countersign/core/responses`. */
export { UnprovedResponse } from './proved-response.ts';
export type { ResponseParts, ResponseSource, SignedResponse } from './response-from.ts';
export {
  createResponseGate,
  type ResponseGate,
  type ResponseGateOptions,
  signResponse,
  verifyResponse,
} from './response-gate.ts';
export type { ResponseVerdict } from './response-verdict.ts';
