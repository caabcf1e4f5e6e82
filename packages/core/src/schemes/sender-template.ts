/** A provider’s scheme as data: a template, of which its gates set what `senderRows` lists. */
import type { SchemeSource } from '../scheme-source.ts';
import { readSenderOptions, senderRows } from './sender-options.ts';
import { createTemplateScheme } from './template.ts';
import type { TemplateOptions } from './template-options.ts';

/** @param prefix the word that its headers begin with, where a gate may give another in its place */
export function senderTemplate(declared: TemplateOptions, prefix?: string): SchemeSource {
  return {
    options: senderRows(declared, prefix),
    create: (options) => createTemplateScheme(readSenderOptions(options, declared, prefix)),
  };
}
