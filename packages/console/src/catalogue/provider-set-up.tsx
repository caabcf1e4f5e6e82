/** From the sender’s platform to a gate that takes its requests. */
import type { Provider } from '@countersign/core';
import { senderLimits } from '@countersign/core/coverage';
import { providerSetUp } from '@countersign/core/internal/provider-set-up';
import { Code } from '../ui/code.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { CATALOGUE } from '../words/catalogue.ts';
import { configOf, programOf } from './set-up-code.ts';

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
