import type { Provider } from '../provider.ts';
import { readSenderOptions, senderRows } from '../schemes/sender-options.ts';
import { createTemplateScheme } from '../schemes/template.ts';
import type { TemplateOptions } from '../schemes/template-options.ts';

const DECLARED: TemplateOptions = {
  name: 'flow-production-tracking-webhook',
  algorithm: 'hmac-sha1',
  signature: { header: 'x-sg-signature', prefix: 'sha1=', encoding: 'hex' },
  message: '{body}',
  id: { header: 'x-sg-delivery-id' },
  replay: 'message',
};

export const flowProductionTrackingWebhook: Provider = {
  id: 'flow-production-tracking-webhook',
  title: 'Flow Production Tracking webhooks',
  summary: 'The site signs the body of each webhook with HMAC-SHA1.',
  source: 'Autodesk’s documentation of Flow Production Tracking webhooks',
  keyVariable: 'SG_WEBHOOK_SECRET',
  options: senderRows(DECLARED),
  answerWithinMs: 6000,
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No timestamp is signed. The body is the identity; x-sg-delivery-id is not signed.',
  createScheme: (options) => createTemplateScheme(readSenderOptions(options, DECLARED)),
};
