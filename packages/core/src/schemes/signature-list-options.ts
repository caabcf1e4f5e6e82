/** How a signature is written, as a configuration gives it: a prefix, and a list’s separators and labels. */
import type { OptionReader } from '../options.ts';
import { SetupError } from '../setup-error.ts';
import { signatureList } from './signature-list.ts';
import type { SignatureEncoding } from './signature-text.ts';
import type { SignatureList } from './template-options.ts';

/** HTTP takes blanks off a value's ends, and lets no control character in. */
export function readPrefix(signature: OptionReader): string | undefined {
  const prefix = signature.text('prefix');
  if (prefix === undefined || /^[!-~][ -~]*$/.test(prefix)) return prefix;
  throw new SetupError(
    signature.path('prefix'),
    `no value begins with ${JSON.stringify(prefix)}`,
    'Give printable ASCII without a blank before it, e.g. "sha256=".',
  );
}

/** What separates items may not stand in them. */
export function readList(signature: OptionReader, encoding: SignatureEncoding): SignatureList | undefined {
  const list = signature.object('list');
  if (!list) return undefined;
  const separator = list.text('separator') ?? ',';
  const assign = list.text('assign') ?? '=';
  const labels = list.texts('labels') ?? ['v1'];
  list.refuseUnread();
  for (const [name, text] of Object.entries({ separator, assign })) {
    const isValue = name === 'separator' && text.split('').some((char) => isOfEncoding(char, encoding));
    if (!isValue && !/[\r\n\0]/.test(text)) continue;
    throw new SetupError(
      list.path(name),
      `${JSON.stringify(text)} can stand inside a signature`,
      'Give what the header has between its items.',
    );
  }
  if (separator.includes(assign) || assign.includes(separator)) {
    throw new SetupError(
      list.path('assign'),
      'it cannot be told apart from the separator',
      'Give what stands between label and value, e.g. "=".',
    );
  }
  const wrong = labels.find((label, i) => !isLabel(label, separator, assign) || labels.indexOf(label) !== i);
  if (wrong === undefined) return signatureList({ separator, assign, labels });
  throw new SetupError(
    list.path('labels'),
    `${JSON.stringify(wrong)} ${labels.filter((label) => label === wrong).length > 1 ? 'occurs twice' : 'is not a label'}`,
    'Give each label as it stands in the header, without blanks, separator or assign.',
  );
}

/** Whether a label can be told from what stands about it. */
export function isLabel(label: string, separator: string, assign: string): boolean {
  return /^[!-~]+$/.test(label) && !label.includes(separator) && !label.includes(assign);
}

function isOfEncoding(char: string, encoding: SignatureEncoding): boolean {
  if (encoding === 'text') return false;
  return (encoding.startsWith('hex') ? /[0-9a-fA-F]/ : /[A-Za-z0-9+/=_-]/).test(char);
}
