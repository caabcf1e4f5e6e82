// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The commented configuration that `init` writes, and the variables that it reads. */

import type { OptionRow, Provider } from '@countersign/core';
import { optionRowsOf } from '@countersign/core';
import { providerSetUp } from '@countersign/core/internal/provider-set-up';
import { sampleOf } from './samples/all.ts';

export interface ConfigTextOptions {
  readonly providers: readonly Provider[];
  /** Gates beside theirs, as YAML. Default none. */
  readonly gates?: readonly string[];
  /** Where the schema for editors is, relative to the configuration. */
  readonly schema: string;
  /** Where a provider’s actions are, relative to the configuration. */
  readonly actionsFile: (id: string) => string;
}

/** YAML. */
export function configText({ providers, gates = [], schema, actionsFile }: ConfigTextOptions): string {
  return `# yaml-language-server: $schema=${schema}
# ↑ Editors complete and check this file by it. npm install countersign puts it there; elsewhere, change the path.

# Countersign’s configuration. \`npx countersign check\` looks at it, \`npx countersign serve\` starts it.
# \${env:NAME} is a variable of the environment or of the .env file beside this one; \${file:path} is a file’s content.

listen:
  public: 127.0.0.1:8787 # requests come here
  admin: 127.0.0.1:8788 # the admin API; keep it on this machine
# What \`countersign explain --last\`, \`tail\` and \`claims\` ask the gateway with; without it each run makes one, and shows it on a terminal only:
# admin: { token: "\${env:COUNTERSIGN_ADMIN_TOKEN}" }
store: sqlite:./countersign.db # or ":memory:" to keep nothing
# Secrets in the store are encrypted with this; without it refused requests are kept in memory only. Make one with: openssl rand -hex 32
# storeKey: "\${env:COUNTERSIGN_STORE_KEY}"

# A gate: a path, how a request proves itself there, and what happens next, one of
#   answer: { actions: ./actions.ts }         run an action and reply
#   forward: { to: http://127.0.0.1:9000 }    pass it on and reply with the answer
#   keep: {}                                  store it, and acknowledge
#   respond: { status: 200, json: { … } }     reply with this
gates:
${[...providers.map((provider) => gateText(provider, actionsFile)), ...gates].join('\n')}`;
}

/** The variables that the configuration reads, in order and once each. */
export function variablesOf(providers: readonly Provider[]): readonly string[] {
  return [...new Set(providers.flatMap(variablesOfOne))];
}

/** Where the API is that clients’ calls are passed on to. */
const UPSTREAM_VARIABLE = 'UPSTREAM_URL';

/** Nothing that has to be filled in stands in the file as a sample, which would be taken for good. */
function variablesOfOne(provider: Provider): readonly string[] {
  const { options, hasKey } = providerSetUp(provider);
  return [
    ...(hasKey ? [provider.keyVariable] : []),
    ...Object.keys(options).map((option) => optionVariable(provider, option)),
    ...(provider.usualOutcome === 'forward' ? [UPSTREAM_VARIABLE] : []),
  ];
}

/** `FIREBASE_PROJECT_NUMBER`: as the key’s variable begins, and the option. */
export function optionVariable({ keyVariable }: Provider, option: string): string {
  const words = option.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
  return `${keyVariable.split('_', 1)[0]}_${words}`;
}

/** Of variables that the configuration names in comments. */
const OPTIONAL_LINES = `
# Optional, with the line "admin:" of the configuration: lets \`countersign explain --last\`, \`tail\` and \`claims\` in where no terminal shows a token.
# COUNTERSIGN_ADMIN_TOKEN=

# Optional, with the line "storeKey:": encrypts what the store keeps. Without it refused requests are gone when the gateway stops. openssl rand -hex 32
# COUNTERSIGN_STORE_KEY=
`;

/** A variable, and what it holds. */
export interface NamedVariable {
  readonly title: string;
  readonly variable: string;
}

/** The text of `.env.example`: their names, and no values. */
export function envText(
  providers: readonly Provider[],
  configName: string,
  others: readonly NamedVariable[] = [],
): string {
  const lines = variablesOf(providers).map((variable) => {
    const users = providers.filter((provider) => variablesOfOne(provider).includes(variable));
    const titles = users.map(({ title }) => title).join(', ');
    const [row] = users.flatMap((provider) => optionRowOf(provider, variable) ?? []);
    const after = row === undefined ? '' : `, ${row.name}: ${row.description}`;
    const what = variable === UPSTREAM_VARIABLE ? 'Your API, such as http://127.0.0.1:9000: ' : '';
    return `\n# ${what}${titles}${after}\n${variable}=\n`;
  });
  const more = others.map(({ title, variable }) => `\n# ${title}\n${variable}=\n`);
  return `# What ${configName} reads. Copy this file to .env, fill that in, and keep it out of version control.\n${[...lines, ...more].join('')}${OPTIONAL_LINES}`;
}

/** The option that a variable holds. */
function optionRowOf(provider: Provider, variable: string): OptionRow | undefined {
  const { options } = providerSetUp(provider);
  return optionRowsOf(provider).find(
    ({ name }) => options[name] !== undefined && optionVariable(provider, name) === variable,
  );
}

function gateText(provider: Provider, actionsFile: ConfigTextOptions['actionsFile']): string {
  const { id, title, summary, keyVariable, scheme, replayNote } = provider;
  const { options, hasKey } = providerSetUp(provider);
  const named = optionRowsOf({ scheme })
    .map(({ name }) => name)
    .join(', ');
  const needed = Object.keys(options).map((name) => `, ${name}: "\${env:${optionVariable(provider, name)}}"`);
  const choice =
    needed.length > 0
      ? `{ id: ${id}${needed.join('')} } # options: ${named}`
      : `${id}${named === '' ? '' : ` # or { id: ${id}, … } with its options: ${named}`}`;
  const { path, outcome } = gatePlaceOf(provider, actionsFile);
  return `  # ${title}. ${summary}
  # Repeats: ${replayNote}
  ${id}:
    path: ${path}
    provider: ${choice}
${hasKey ? keysText(keyVariable) : ''}    ${outcome}
    keepRefused: true # for a day, so that \`countersign explain --last\` can say why a request was refused
`;
}

function keysText(variable: string): string {
  return `    keys:
      - { id: main, secret: "\${env:${variable}}" }
      # During a rotation both keys are taken; only an active one signs:
      # - { id: old, secret: "\${env:${variable}_OLD}", state: retiring, until: 2030-01-01 }
`;
}

/** An action runs, a client’s call is passed on to the API that it is for, a webhook is kept. */
export function gatePlaceOf(
  provider: Provider,
  actionsFile: ConfigTextOptions['actionsFile'],
): { readonly path: string; readonly outcome: string } {
  const { id, usualOutcome } = provider;
  const sample = sampleOf(id);
  if (sample !== undefined) {
    const action = sample.action === undefined ? '' : `, action: ${sample.action}`;
    return { path: sample.path, outcome: `answer: { actions: ${actionsFile(id)}${action} }` };
  }
  if (usualOutcome !== 'forward') return { path: `/webhooks/${id}`, outcome: 'keep: {}' };
  return {
    path: `/${id}/*`,
    outcome: `forward: { to: "\${env:${UPSTREAM_VARIABLE}}", stripPrefix: /${id} } # your API`,
  };
}
