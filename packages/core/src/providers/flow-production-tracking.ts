import type { Provider } from '../provider.ts';
import { sortedFormLines } from '../schemes/body-readings.ts';
import { readSenderOptions, senderRows } from '../schemes/sender-options.ts';
import { createTemplateScheme } from '../schemes/template.ts';
import type { TemplateOptions } from '../schemes/template-options.ts';

const DECLARED: TemplateOptions = {
  name: 'flow-production-tracking',
  algorithm: 'hmac-sha1',
  signature: { field: 'signature', encoding: 'hex' },
  message: '{body}',
  body: sortedFormLines,
  timestamp: { field: 'timestamp', unit: 'rfc3339' },
  tolerance: { pastMs: 10_000, futureMs: 5000 },
  replay: 'message',
};

export const flowProductionTracking: Provider = {
  id: 'flow-production-tracking',
  title: 'Flow Production Tracking action menu items',
  summary: 'The site posts a form that carries its own HMAC-SHA1 signature when a person picks an item.',
  source: 'Autodesk’s “Securing your Action Menu Items”, with its Python example receiver',
  keyVariable: 'AMI_SECRET_TOKEN',
  options: senderRows(DECLARED),
  proof: 'signature',
  usualOutcome: 'answer',
  repeats: 'refuse',
  replayNote: 'The signed content is the identity. Two equal picks in one second count as one.',
  createScheme: (options) => createTemplateScheme(readSenderOptions(options, DECLARED)),
};
