/** How a signature is written, as a configuration gives it: a prefix, and a list’s separators and labels. */
import type { OptionReader } from '../options.ts';
import { SetupError } from '../setup-error.ts';
import { bareSignatureList, signatureList } from './signature-list.ts';
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
  if (list.flag('bare')) return readBareList(list, separator, encoding);
  const assign = list.text('assign') ?? '=';
  const labels = list.texts('labels') ?? ['v1'];
  const items = readItems(list);
  list.refuseUnread();
  checkSeparator(list, separator, encoding);
  if (/[\r\n\0]/.test(assign)) throw insideSignature(list.path('assign'), assign);
  if (separator.includes(assign) || assign.includes(separator)) {
    throw new SetupError(
      list.path('assign'),
      'it cannot be told apart from the separator',
      'Give what stands between label and value, e.g. "=".',
    );
  }
  const all = [...labels, ...Object.keys(items ?? {})];
  const wrong = all.find((label, i) => !isLabel(label, separator, assign) || all.indexOf(label) !== i);
  if (wrong !== undefined) {
    throw new SetupError(
      list.path(labels.includes(wrong) ? 'labels' : 'items'),
      `${JSON.stringify(wrong)} ${all.filter((label) => label === wrong).length > 1 ? 'occurs twice' : 'is not a label'}`,
      'Give each label as it stands in the header, without blanks, separator or assign.',
    );
  }
  for (const [label, value] of Object.entries(items ?? {})) checkItem(list, label, value, separator);
  return signatureList({ separator, assign, labels, ...(items && { items }) });
}

/** By its label what who signs writes there. */
function readItems(list: OptionReader): Readonly<Record<string, string>> | undefined {
  const items = list.object('items');
  if (!items) return undefined;
  return Object.fromEntries(items.names().map((label) => [label, items.text(label) ?? '']));
}

function checkItem(list: OptionReader, label: string, value: string, separator: string): void {
  if (/^[!-~]+$/.test(value) && !value.includes(separator)) return;
  throw new SetupError(
    `${list.path('items')}.${label}`,
    `${JSON.stringify(value)} cannot stand in the list`,
    'Give printable ASCII without blanks and without the separator.',
  );
}

/** Signatures without labels. */
function readBareList(list: OptionReader, separator: string, encoding: SignatureEncoding): SignatureList {
  for (const name of ['assign', 'labels']) {
    if (!list.has(name)) continue;
    throw new SetupError(list.path(name), 'a bare list has no labels', 'Leave it out, or leave bare out.');
  }
  list.refuseUnread();
  checkSeparator(list, separator, encoding);
  return bareSignatureList(separator);
}

function checkSeparator(list: OptionReader, separator: string, encoding: SignatureEncoding): void {
  const isValue = separator.split('').some((char) => isOfEncoding(char, encoding));
  if (isValue || /[\r\n\0]/.test(separator)) throw insideSignature(list.path('separator'), separator);
}

function insideSignature(option: string, text: string): SetupError {
  return new SetupError(
    option,
    `${JSON.stringify(text)} can stand inside a signature`,
    'Give what the header has between its items.',
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
