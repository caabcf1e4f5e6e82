/**
 * The options that a provider’s declaration leaves to its gates: how old a request may be, what its headers are called, and
 * where its message has them, scheme and host as the sender knows them.
 */
import { DEFAULT_TOLERANCE, type Tolerance } from '../freshness.ts';
import type { OptionReader } from '../options.ts';
import { SetupError } from '../setup-error.ts';
import type { TemplateOptions } from './template-options.ts';

const PARTS = ['signature', 'timestamp', 'id', 'nonce', 'keyId', 'type'] as const;

/** A part that may sit in a header of another name. */
export type NamedPart = (typeof PARTS)[number];

/** Names of what `readSenderOptions` reads. */
export function senderOptionNames(declared: TemplateOptions): readonly string[] {
  return [
    ...(declared.timestamp ? ['toleranceMs'] : []),
    ...(headersOf(declared).length > 0 ? ['headers'] : []),
    ...(declared.message.readOrigin ? ['origin'] : []),
  ];
}

/**
 * The declaration with `toleranceMs`, `headers` and `origin` as a gate gives them.
 * @param prefix the word that its headers begin with, where a gate may give another in its place
 * @throws SetupError naming the option and the remedy.
 */
export function readSenderOptions(
  options: OptionReader,
  declared: TemplateOptions,
  prefix?: string,
): TemplateOptions {
  const tolerance = declared.timestamp && readTolerance(options, declared.tolerance);
  const names = headersOf(declared).length > 0 ? readHeaders(options, declared, prefix) : {};
  const origin = declared.message.readOrigin?.(options);
  options.refuseUnread();
  refuseSharedNames(declared, names, options);
  const renamed = Object.entries(names).map(([part, header]) => [
    part,
    { ...declared[part as NamedPart], header },
  ]);
  return {
    ...declared,
    signatureOption: 'headers.signature',
    ...(tolerance && { tolerance }),
    ...(origin && { origin }),
    ...Object.fromEntries(renamed),
  };
}

/** Each part has a header of its own. */
function refuseSharedNames(
  declared: TemplateOptions,
  names: Readonly<Partial<Record<NamedPart, string>>>,
  options: OptionReader,
): void {
  const parts = new Map<string, NamedPart>();
  for (const [part, own] of headersOf(declared)) {
    const name = (names[part] ?? own).toLowerCase();
    const earlier = parts.get(name);
    if (earlier !== undefined) {
      throw new SetupError(
        `${options.path('headers')}.${part}`,
        `${name} is the header of ${earlier}`,
        'Name another header for each.',
      );
    }
    parts.set(name, part);
  }
}

/** `toleranceMs`: a number both ways, or `{ past, future }`, of which the defaults give what is left out. */
export function readTolerance(
  options: OptionReader,
  defaults: Tolerance = DEFAULT_TOLERANCE,
): Tolerance | undefined {
  const both = options.raw('toleranceMs');
  if (typeof both !== 'object') {
    const ms = options.milliseconds('toleranceMs');
    return ms === undefined ? undefined : { pastMs: ms, futureMs: ms };
  }
  const reader = options.object('toleranceMs') as OptionReader;
  const tolerance = {
    pastMs: reader.milliseconds('past') ?? defaults.pastMs,
    futureMs: reader.milliseconds('future') ?? defaults.futureMs,
  };
  reader.refuseUnread();
  return tolerance;
}

function readHeaders(
  options: OptionReader,
  declared: TemplateOptions,
  prefix: string | undefined,
): Readonly<Partial<Record<NamedPart, string>>> {
  const names = headersOf(declared);
  if (prefix !== undefined && typeof options.raw('headers') === 'string') {
    const other = options.headerName('headers') as string;
    if (other.endsWith('-')) {
      throw new SetupError(
        options.path('headers'),
        'it ends with a dash',
        'Give the word without it, e.g. svix.',
      );
    }
    return Object.fromEntries(names.map(([part, name]) => [part, other + name.slice(prefix.length)]));
  }
  const headers = options.object('headers');
  if (!headers) return {};
  const named = names.map(([part]) => [part, headers.headerName(part)] as const);
  headers.refuseUnread();
  return Object.fromEntries(named.filter(([, name]) => name !== undefined));
}

/** The parts that sit in headers, and their names there. */
export function headersOf(declared: TemplateOptions): readonly (readonly [NamedPart, string])[] {
  return PARTS.flatMap((part) => {
    const source = declared[part];
    return source && 'header' in source ? [[part, source.header] as const] : [];
  });
}
