/** A set-up that loses the bytes before the signature is looked at: the library’s, and ours at the same place. */
import express, { type Express, type RequestHandler } from 'express';
import { httpReceiver, type Receiver } from './receivers.ts';
import type { Sender } from './senders.ts';

/** What ours must do with the genuine request: take it, or say in its log how to mend the set-up. */
export type Demand = { readonly takes: true } | { readonly remedy: RegExp };

export interface Mistake {
  readonly library: string;
  readonly setUp: string;
  readonly sender: Sender;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly theirs: () => Promise<Receiver>;
  readonly ours: () => Promise<Receiver>;
  readonly demand: Demand;
  /** Where theirs never answers. */
  readonly timeoutMs?: number;
}

export const MOUNT: Demand = { remedy: /Mount this before the parser/ };
export const TAKEN: Demand = { takes: true };

/** An event of Stripe, which svix and tern are sent as well. */
export const EVENT =
  '{"id":"evt_1","object":"event","type":"invoice.paid","data":{"object":{"id":"in_1","note":"🎉"}}}';

/** Below a parser. */
export function below(...parsers: readonly RequestHandler[]): Express {
  const app = express();
  for (const parser of parsers) app.use(parser);
  return app;
}

export function theirApp(app: Express, ...handlers: readonly RequestHandler[]): Promise<Receiver> {
  app.post('/', ...handlers);
  return httpReceiver(app);
}
