/** The signing client: `fetch` that signs. */
export { clockDifferenceMs, type DatedAnswer } from './clock-difference.ts';
export {
  type Fetch,
  type SignedFetchOptions,
  type Signer,
  signedFetch,
  signedFetchOf,
} from './signed-fetch.ts';
