/** What of events, and of refused requests, is asked for on the command line. */
import { type ContentQuery, DELIVERY_CODE_WORDS, HEADER_NAME, type KeptQuery } from '@countersign/api';
import { REFUSALS } from '@countersign/core';
import type { Arguments, OptionSpecs } from '../arguments.ts';
import { readTime, TIME_OPTIONS } from '../day-options.ts';
import { readWord } from '../read-word.ts';
import { UsageError } from '../usage-error.ts';

/** Why requests are refused. */
export const REASON_WORDS: readonly string[] = Object.keys(REFUSALS);

/** Of refused requests, of failed deliveries, and of what there was no room for. */
export const ISSUE_REASON_WORDS: readonly string[] = [...REASON_WORDS, ...DELIVERY_CODE_WORDS, 'others'];

export const SEARCH_OPTIONS: OptionSpecs = {
  id: { value: 'ID', description: 'only with this id, or an id that begins with it' },
  reason: { value: 'REASON', description: 'only what was refused for this reason, e.g. signature-mismatch' },
  ...TIME_OPTIONS,
  member: {
    value: 'PATH=VALUE',
    description: 'only with this member of a JSON body, e.g. data.object.id=ch_1; * stands for any element',
  },
  header: { value: 'NAME[=VALUE]', description: 'only with this header, or with this value of it' },
};

/** Of gates that look keys up by tenant. */
export const TENANT_OPTION: OptionSpecs = {
  tenant: { value: 'NAME', description: 'only events that a key of this tenant has proved' },
};

/** @throws UsageError */
export function readSearch(args: Arguments, nowMs: number): KeptQuery {
  return {
    id: args.text('id'),
    reason: readWord(args.text('reason'), REASON_WORDS, 'there is no reason'),
    since: readTime(args, 'since', nowMs),
    until: readTime(args, 'until', nowMs),
    ...memberOf(args.text('member')),
    ...headerOf(args.text('header')),
  };
}

function memberOf(text: string | undefined): Pick<ContentQuery, 'member' | 'value'> {
  if (text === undefined) return {};
  const at = text.indexOf('=');
  if (at > 0 && at < text.length - 1) return { member: text.slice(0, at), value: text.slice(at + 1) };
  throw new UsageError('--member does not say which value', 'Write PATH=VALUE, e.g. data.object.id=ch_1.');
}

function headerOf(text: string | undefined): Pick<ContentQuery, 'header' | 'headerValue'> {
  if (text === undefined) return {};
  const [name = '', ...rest] = text.split('=');
  const value = rest.length === 0 ? undefined : rest.join('=');
  if (!HEADER_NAME.test(name) || value === '')
    throw new UsageError('--header is not the name of a header', 'Write NAME or NAME=VALUE.');
  return { header: name, ...(value !== undefined && { headerValue: value }) };
}
