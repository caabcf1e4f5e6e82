/** The signing client: `fetch` that signs. */
export { type Fetch, type SignedFetchOptions, type Signer, signedFetch } from './signed-fetch.ts';
