/** Prevents: a sender that takes an empty answer for a failure, sends each event again and gives the address up. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createGate,
  done,
  failed,
  type Gate,
  type RequestParts,
  replyTo,
  writtenProvider,
} from '../src/index.ts';
import { keyOfProvider } from './support/provider-key.ts';

const NOW = 1_760_000_000_000;
const ACKNOWLEDGEMENT = 'Hello API Event Received';

function dropboxSign(): { readonly gate: Gate; readonly request: RequestParts } {
  const { signing } = keyOfProvider('dropbox-sign');
  const gate = createGate({ provider: writtenProvider('dropbox-sign'), keys: [signing], now: () => NOW });
  const time = String(NOW / 1000);
  const type = 'signature_request_signed';
  const hash = createHmac('sha256', String(signing))
    .update(time + type)
    .digest('hex');
  const json = JSON.stringify({ event: { event_time: time, event_type: type, event_hash: hash } });
  const body = new URLSearchParams({ json }).toString();
  const headers = { host: 'a.example', 'content-type': 'application/x-www-form-urlencoded' };
  return { gate, request: { method: 'POST', url: '/in', headers, body } };
}

describe('a sender that wants to read that an event was received', () => {
  it('reads its own words where the event was taken', async () => {
    const { gate, request } = dropboxSign();
    const received = await gate.receive(request, () => done());
    expect(replyTo(received)).toEqual({
      status: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: ACKNOWLEDGEMENT,
    });
  });

  it('does not read them where the event failed or was refused', async () => {
    const { gate, request } = dropboxSign();
    const handled = await gate.receive(request, () => failed('not now'));
    expect(replyTo(handled)).toMatchObject({ status: 500 });
    expect(replyTo(handled).body).not.toContain(ACKNOWLEDGEMENT);
    const forged = await gate.receive(
      { ...request, body: String(request.body).replace('signed', 'viewed') },
      () => expect.unreachable(),
    );
    expect(replyTo(forged)).toMatchObject({ status: 401 });
    expect(replyTo(forged).body).not.toContain(ACKNOWLEDGEMENT);
  });
});
