/** What is said of a provider that there is not. */
import { providerIds, providers } from '@countersign/core';
import { didYouMean } from './near-miss.ts';
import { UsageError } from './usage-error.ts';

/** A sender that signs as a provider does is answered with that one. */
export function unknownProvider(id: string): UsageError {
  const problem = `there is no provider ${JSON.stringify(id)}`;
  const sender = id.toLowerCase();
  const provider = providers.find(({ senders = {} }) => Object.hasOwn(senders, sender));
  if (provider === undefined) {
    return new UsageError(
      problem,
      `${didYouMean(id, providerIds)}\`countersign providers\` lists the ids. Other senders are declared in a configuration, under scheme: https://github.com/countersign/countersign/blob/main/docs/catalogue.md has what to write for more than a hundred.`,
    );
  }
  const options = Object.entries(provider.senders?.[sender] ?? {});
  const written = options.map(([name, value]) => ` --option ${name}=${value}`).join('');
  return new UsageError(
    problem,
    `It signs as ${provider.title} says: give --provider ${provider.id}${written}.`,
  );
}
