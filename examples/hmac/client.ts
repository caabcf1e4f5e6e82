/** Signs and sends one request. MY_SECRET_KEY and API_ENDPOINT come from the environment; `node --env-file=.env` reads a file. */
import { signedFetch } from '@countersign/core/client';

const { MY_SECRET_KEY, API_ENDPOINT } = process.env;
if (!MY_SECRET_KEY || !API_ENDPOINT) throw new Error('Set MY_SECRET_KEY and API_ENDPOINT.');

const send = signedFetch('hmac', MY_SECRET_KEY);
const response = await send(API_ENDPOINT, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ hello: 'world' }),
});
console.log(`Status Code: ${response.status}`);
console.log(await response.text());
