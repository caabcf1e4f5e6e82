/** Requests that somebody captured, in the text forms that tools produce: read for whoever explains, verifies or signs them. */

export { decodeBase64 } from '../text/encodings.ts';
export { readRequest, readRequestInSlices } from './detect.ts';
export { InputError } from './input-error.ts';
export { parseJsonRequest } from './json.ts';
export { readHeaders } from './read-headers.ts';
export {
  type HeaderPair,
  type InputContext,
  type InputForm,
  type RequestInput,
  toByteString,
} from './request-input.ts';
