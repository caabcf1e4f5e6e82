/** The message of most senders of webhooks: the body as received, and nothing beside it. */
import type { CoveredPart } from '../model.ts';
import type { MessageForm, MessageTemplate } from './template-options.ts';

const BODY_ALONE: MessageTemplate = {
  covers: /* @__PURE__ */ new Set<CoveredPart>(['body']),
  fields: /* @__PURE__ */ new Set(['body']),
  headers: [],
  warnings: [],
  applies: () => true,
  fill: (_passage, body) => (body instanceof Uint8Array ? [body] : body),
};

/** As `template(BODY)`, without what cuts a message into parts. */
export const wholeBody: MessageForm = { compile: () => ({ templates: [BODY_ALONE] }) };
