/** What programs read that take other spellings of a name for it: Go’s JSON knows no case; PHP’s forms take `a[]` and ` a` for `a`. */
import type { Gate, SignedRequest } from '@countersign/core';
import { bodyText, splitUrl } from './places.ts';

/** A part that is signed by itself and that such a program reads as another value. */
export function changedForLoose(
  gate: Gate,
  genuine: SignedRequest,
  changed: SignedRequest,
): string | undefined {
  // Nothing there is found by another spelling: each field has a head of its own.
  if (/^multipart/i.test(changed.headers.get('content-type') ?? '')) return undefined;
  for (const warning of gate.coverage.warnings) {
    if (warning.code !== 'signed-parts' && warning.code !== 'signed-members') continue;
    for (const name of warning.members) {
      if (looseMember(genuine, name) !== looseMember(changed, name))
        return `another value of ${name} for whoever reads names loosely`;
    }
    for (const name of warning.code === 'signed-parts' ? warning.parameters : []) {
      const [own, other] = [genuine, changed].map(({ url }) => loosePair(splitUrl(url).query.slice(1), name));
      if (own !== other) return `another value of ${name} for whoever reads names loosely`;
    }
  }
  return undefined;
}

/** Of a JSON body or a form; undefined where it has none that such a program would find. */
function looseMember(request: SignedRequest, path: string): string | undefined {
  const text = bodyText(request);
  if (!text.trimStart().startsWith('{')) return loosePair(text, path);
  try {
    return textOf(valueAt(JSON.parse(Buffer.from(request.body).toString('utf8')), path.split('.')));
  } catch {
    return undefined;
  }
}

function valueAt(json: unknown, names: readonly string[]): unknown {
  const [name, ...rest] = names;
  if (name === undefined || typeof json !== 'object' || json === null) return json;
  const entry = Object.entries(json).findLast(([key]) => key.toLowerCase() === name.toLowerCase());
  return valueAt(entry?.[1], rest);
}

/** A member that is signed as text: `1` and `"1"` are one. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function loosePair(query: string, name: string): string | undefined {
  const sought = name.replaceAll('.', '_').toLowerCase();
  let value: string | undefined;
  for (const [key, text] of new URLSearchParams(query)) {
    const plain = key.trimStart().replace(/\[.*$/s, '').replaceAll(/[. ]/g, '_').toLowerCase();
    if (plain === sought) value = text;
  }
  return value;
}
