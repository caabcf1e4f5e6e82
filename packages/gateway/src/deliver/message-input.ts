/** What an action is given of a message: its body, read as JSON or as a form. */
import { isUtf8 } from 'node:buffer';
import { readJsonObject } from '../answers/json-object.ts';
import type { Message } from './destination.ts';
import { isForm } from './header-text.ts';

export type MessageInput = Readonly<Record<string, unknown>>;

/** Undefined where the body is neither a JSON object nor, by its content type, a form. */
export function messageInput({ headers, body }: Message): MessageInput | undefined {
  if (!isForm(headers)) return readJsonObject(body);
  if (!isUtf8(body)) return undefined;
  const fields = new Map<string, string | readonly string[]>();
  for (const [name, value] of new URLSearchParams(Buffer.from(body).toString('utf8'))) {
    const before = fields.get(name);
    fields.set(name, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(fields);
}
