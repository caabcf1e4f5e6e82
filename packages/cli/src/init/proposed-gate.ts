// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** A gate of a configuration for a scheme or provider that was proposed, as YAML. */
import type { SignedRequest } from '@countersign/core';
import type { Proposal } from '@countersign/core/propose';

/** The gate’s name, where no provider has one. */
const SENDER = 'sender';

export function gateName({ provider }: Pick<Proposal, 'provider'>): string {
  if (provider === undefined) return SENDER;
  return typeof provider === 'string' ? provider : provider.id;
}

/** With a line break at its end. @param variable what holds the key */
export function proposedGateText(
  proposal: Proposal,
  request: Pick<SignedRequest, 'method' | 'url'>,
  variable: string,
): string {
  const { key, confidence, probability, open } = proposal;
  const encoding = key.encoding === undefined ? '' : `, encoding: ${key.encoding}`;
  const methods = request.method === 'POST' ? '' : `    methods: [${scalar(request.method)}]\n`;
  const cut =
    key.prefix === undefined
      ? ''
      : `      # ${variable} holds the key’s text without ${key.prefix} before it.\n`;
  return `  # Proposed from one signed request: ${confidence} (${probability.toFixed(2)}).
${open.map(({ sentence }) => `  # Open: ${inComment(sentence)}\n`).join('')}  ${gateName(proposal)}:
    path: ${scalar(pathOf(request.url) ?? `/webhooks/${gateName(proposal)}`)}
${methods}${choiceLines(proposal, '    ')}
    keys:
${cut}      - { id: ${scalar(key.id ?? 'main')}, secret: "\${env:${variable}}"${encoding} }
    keep: {}
    keepRefused: true # for a day, so that \`countersign explain --last\` can say why a request was refused
`;
}

/** `provider: …` or `scheme: …`, each option of a scheme on its line. */
export function choiceLines(
  { provider, scheme = {} }: Pick<Proposal, 'provider' | 'scheme'>,
  indent = '',
): string {
  if (provider !== undefined) {
    const isAlone = typeof provider === 'string' || Object.keys(provider).length === 1;
    return `${indent}provider: ${isAlone ? gateName({ provider }) : flow(provider)}`;
  }
  const lines = Object.entries(scheme).map(([name, value]) => `${indent}  ${name}: ${flow(value)}`);
  return [`${indent}scheme:`, ...lines].join('\n');
}

/** YAML on one line. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? scalar(value) : String(value);
  const members = Object.entries(value).map(([name, member]) => `${scalar(name)}: ${flow(member)}`);
  return `{ ${members.join(', ')} }`;
}

/** Words that YAML 1.1 takes for something else than text stand in quotes, and what a configuration would fill in is escaped. */
function scalar(text: string): string {
  const isPlain = /^\/?[A-Za-z][\w/-]*$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text);
  return isPlain ? text : JSON.stringify(text.replaceAll('${', '$${'));
}

function inComment(sentence: string): string {
  return sentence.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
}

/** The path that the request was sent to, where a gate can have it as it is. */
function pathOf(url: string): string | undefined {
  const path = /^(?:https?:\/\/[^/?#]*)?(\/[^?#]*)/.exec(url)?.[1];
  return path !== undefined && path !== '/' && /^(?:\/[\w.~-]+)+$/.test(path) && !path.includes('..')
    ? path
    : undefined;
}
