/** What every `Destination` must do, as a suite for any test runner. */
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { checkOptions, IS, type OptionRules, required } from '@countersign/core/internal/check-options';
import { type AttemptResult, MAX_ANSWER_BYTES } from '../deliver/destination.ts';
import {
  type DestinationBench,
  type DestinationContractOptions,
  messageOf,
  nameOf,
  openHandles,
  patience,
  type ReceiverBehaviour,
  until,
} from './destination-bench.ts';

const BYTES = Uint8Array.from({ length: 256 }, (_, i) => i);
const INVALID_UTF8 = Uint8Array.of(0x7b, 0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x7d);

/** Bodies that a careless way of sending changes. */
const ANY_BODIES: Readonly<Record<string, Uint8Array>> = {
  'of all 256 bytes': BYTES,
  'of NUL bytes': new Uint8Array(3),
  'of invalid UTF-8': INVALID_UTF8,
  'of line ends': new TextEncoder().encode('\r\n\n{"a":\r"b"}\n'),
  'that is empty': new Uint8Array(0),
  'that is an empty view of a longer buffer': BYTES.subarray(9, 9),
  'that is a part of a longer buffer': BYTES.subarray(17, 201),
  'of 1 MB': Uint8Array.from({ length: 1_048_576 }, (_, i) => (i * 31) & 0xff),
};

const JSON_BODIES: Readonly<Record<string, Uint8Array>> = {
  'of an empty object': new TextEncoder().encode('{}'),
  'of letters of all kinds': new TextEncoder().encode('{"text":"ä€😀\\u0000\\n"}'),
  'of 1 MB': new TextEncoder().encode(JSON.stringify({ text: 'x'.repeat(1_048_576) })),
};

/** An abort is heard within this. */
const SOON_MS = 5_000;
const AT_ONCE = 50;

const RULES: OptionRules<DestinationContractOptions> = {
  describe: required(IS.function),
  it: required(IS.function),
  name: required(IS.text),
  open: required(IS.function),
  comesTo: required(IS.object),
  bodies: IS.text,
};

/**
 * Declares the tests of a `Destination`; a failing one throws.
 * @example testDestination({ describe, it, name: 'HTTP', open: openHttp, comesTo: { hangs: 'timeout', away: 'unreachable' } });
 */
export function testDestination(options: DestinationContractOptions): void {
  checkOptions<DestinationContractOptions>(options, RULES);
  options.describe(`Destination contract: ${options.name}`, () => {
    declareBodies(options);
    declareBehaviours(options);
    declareAborts(options);
    declareEnds(options);
  });
}

type Body = (bench: DestinationBench) => Promise<void>;

/** Declares a test, after which nothing is left open. */
function declare(
  { it, open }: DestinationContractOptions,
  title: string,
  body: Body,
  behaviour: ReceiverBehaviour = 'takes',
): void {
  it(title, async () => {
    const before = openHandles();
    const bench = await open(behaviour);
    try {
      await body(bench);
    } finally {
      await bench.destination.close();
      await bench.close();
    }
    const more = () => [...openHandles()].filter(([kind, count]) => count > (before.get(kind) ?? 0));
    await until('nothing is left open', () => more().length === 0).catch((error) => {
      throw new Error(`left open: ${more().map(String).join('; ')}`, { cause: error });
    });
  });
}

function declareBodies(options: DestinationContractOptions): void {
  const isJson = options.bodies === 'json';
  for (const [name, body] of Object.entries(isJson ? JSON_BODIES : ANY_BODIES)) {
    declare(options, `a body ${name} arrives as it is`, async ({ destination, received }) => {
      const result = await destination.send(messageOf(1, { body }), patience());
      assert.equal(nameOf(result), 'delivered', JSON.stringify(result));
      const [arrived, ...others] = await received();
      assert.deepEqual(others, []);
      assert.ok(arrived !== undefined, 'nothing arrived');
      if (isJson) assert.deepEqual(parsed(arrived), parsed(body));
      else assert.ok(Buffer.compare(arrived, body) === 0, 'other bytes arrived');
    });
  }

  declare(options, `${AT_ONCE} at once arrive, each once`, async ({ destination, received }) => {
    const messages = range(AT_ONCE).map((n) => messageOf(n));
    const results = await Promise.all(messages.map((message) => destination.send(message, patience())));
    assert.deepEqual([...new Set(results.map(nameOf))], ['delivered']);
    assert.deepEqual(numbersIn(await received()), range(AT_ONCE));
  });

  declare(options, 'one after the other arrive, each once', async ({ destination, received }) => {
    for (const n of range(5)) {
      assert.equal(nameOf(await destination.send(messageOf(n), patience())), 'delivered');
    }
    assert.deepEqual(numbersIn(await received()), range(5));
  });
}

function declareBehaviours(options: DestinationContractOptions): void {
  for (const [behaviour, outcome] of Object.entries(options.comesTo)) {
    const limited = behaviour === 'hangs' ? () => aborting('TimeoutError') : patience;
    declare(
      options,
      `what a receiver that ${WORDS[behaviour as ReceiverBehaviour]} comes to: ${[outcome].flat().join(' or ')}`,
      async ({ destination, secrets }) => {
        for (const n of range(3)) {
          const result = await within(SOON_MS, destination.send(messageOf(n), limited()));
          assert.ok([outcome].flat().includes(nameOf(result)), JSON.stringify(result));
          checkWords(result, secrets);
        }
      },
      behaviour as ReceiverBehaviour,
    );
  }
}

const WORDS: Readonly<Record<ReceiverBehaviour, string>> = {
  takes: 'takes all',
  refuses: 'refuses all',
  hangs: 'says nothing',
  slow: 'answers byte by byte',
  garbage: 'answers garbage',
  leaves: 'leaves before it answers',
  hasty: 'answers before it has read',
  away: 'is not there',
  chatty: 'answers 1 MB',
};

/** A failure says what happened and what to do; an answer is short. */
function checkWords(result: AttemptResult, secrets: readonly string[]): void {
  assert.ok((result.answer?.length ?? 0) <= MAX_ANSWER_BYTES, 'the answer is too long');
  if (result.ok) return;
  assert.match(result.problem, /^\S.*\. [A-Z].*\.$|^\S.*: .*\.$/s);
  for (const secret of secrets) assert.ok(!JSON.stringify(result).includes(secret), 'it shows a secret');
}

function declareAborts(options: DestinationContractOptions): void {
  const codes = { AbortError: 'cancelled', TimeoutError: 'timeout' } as const;
  for (const [name, code] of Object.entries(codes)) {
    declare(options, `an abort before: ${code}, and nothing is sent`, async ({ destination, received }) => {
      const signal = AbortSignal.abort(new DOMException('stop', name));
      assert.equal(nameOf(await destination.send(messageOf(1), signal)), code);
      assert.deepEqual(await received(), []);
    });

    if (options.comesTo.hangs === undefined) continue;
    declare(
      options,
      `an abort while the receiver hangs: ${code}, soon, of all that are under way`,
      async ({ destination }) => {
        const stop = new AbortController();
        const sends = range(5).map((n) => destination.send(messageOf(n), stop.signal));
        setImmediate(() => stop.abort(new DOMException('stop', name)));
        const results = await within(SOON_MS, Promise.all(sends));
        assert.deepEqual([...new Set(results.map(nameOf))], [code]);
        const isTimeout = code === 'timeout';
        for (const result of results) assert.equal(!result.ok && result.throttles === true, isTimeout);
      },
      'hangs',
    );
  }

  declare(
    options,
    'an abort at any moment stops that one and no other',
    async ({ destination, received }) => {
      const stops = range(AT_ONCE).map(() => new AbortController());
      const sends = stops.map(({ signal }, n) => destination.send(messageOf(n), signal));
      const stopOdd = (half: number): void =>
        stops.forEach((stop, n) => {
          if (n % 4 === half) stop.abort();
        });
      stopOdd(1);
      setImmediate(stopOdd, 3);
      const results = await within(SOON_MS, Promise.all(sends));
      results.forEach((result, n) => {
        if (n % 2 === 0) assert.equal(nameOf(result), 'delivered', JSON.stringify(result));
        else assert.ok(result.ok || result.code === 'cancelled', JSON.stringify(result));
      });
      const numbers = numbersIn(await received());
      assert.deepEqual(
        numbers.filter((n) => n % 2 === 0),
        range(AT_ONCE).filter((n) => n % 2 === 0),
      );
      assert.equal(nameOf(await destination.send(messageOf(99), patience())), 'delivered');
    },
  );

  declare(
    options,
    'an abort afterwards changes nothing; nobody listens any more',
    async ({ destination }) => {
      const stop = new AbortController();
      const result = await destination.send(messageOf(1), stop.signal);
      assert.deepEqual(getEventListeners(stop.signal, 'abort'), []);
      stop.abort();
      assert.equal(nameOf(result), 'delivered');
    },
  );
}

function declareEnds(options: DestinationContractOptions): void {
  declare(
    options,
    'close() settles what is under way; what comes after is cancelled',
    async ({ destination }) => {
      const sends = range(AT_ONCE).map((n) => destination.send(messageOf(n), patience()));
      await within(SOON_MS, destination.close());
      await within(SOON_MS, Promise.all(sends));
      assert.equal(nameOf(await destination.send(messageOf(1), patience())), 'cancelled');
      await within(SOON_MS, destination.close());
    },
  );

  if (options.comesTo.hangs === undefined) return;
  declare(
    options,
    'close() ends what hangs',
    async ({ destination }) => {
      const send = destination.send(messageOf(1), patience());
      await new Promise((resolve) => setImmediate(resolve));
      await within(SOON_MS, destination.close());
      assert.equal((await within(SOON_MS, send)).ok, false);
    },
    'hangs',
  );

  declare(options, 'one that sends nothing closes', async ({ destination }) => {
    await within(SOON_MS, destination.close());
  });
}

function aborting(name: string): AbortSignal {
  const stop = new AbortController();
  setImmediate(() => stop.abort(new DOMException('too late', name)));
  return stop.signal;
}

async function within<T>(waitMs: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${waitMs} ms`)), waitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, i) => i);
}

/** Of messages that `messageOf` made, in order. */
function numbersIn(bodies: readonly Uint8Array[]): readonly number[] {
  return bodies.map((body) => Number((parsed(body) as { n: number }).n)).sort((a, b) => a - b);
}

function parsed(body: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(body));
}
