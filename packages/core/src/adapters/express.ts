/** Webhooks in Express 5 and 4: `app.post('/webhooks/stripe', webhook('stripe', secret, (event) => …))`. The entry `@countersign/core/express`. */
import type { Accepted } from '../model.ts';

export {
  type AdapterOptions,
  failed,
  type GateSource,
  type ImportedGateSource,
  type Next,
  type NodeHandler,
  type NodeListener,
  type NodeProof,
  type NodeRequest,
  type NodeResponse,
  type NodeWebhook,
  type ProofMiddleware,
  replyTo,
  requireProof,
  requireProofOf,
  type Secret,
  SetupError,
  toSignedRequest,
  type WebhookEvent,
  webhook,
  webhookOf,
  writeReply,
} from './node.ts';

// Where @types/express is there, its Request extends this.
declare global {
  namespace Express {
    interface Request {
      /** What `requireProof` has proved. */
      proof?: Accepted;
    }
  }
}
