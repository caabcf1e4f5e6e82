/** Senders whose webhooks are Standard Webhooks, and which people name as a provider. */

/** How `standard-webhooks` is set for a sender: under which names it sends its headers. */
export interface StandardWebhooksSender {
  readonly headers?: 'svix';
}

const SENDERS: ReadonlyMap<string, StandardWebhooksSender> = /* @__PURE__ */ new Map<
  string,
  StandardWebhooksSender
>([
  ...['svix', 'clerk', 'resend'].map((name) => [name, { headers: 'svix' }] as const),
  ...['openai', 'replicate', 'liveblocks', 'portone', 'gitlab'].map((name) => [name, {}] as const),
]);

/** Of a name in any case; undefined for a sender that signs otherwise. */
export function standardWebhooksSender(name: string): StandardWebhooksSender | undefined {
  return SENDERS.get(name.toLowerCase());
}
