
import { createGate } from '@countersign/core';
import { assertAccepted, assertRefused, countersignMatchers, signedRequest } from '@countersign/core/testing';
const { request, gateOptions } = await signedRequest('github', { zen: 'Keep it logically awesome.' });
const gate = createGate(gateOptions);
const changed = { ...request, body: new Uint8Array(2) };

import { expect } from 'expect';
expect.extend(countersignMatchers);
expect(await gate.verify(request)).toBeAccepted();
expect(await gate.verify(changed)).not.toBeAccepted();
await expect(Promise.resolve(gate.verify(changed))).resolves.toBeRefused('signature-mismatch');
try {
  expect(await gate.verify(changed)).toBeRefused('expired');
} catch (error) {
  console.log(error.message);
}
