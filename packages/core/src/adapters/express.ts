/** Webhooks in Express 5 and 4: `app.post('/webhooks/stripe', webhook('stripe', secret, (event) => …))`. The entry `@countersign/core/express`. */
import type { Accepted } from '../model.ts';

export * from './node.ts';

// Where @types/express is there, its Request extends this.
declare global {
  namespace Express {
    interface Request {
      /** What `requireProof` has proved. */
      proof?: Accepted;
    }
  }
}
