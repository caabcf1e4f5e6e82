/** The options of a provider, as a command is given them. */
import { UsageError } from './usage-error.ts';

/** An option of that name would stand in the place of the provider’s own id, and count as nothing. */
const ID_REMEDY =
  'Name the provider with --provider. Where {id} sits has a name of its own in the provider’s options: `countersign providers ID` lists them.';

/** `binding=authorization`, `toleranceMs=60000`, `signature={"header":"x-sig"}`. @throws UsageError */
export function readOptions(texts: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new UsageError('--option is not NAME=VALUE', 'E.g. --option binding=authorization.');
      if (text.startsWith('id=')) throw new UsageError('--option id is no option of a provider', ID_REMEDY);
      return [text.slice(0, at), jsonOrText(text.slice(at + 1))];
    }),
  );
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
