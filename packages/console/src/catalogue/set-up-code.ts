/** What a provider’s set-up page has to copy. */
import { type Provider, testMethodsOfProvider } from '@countersign/core';
import { providerSetUp } from '@countersign/core/internal/provider-set-up';

const OUTCOMES = {
  answer: 'answer: { actions: ./actions.ts }',
  forward: 'forward: { to: http://127.0.0.1:9000 }',
  keep: 'keep: { deliver: [{ to: http://127.0.0.1:9000 }] }',
} as const;

/** The gate of a provider in a configuration. */
export function configOf(provider: Provider): string {
  const { id, keyVariable, usualOutcome } = provider;
  const { options: samples, hasKey } = providerSetUp(provider);
  const options = Object.entries(samples).map(([name, value]) => `, ${name}: ${JSON.stringify(value)}`);
  const path =
    usualOutcome === 'forward' ? '/*' : usualOutcome === 'answer' ? '/actions/:action' : `/webhooks/${id}`;
  return [
    'gates:',
    `  ${id}:`,
    `    path: ${path}`,
    `    provider: ${options.length === 0 ? id : `{ id: ${id}${options.join('')} }`}`,
    ...(hasKey ? [`    keys: [{ id: main, secret: "\${env:${keyVariable}}" }]`] : []),
    `    ${OUTCOMES[usualOutcome]}`,
    '',
  ].join('\n');
}

/** A program in Express that takes its webhooks, and the test of the address by whatever method. */
export function programOf(set: Provider): string {
  const { id, keyVariable } = set;
  const { options: samples, hasKey } = providerSetUp(set);
  const options = Object.entries(samples).map(([name, value]) => `, ${name}: ${JSON.stringify(value)}`);
  const provider = options.length === 0 ? `'${id}'` : `{ id: '${id}'${options.join('')} }`;
  const route = testMethodsOfProvider(id).length === 0 ? 'post' : 'all';
  const keys = hasKey ? `keys: [process.env.${keyVariable}], ` : '';
  return [
    "import { webhook } from '@countersign/core/express';",
    "import express from 'express';",
    '',
    'const app = express();',
    `app.${route}('/webhooks/${id}', webhook({ provider: ${provider}, ${keys}}, (event) => {`,
    '  console.log(event.payload);',
    '}));',
    '',
  ]
    .join('\n')
    .replace(', }', ' }');
}
