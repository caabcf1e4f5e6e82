/** Every target by name; each is imported only once imports count, and without the others. */
import type { Target } from '../target.ts';

export const TARGETS = {
  'json-text': async () => (await import('./json-text.ts')).jsonText,
  'json-values': async () => (await import('./json-values.ts')).jsonValues,
  'json-elements': async () => (await import('./json-elements.ts')).jsonElements,
  'masked-json': async () => (await import('./masked-json.ts')).maskedJsonBodies,
  form: async () => (await import('./form.ts')).form,
  multipart: async () => (await import('./multipart.ts')).multipart,
  encodings: async () => (await import('./encodings.ts')).encodings,
  'structured-fields': async () => (await import('./structured-fields.ts')).structuredFields,
  'media-type': async () => (await import('./media-type.ts')).mediaType,
  'stripe-signature': async () => (await import('./signature-lists.ts')).stripeSignature,
  'webhook-signature': async () => (await import('./signature-lists.ts')).webhookSignature,
  authorization: async () => (await import('./authorization.ts')).authorization,
  'agent-address': async () => (await import('./agent-address.ts')).agentAddresses,
  'key-documents': async () => (await import('./key-documents.ts')).keyDocuments,
  certificates: async () => (await import('./certificates.ts')).certificates,
  'sigv4-authorization': async () => (await import('./sigv4-authorization.ts')).sigv4Authorization,
  'detached-jws': async () => (await import('./detached-jws.ts')).detachedJws,
  gunzipped: async () => (await import('./gunzipped.ts')).gunzipped,
  tokens: async () => (await import('./tokens.ts')).tokens,
  'message-template': async () => (await import('./message-template.ts')).messageTemplate,
  curl: async () => (await import('./curl.ts')).curl,
  captured: async () => (await import('./captured.ts')).captured,
} as const satisfies Readonly<Record<string, () => Promise<Target>>>;

export type TargetName = keyof typeof TARGETS;
