/** The rows of the options that a provider’s declaration leaves to its gates: for pages, types and editors, and for no gate. */
import { DEFAULT_TOLERANCE, type Tolerance } from '../freshness.ts';
import { HEADER_NAME, type OptionRow, object, type ValueSchema } from '../option-row.ts';
import type { SchemeSource } from '../scheme-source.ts';
import { headersOf, type NamedPart } from './sender-options.ts';
import type { SenderSource } from './sender-template.ts';
import type { TemplateOptions } from './template-options.ts';
import { TEMPLATE_VALUES } from './template-rows.ts';

/** The options of a provider, row by row; none where there is no provider. */
export function optionRowsOf(provider: { readonly scheme: SchemeSource } | undefined): readonly OptionRow[] {
  if (provider === undefined) return [];
  const { scheme } = provider;
  return isSender(scheme)
    ? [...(scheme.own ?? []), ...senderRows(scheme.declared, scheme.prefix)]
    : scheme.options.filter((row) => typeof row !== 'string');
}

function isSender(source: SchemeSource): source is SenderSource {
  return 'declared' in source;
}

function senderRows(declared: TemplateOptions, prefix?: string): readonly OptionRow[] {
  const names = headersOf(declared);
  const parts = names.map(([part]) => part).join(', ');
  return [
    ...(declared.timestamp
      ? [
          {
            name: 'toleranceMs',
            description: 'how old, and how far ahead, a request may be; or { past, future }',
            value: TEMPLATE_VALUES.toleranceMs,
            default: toleranceText(declared.tolerance ?? DEFAULT_TOLERANCE),
          },
        ]
      : []),
    ...(names.length > 0
      ? [
          {
            name: 'headers',
            description: `other names of headers: { ${parts} }, each where it differs${prefix === undefined ? '' : `; or the word before -${parts.replaceAll(', ', ', -')}, e.g. svix`}`,
            value: headersValue(names, prefix),
            default: names.map(([, name]) => name).join(', '),
          },
        ]
      : []),
    ...(declared.message.readOrigin
      ? [
          {
            name: 'origin',
            description: 'scheme and host as the sender knows them, behind a proxy or without TLS',
            value: TEMPLATE_VALUES.origin,
            default: 'https and the request’s host, or what a trusted proxy says of them',
          },
        ]
      : []),
  ];
}

function headersValue(
  names: readonly (readonly [NamedPart, string])[],
  prefix: string | undefined,
): ValueSchema {
  const members = names.map(([part, name]) => [part, { ...HEADER_NAME, description: `default: ${name}` }]);
  const each = object(Object.fromEntries(members));
  return prefix === undefined ? each : { anyOf: [HEADER_NAME, each] };
}

function toleranceText({ pastMs, futureMs }: Tolerance): string {
  return pastMs === futureMs ? String(pastMs) : `{ past: ${pastMs}, future: ${futureMs} }`;
}
