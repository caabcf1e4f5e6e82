import { describe, expect, it } from 'vitest';
import type { FlowentCallOptions } from '../src/index.ts';
import { FLOWENT_FORMS, flowentCall, flowentTest } from '../src/index.ts';
import { bodyText, hasPython, python, vectorCase, vectorText } from './support.ts';

const NOW_MS = 1_760_000_000_000;
const HELLO = { recipient: 'ada@example.com', subject: 'Welcome!', body: 'Hello ada' };
const UNICODE = { recipient: 'zoë@example.com', subject: 'Grüße – 你好 🚀', body: 'ünïcode' };
const HTML = { subject: 'a < b && c > d', recipient: 'x@example.com', body: '<b>hi</b>' };
const NUMBERS =
  '{"amount":12345678901234567890,"ratio":1.0,"tiny":1e-07,"neg":-0.0,"ok":true,"none":null,"list":[1,2.5,"3",{"b":1,"a":2}]}';

/** Each vector of an accepted call, and how the platform came to send it. */
const REBUILT: readonly (Omit<FlowentCallOptions, 'action' | 'key' | 'nowMs'> & {
  readonly vector: string;
})[] = [
  { vector: 'compact, signature last', parameters: HELLO, form: 'python-compact' },
  { vector: 'signature first', parameters: HELLO, form: 'javascript', signaturePosition: 'first' },
  { vector: 'signature in the middle', parameters: HELLO, form: 'javascript', signaturePosition: 'middle' },
  { vector: 'wire has spaces, signed compact', parameters: HELLO, form: 'python' },
  { vector: 'wire is indented, signed compact', parameters: HELLO, form: 'indented' },
  { vector: 'non-ASCII, signed and sent as \\u escapes', parameters: UNICODE, form: 'python-compact' },
  { vector: 'non-ASCII, signed escaped, sent raw', parameters: UNICODE, form: 'python-raw-unicode' },
  { vector: 'non-ASCII, signed raw, sent raw', parameters: UNICODE, form: 'javascript' },
  { vector: 'go: sorted parameters, HTML escaped', parameters: HTML, form: 'go' },
  { vector: 'go signed, wire raw and unsorted', parameters: HTML, form: 'go-reordered' },
  { vector: 'numbers beyond 2^53 and 1.0 keep their text', parameters: NUMBERS, form: 'python-compact' },
  { vector: 'numbers, wire has spaces', parameters: NUMBERS, form: 'python' },
  {
    vector: 'a nested member named signature is signed content',
    parameters: { signature: 'not the one', nested: { signature: 'nor this' } },
    form: 'python-compact',
  },
  {
    vector: 'escapes in strings',
    parameters: { s: 'tab\t quote" back\\slash / slash \u0007', 'k"ey': 1 },
    form: 'python-compact',
  },
  { vector: 'empty parameters', parameters: {}, form: 'javascript' },
  { vector: 'signed test request', parameters: {}, form: 'python-compact', test: true },
];

describe('flowentCall', () => {
  it.each(REBUILT)('sends the bytes of the vector “$vector”', ({ vector, ...options }) => {
    const expected = vectorCase('flowent', vector);
    const request = flowentCall({
      action: 'send_email',
      key: expected.secret,
      nowMs: expected.now * 1000,
      ...options,
    });
    expect(bodyText(request)).toBe(vectorText(expected));
    expect(request).toMatchObject({
      method: 'POST',
      path: '/actions/send_email',
      headers: [{ name: 'content-type', value: 'application/json' }],
    });
  });

  const call = (options: Partial<FlowentCallOptions> = {}): string =>
    bodyText(
      flowentCall({
        action: 'send_email',
        parameters: HELLO,
        key: 'flowent-demo-key',
        nowMs: NOW_MS,
        ...options,
      }),
    );

  it('signs a re-ordered call in the declared order and sends it in another', () => {
    const plain = JSON.parse(call({ form: 'python-compact' }));
    const text = call({ form: 'reordered' });
    expect(Object.keys(JSON.parse(text))).toEqual(['timestamp', 'parameters', 'action_name', 'signature']);
    expect(JSON.parse(text)).toEqual(plain);
  });

  it('spoils one thing a fault', () => {
    const genuine = JSON.parse(call());
    const vector = (name: string) => JSON.parse(vectorText(vectorCase('flowent', name)));
    expect(JSON.parse(call({ fault: 'tampered' }))).toEqual({
      ...genuine,
      parameters: { ...HELLO, recipient: 'ada@example.com.attacker.example' },
    });
    expect(JSON.parse(call({ fault: 'wrong-key' })).signature).not.toBe(genuine.signature);
    expect(JSON.parse(call({ fault: 'wrong-key' })).signature).toHaveLength(64);
    expect(JSON.parse(call({ fault: 'stale' })).timestamp).toBe(1_760_000_000 - 600);
    expect(JSON.parse(call({ fault: 'future' })).timestamp).toBe(1_760_000_000 + 600);
    expect(JSON.parse(call({ fault: 'unsigned' }))).toEqual(vector('no signature'));
    expect(JSON.parse(call({ fault: 'truncated-signature' })).signature).toHaveLength(62);
    expect(call({ fault: 'duplicate-member' }).match(/"parameters"/g)).toHaveLength(2);
  });

  it('signs a stale call properly', () => {
    const stale = vectorCase('flowent', '299 s old');
    expect(call({ form: 'python-compact', nowMs: (stale.now - 299) * 1000 })).toBe(vectorText(stale));
  });

  it('tampers with parameters that hold no string', () => {
    expect(JSON.parse(call({ parameters: { n: 1 }, fault: 'tampered' })).parameters).toEqual({
      n: 1,
      added: true,
    });
  });

  it('keeps an action’s name within its part of the path', () => {
    const request = flowentCall({ action: '../x?y', parameters: {}, key: 'k', nowMs: NOW_MS });
    expect(request.path).toBe('/actions/..%2Fx%3Fy');
  });

  it('refuses parameters that are not JSON', () => {
    expect(() => call({ parameters: '{"a":}' })).toThrow(SyntaxError);
  });
});

describe('flowentTest', () => {
  const options = { action: 'send_email', key: 'flowent-demo-key', nowMs: NOW_MS };

  it('sends the signed registration test of the vector', () => {
    const text = bodyText(flowentTest({ ...options, signed: true }));
    expect(text).toBe(vectorText(vectorCase('flowent', 'signed test request')));
  });

  it('leaves the signature out where it is unsigned', () => {
    expect(bodyText(flowentTest({ ...options, signed: false }))).toBe(
      '{"action_name":"send_email","parameters":{},"timestamp":1760000000,"test":true}',
    );
  });
});

describe.runIf(hasPython())('against python3', () => {
  const program = `
import hashlib, hmac, json, sys
given = json.load(sys.stdin)
key = given["key"].encode()
order = ["action_name", "parameters", "timestamp", "test"]
def dumps(v, **more): return json.dumps(v, separators=(",", ":"), **more)
def go(v):
    parts = []
    for name, value in v.items():
        text = dumps(value, ensure_ascii=False, sort_keys=True)
        for c in "<>&\\u2028\\u2029": text = text.replace(c, "\\\\u%04x" % ord(c))
        parts.append(json.dumps(name) + ":" + text)
    return "{" + ",".join(parts) + "}"
signs = {"python-spaced": json.dumps, "javascript": lambda v: dumps(v, ensure_ascii=False), "go": go}
signs["go-reordered"] = go
def holds(form, text):
    received = json.loads(text)
    signature = received.pop("signature")
    payload = {name: received[name] for name in order if name in received}
    message = signs.get(form, dumps)(payload)
    return hmac.compare_digest(signature, hmac.new(key, message.encode(), hashlib.sha256).hexdigest())
print(json.dumps({form: holds(form, text) for form, text in given["calls"].items()}))
`;

  it('signs what Python’s hmac signs, in every form', () => {
    const parameters =
      '{"z":"Grüße – 你好 🚀 <b>&</b> \\u2028","a":{"y":12345678901234567890,"b":1.0},"\\ud83d\\ude00":[],"\\uff5e":{}}';
    const calls = Object.fromEntries(
      FLOWENT_FORMS.map((form) => [
        form,
        bodyText(flowentCall({ action: 'send_email', parameters, key: 'schlüssel', nowMs: NOW_MS, form })),
      ]),
    );
    expect(python(program, { key: 'schlüssel', calls })).toEqual(
      Object.fromEntries(FLOWENT_FORMS.map((form) => [form, true])),
    );
  });
});
