/** From the sender’s platform to a gate that takes its requests. */
import type { Provider } from '@countersign/core';
import { senderLimits } from '@countersign/core/coverage';
import { providerSetUp } from '@countersign/core/internal/provider-set-up';
import { Code } from '../ui/code.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { CATALOGUE } from '../words/catalogue.ts';

export function ProviderSetUp({ provider }: { readonly provider: Provider }) {
  const { setUp: words } = CATALOGUE;
  const { setUp, keyVariable } = provider;
  const { hasKey } = providerSetUp(provider);
  const limits = senderLimits(provider);
  return (
    <ol className="provider-set-up">
      <li className="card stack tight">
        <h2>{words.platform}</h2>
        <p>
          <Sentence text={setUp ?? words.noPlatform} />
        </p>
        {limits !== undefined && <p className="soft">{limits}</p>}
      </li>
      <li className="card stack tight">
        <h2>{words.key}</h2>
        <p>{hasKey ? words.keyText(keyVariable) : words.fetches}</p>
      </li>
      <li className="card stack tight">
        <h2>{words.gateway}</h2>
        <Code text={configOf(provider)} label={words.gatewayLabel} />
        <p>{words.check}</p>
        <Code text="npx countersign check" label={words.checkLabel} />
      </li>
      {provider.usualOutcome === 'keep' && (
        <li className="card stack tight">
          <h2>{words.library}</h2>
          <Code text={programOf(provider)} label={words.libraryLabel} />
        </li>
      )}
    </ol>
  );
}

const OUTCOMES = {
  answer: 'answer: { actions: ./actions.ts }',
  forward: 'forward: { to: http://127.0.0.1:9000 }',
  keep: 'keep: { deliver: [{ to: http://127.0.0.1:9000 }] }',
} as const;

function configOf(provider: Provider): string {
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

function programOf(set: Provider): string {
  const { id, keyVariable } = set;
  const { options: samples, hasKey } = providerSetUp(set);
  const options = Object.entries(samples).map(([name, value]) => `, ${name}: ${JSON.stringify(value)}`);
  const provider = options.length === 0 ? `'${id}'` : `{ id: '${id}'${options.join('')} }`;
  const keys = hasKey ? `keys: [process.env.${keyVariable}], ` : '';
  return [
    "import { webhook } from '@countersign/core/express';",
    "import express from 'express';",
    '',
    'const app = express();',
    `app.post('/webhooks/${id}', webhook({ provider: ${provider}, ${keys}}, (event) => {`,
    '  console.log(event.payload);',
    '}));',
    '',
  ]
    .join('\n')
    .replace(', }', ' }');
}
