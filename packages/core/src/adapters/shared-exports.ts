/** What every adapter's entry has beside its own. */
export { failed } from '../acted.ts';
export type * from '../model.ts';
export { replyTo } from '../reply.ts';
export { SetupError } from '../setup-error.ts';
export type { WebhookEvent } from './event.ts';
export type { AdapterOptions, GateSource, ImportedGateSource, Secret } from './settings.ts';
