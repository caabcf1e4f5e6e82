/** What is said of a provider that there is not. */
import { isNamedBy, meantText } from '@countersign/core/internal/signing-recipe';
import { DECLARED_SENDERS } from './declared-senders.generated.ts';
import { UsageError } from './usage-error.ts';

const CATALOGUE = 'https://github.com/countersign/countersign/blob/main/docs/catalogue.md';

/** A name that is nearly one, another one of its sender, or that of a sender who is declared, is answered with that. */
export function unknownProvider(id: string): UsageError {
  return new UsageError(
    `there is no provider ${JSON.stringify(id)}`,
    `${meantText(id) || declaredText(id)}\`countersign providers\` lists the ids. Other senders are declared in a configuration, under scheme: ${CATALOGUE} has what to write for more than a hundred.`,
  );
}

function declaredText(id: string): string {
  const sender = DECLARED_SENDERS.find(({ name }) => isNamedBy(name, id));
  return sender === undefined
    ? ''
    : `${sender.name} is declared: give a gate \`scheme: ${sender.scheme}\` in place of a provider. `;
}
