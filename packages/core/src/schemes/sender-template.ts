/** A provider’s scheme as data: a template, of which its gates set what `senderOptionNames` lists. */
import type { OptionRow } from '../option-row.ts';
import type { OptionReader } from '../options.ts';
import type { SchemeSource } from '../scheme-source.ts';
import { readSenderOptions, senderOptionNames } from './sender-options.ts';
import { createTemplateScheme } from './template.ts';
import type { TemplateOptions } from './template-options.ts';

export interface SenderSource extends SchemeSource {
  /** Held to the rules of declarations (`template-checks.ts`) by a test, and not each time that a gate is built. */
  readonly declared: TemplateOptions;
  /** The word that its headers begin with, where a gate may give another in its place. */
  readonly prefix?: string;
  /** Rows of options that its declaration needs, and that only this sender has. */
  readonly own?: readonly OptionRow[];
}

/** @param prefix the word that its headers begin with, where a gate may give another in its place */
export function senderTemplate(declared: TemplateOptions, prefix?: string): SenderSource {
  return {
    declared,
    ...(prefix !== undefined && { prefix }),
    options: senderOptionNames(declared),
    create: (options) => createTemplateScheme(readSenderOptions(options, declared, prefix)),
  };
}

/**
 * A sender whose declaration needs something that only its receiver knows.
 * @param own the rows of these options @param sample the declaration with sample values: of what gates may set besides
 * @param declaredBy reads them @throws SetupError where one of them is missing or wrong
 */
export function senderTemplateOf(
  own: readonly OptionRow[],
  sample: TemplateOptions,
  declaredBy: (options: OptionReader) => TemplateOptions,
): SenderSource {
  return {
    declared: sample,
    own,
    options: [...own.map(({ name }) => name), ...senderOptionNames(sample)],
    create: (options) => createTemplateScheme(readSenderOptions(options, declaredBy(options))),
  };
}
