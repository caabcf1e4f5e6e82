/** What the library says of a request, with the keys and at the time of its receiver. */
import {
  createGate,
  HeaderList,
  type KeySpec as LibraryKey,
  writtenProvider,
  writtenScheme,
} from '@countersign/core';
import { fetchPublished } from '../../packages/core/test/explain-corpus/published.ts';
import type { Choice, KeySpec, Published, Wire } from './wire.ts';

export async function judge(
  choice: Choice,
  keys: readonly KeySpec[],
  now: number,
  wire: Wire,
  published?: Published,
): Promise<string> {
  const gate = createGate({
    ...('scheme' in choice
      ? { scheme: writtenScheme(choice.scheme) }
      : { provider: writtenProvider(choice.provider, { ...choice.options }) }),
    ...(published ? { fetch: fetchPublished(published) } : { keys: keys as readonly LibraryKey[] }),
    now: () => now * 1000,
  });
  const { method, url, headers, body } = wire;
  const verdict = await gate.verify({ method, url, headers: HeaderList.from(headers), body });
  return verdict.ok ? 'accepted' : `${verdict.reason}: ${verdict.message}`;
}
