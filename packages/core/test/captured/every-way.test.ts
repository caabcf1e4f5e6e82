/** The ways in which verifiers in use are wrong, tried on every provider whose scheme is a template: what is expected follows from its declaration. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_TOLERANCE } from '../../src/freshness.ts';
import { createGate, done, type Gate, MemoryReplayGuard, type SignedRequest } from '../../src/index.ts';
import { writtenProvider } from '../../src/providers/registry.ts';
import { isInBody } from '../../src/schemes/part-source.ts';
import { SetupError } from '../../src/setup-error.ts';
import { NOW, SIGNING_PROVIDERS, type SigningProvider } from '../support/signing-providers.ts';
import { proofText, wrongProofs } from '../support/wrong-proofs.ts';

async function wordOf(gate: Gate, request: SignedRequest): Promise<string> {
  const verdict = await gate.verify(request);
  return verdict.ok ? 'accepted' : verdict.reason;
}

/** Whether its requests are read as JSON or as a form before the proof is judged. */
const readsBody = ({ options, gate }: SigningProvider): boolean =>
  options.body !== undefined ||
  [options.signature, options.timestamp].some(isInBody) ||
  !gate().coverage.covered.includes('body') ||
  options.message.compile(options).templates.some(({ fields }) => fields.has('form'));

const TEXT = new TextEncoder();

describe.each(SIGNING_PROVIDERS.map((sender) => ({ id: sender.id, sender })))('$id', ({ sender }) => {
  const { options, draft } = sender;
  const gate = sender.gate();
  const { covered } = gate.coverage;

  it('takes what its sender signs, whatever the case of header names', async () => {
    const signed = await sender.signer().sign(draft);
    expect(await wordOf(gate, signed)).toBe('accepted');
    const shouted = [...signed.headers].map(([name, value]) => [name.toUpperCase(), value]);
    expect(await wordOf(gate, { ...signed, headers: signed.headers.with('x-other', 'a') })).toBe('accepted');
    const headers = Object.fromEntries(shouted) as Record<string, string>;
    const { method, url, body } = signed;
    const verdict = await gate.verify({ method, url, headers, body });
    expect(verdict.ok).toBe(true);
  });

  it('takes the proof in its own spelling, under its own label, and no other', async () => {
    const { signature } = options;
    if (!('header' in signature)) return;
    // As many as it takes for the letters by which the spellings of base64 differ.
    for (let number = 0; number < 6; number++) {
      const numbered = { ...draft, url: `${draft.url}&n=${number}`, timestampMs: NOW - number * 1000 };
      const signed = await sender.signer().sign(numbered);
      const value = signed.headers.get(signature.header) ?? '';
      for (const { how, text, word } of wrongProofs(options, value)) {
        const changed = { ...signed, headers: signed.headers.with(signature.header, text) };
        expect(word.split(' or '), how).toContain(await wordOf(gate, changed));
      }
    }
  });

  it('takes no time that is none, nor one beyond the tolerance, however well it is signed', async () => {
    const { timestamp, tolerance = DEFAULT_TOLERANCE } = options;
    if (timestamp === undefined) return;
    const own = timestamp.write(NOW, timestamp.unit);
    const inBody = isInBody(timestamp);
    for (const text of [`${own}abc`, `+${own}`, `${own}e0`, `-${own}`, `0x${own}`, `${own},`, '１', 'now']) {
      const signing = sender.signer({ timestamp: { ...timestamp, write: () => text } });
      const request = await Promise.resolve()
        .then(() => signing.sign(draft))
        .catch((error: unknown) => error);
      // What cannot stand where the time does cannot be sent either.
      if (request instanceof Error) {
        expect(request, text).toBeInstanceOf(SetupError);
        continue;
      }
      const word = await wordOf(gate, request as SignedRequest);
      if (inBody)
        expect(word, text).toMatch(/^(?:malformed-(?:timestamp|body|signature)|signature-mismatch)$/);
      else expect(word, text).toMatch(/^(?:malformed-timestamp|malformed-signature|signature-mismatch)$/);
    }
    const SECOND = 1000;
    for (const [timestampMs, word] of [
      [NOW + tolerance.futureMs + SECOND, 'from-the-future'],
      [NOW - tolerance.pastMs - SECOND, 'expired'],
      [NOW + tolerance.futureMs - SECOND, 'accepted'],
      [NOW - tolerance.pastMs + SECOND, 'accepted'],
    ] as const) {
      expect(await wordOf(gate, await sender.signer().sign({ ...draft, timestampMs }))).toBe(word);
    }
  });

  it('takes a body of any bytes as they were signed, and not one that reads alike', async () => {
    if (readsBody(sender)) return;
    const marks = '{"a":"$& $\' $` $$ $1 \\u0000"}\r\n';
    for (const body of ['', marks, ' ', '\u0000', Uint8Array.of(0xff, 0xfe, 0x00, 0x80)]) {
      const signed = await sender.signer().sign({ ...draft, body });
      expect(await wordOf(gate, signed), JSON.stringify(body)).toBe('accepted');
      const bom = { ...signed, body: Uint8Array.of(0xef, 0xbb, 0xbf, ...signed.body) };
      expect(await wordOf(gate, bom), `${JSON.stringify(body)} behind a BOM`).toBe('signature-mismatch');
    }
    const replaced = await sender.signer().sign({ ...draft, body: TEXT.encode('{"a":"\ufffd"}') });
    const lossy = { ...replaced, body: Uint8Array.of(...TEXT.encode('{"a":"'), 0xff, ...TEXT.encode('"}')) };
    expect(await wordOf(gate, lossy)).toBe('signature-mismatch');
    const signed = await sender.signer().sign(draft);
    const spaced = TEXT.encode(String(draft.body).replaceAll(',', ', '));
    expect(await wordOf(gate, { ...signed, body: spaced })).toBe('signature-mismatch');
    expect(await wordOf(gate, { ...signed, body: new Uint8Array() })).toBe('signature-mismatch');
  });

  it('refuses a change of what it covers of the request line, and of nothing else', async () => {
    const signed = await sender.signer().sign({ ...draft, url: '/in?data.id=7' });
    const other = {
      method: { ...signed, method: 'PUT' },
      path: { ...signed, url: signed.url.replace('/in', '/out') },
      query: { ...signed, url: `${signed.url}&other=1` },
      host: { ...signed, headers: signed.headers.with('host', 'other.example') },
    };
    for (const [part, request] of Object.entries(other)) {
      const isCovered = covered.includes(part as keyof typeof other);
      const word = await wordOf(gate, request);
      expect(word, part).toBe(isCovered ? 'signature-mismatch' : 'accepted');
    }
  });

  it('knows a repeat, unless nothing of its requests tells them apart', async () => {
    const guarded = createGate({
      provider: writtenProvider(sender.id, sender.needs),
      keys: sender.held,
      allowShortKey: true,
      now: () => NOW,
      replay: new MemoryReplayGuard(),
    });
    const signed = await sender.signer().sign(draft);
    const words: string[] = [];
    for (let time = 0; time < 2; time++) {
      const received = await guarded.receive(signed, () => done());
      words.push(received.kind === 'refused' ? received.verdict.reason : received.kind);
    }
    expect(words).toEqual(['done', options.replay === 'none' ? 'done' : 'replayed']);
  });

  it('is not set up with an empty key', () => {
    const { keyForms } = options;
    for (const { prefix = '', prefixEnd } of keyForms) {
      for (const text of ['', ' ', prefixEnd === undefined ? prefix : `${prefix}test${prefixEnd}`]) {
        expect(() =>
          createGate({ provider: writtenProvider(sender.id, sender.needs), keys: [text] }),
        ).toThrow(SetupError);
      }
    }
  });
});

it('stands for nearly all providers', () => {
  expect(SIGNING_PROVIDERS.length).toBeGreaterThan(70);
  expect(SIGNING_PROVIDERS.filter((sender) => !readsBody(sender)).length).toBeGreaterThan(50);
  expect(proofText({ header: 'x', encoding: 'hex', prefix: 'sha256=' }, 'sha256=ab')).toBe('ab');
});
