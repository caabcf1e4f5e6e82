/** A provider’s scheme as data: a template, of which its gates set what `senderOptionNames` lists. */
import type { SchemeSource } from '../scheme-source.ts';
import { readSenderOptions, senderOptionNames } from './sender-options.ts';
import { createTemplateScheme } from './template.ts';
import type { TemplateOptions } from './template-options.ts';

export interface SenderSource extends SchemeSource {
  /** Held to the rules of declarations (`template-checks.ts`) by a test, and not each time that a gate is built. */
  readonly declared: TemplateOptions;
  /** The word that its headers begin with, where a gate may give another in its place. */
  readonly prefix?: string;
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
