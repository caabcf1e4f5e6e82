/** Small harms to a signed request, to see what refuses it. */
import { createGate, type Gate } from '@countersign/core';
import { signaturePlace } from '@countersign/core/internal/signing-recipe';
import { type Bench, fieldsOf, requestOf, targetOptions, timeOf } from './bench.ts';
import { otherKey } from './sign-bench.ts';

export const BREAKS = ['body', 'proof', 'path', 'late', 'key'] as const;
export type Break = (typeof BREAKS)[number];

/** More than what schemes bear, some of which take retries of days, and no time zone. */
const LATE_MS = 30 * 24 * 60 * 60 * 1000 + 20 * 60 * 1000;

/** @throws SetupError, BenchFault */
export async function breakBench(bench: Bench, how: Break): Promise<Bench> {
  switch (how) {
    case 'body':
      return { ...bench, body: withOtherByte(bench) };
    case 'path':
      return { ...bench, url: bench.url.replace(/(?<=[^/:])(?=[?#]|$)/, '/other') };
    case 'late':
      return { ...bench, at: new Date(timeOf(bench.at) + LATE_MS).toISOString() };
    case 'key':
      return { ...bench, ...(await otherKey(bench)) };
    case 'proof':
      return { ...bench, ...fieldsOf(withOtherProof(bench)) };
  }
}

/** The first letter or digit of a value, or what comes first at all. */
function withOtherByte({ body, bodyForm }: Bench): string {
  if (body === '') return bodyForm === 'hex' ? '61' : 'a';
  const value = /(?<=[:=]\s*"?)[a-z0-9]/i.exec(body)?.index ?? body.search(/[a-z0-9]/i);
  const at = bodyForm === 'hex' || value < 0 ? 0 : value;
  return body.slice(0, at) + otherCharacter(body.charAt(at)) + body.slice(at + 1);
}

function otherCharacter(character: string): string {
  return character === '1' ? '2' : '1';
}

/** A character near the end of the signature, wherever it sits. */
function withOtherProof(bench: Bench) {
  const request = requestOf(bench);
  const gate = gateOf(bench);
  const { part, name } = signaturePlace(gate.scheme, gate.proofHeaders);
  if (part === 'body') {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(request.body);
    return { ...request, body: new TextEncoder().encode(changedAfter(text, name)) };
  }
  if (part === 'url') return { ...request, url: changedAfter(request.url, name) };
  const lines = bench.headers
    .split('\n')
    .map((line) => (line.toLowerCase().startsWith(`${name}:`) ? changedAt(line, line.length - 8) : line));
  return requestOf({ ...bench, headers: lines.join('\n') });
}

/** The value behind the last mention of a name. */
function changedAfter(text: string, name: string): string {
  const start = text.lastIndexOf(name) + name.length;
  const at = text.slice(start).search(/[a-z0-9]{8}/i);
  return at < 0 ? text : changedAt(text, start + at + 4);
}

function changedAt(text: string, at: number): string {
  const place = Math.max(0, at);
  return text.slice(0, place) + otherCharacter(text.charAt(place)) + text.slice(place + 1);
}

function gateOf({ target }: Bench): Gate {
  return createGate({ ...targetOptions(target), keys: async () => [] });
}
