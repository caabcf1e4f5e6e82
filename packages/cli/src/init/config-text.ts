// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The commented configuration that `init` writes. */
import type { Provider } from '@countersign/core';

export interface ConfigTextOptions {
  readonly providers: readonly Provider[];
  /** Where the actions are, relative to the configuration. */
  readonly actionsFile: string;
}

/** Providers whose gate runs actions, and the path that suits them. */
const ANSWERING: Readonly<Record<string, { readonly path: string; readonly action?: string }>> = {
  flowent: { path: '/actions/:action' },
  'flow-production-tracking': { path: '/ami/:name', action: 'show_selection' },
};

/** Whether one of the providers' gates runs actions. */
export function needsActions(providers: readonly Provider[]): boolean {
  return providers.some(({ id }) => id in ANSWERING);
}

/** YAML. */
export function configText({ providers, actionsFile }: ConfigTextOptions): string {
  return `# Countersign’s configuration. \`npx countersign check\` looks at it, \`npx countersign serve\` starts it.
# \${env:NAME} is a variable of the environment or of the .env file beside this one; \${file:path} is a file’s content.

listen:
  public: 127.0.0.1:8787 # requests come here
  admin: 127.0.0.1:8788 # the admin API; keep it on this machine
store: sqlite:./countersign.db # or memory: to keep nothing

# A gate: a path, how a request proves itself there, and what happens next, one of
#   answer: { actions: ./actions.ts }         run an action and reply
#   forward: { to: http://127.0.0.1:9000 }    pass it on and reply with the answer
#   keep: {}                                  store it, and acknowledge
#   respond: { status: 200, json: { … } }     reply with this
gates:
${providers.map((provider) => gateText(provider, actionsFile)).join('\n')}`;
}

/** The variables that the configuration reads, in order and once each. */
export function keyVariables(providers: readonly Provider[]): readonly string[] {
  const keyed = providers.filter(({ fetchesKeys }) => !fetchesKeys);
  return [...new Set(keyed.map(({ keyVariable }) => keyVariable))];
}

function gateText(
  { id, title, summary, keyVariable, options, replayNote, needs, fetchesKeys }: Provider,
  actionsFile: string,
): string {
  const answering = ANSWERING[id];
  const path = answering?.path ?? (id === 'approov' ? '/v1/*' : `/webhooks/${id}`);
  const named = options.map(({ name }) => name).join(', ');
  const needed = Object.entries(needs ?? {}).map(([name, value]) => `, ${name}: "${value}"`);
  const provider =
    needed.length > 0
      ? `{ id: ${id}${needed.join('')} } # samples; options: ${named}`
      : `${id}${named === '' ? '' : ` # or { id: ${id}, … } with its options: ${named}`}`;
  return `  # ${title}. ${summary}
  # Repeats: ${replayNote}
  ${id}:
    path: ${path}
    provider: ${provider}
${fetchesKeys ? '' : keysText(keyVariable)}    ${outcomeText(id, actionsFile)}
`;
}

function keysText(variable: string): string {
  return `    keys:
      - { id: main, secret: "\${env:${variable}}" }
      # During a rotation both keys are taken; only an active one signs:
      # - { id: old, secret: "\${env:${variable}_OLD}", state: retiring, until: 2030-01-01 }
`;
}

function outcomeText(id: string, actionsFile: string): string {
  const answering = ANSWERING[id];
  if (answering !== undefined) {
    const action = answering.action === undefined ? '' : `, action: ${answering.action}`;
    return `answer: { actions: ${actionsFile}${action} }`;
  }
  return id === 'approov' ? 'forward: { to: http://127.0.0.1:9000 }' : 'keep: {}';
}
