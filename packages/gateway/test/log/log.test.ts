import { describe, expect, it } from 'vitest';
import type { LogLevel } from '../../src/config/config.ts';
import { type Log, openLog } from '../../src/log/log.ts';

/** What the log writes while `use` uses it. */
async function linesOf(use: (log: Log) => void, level: LogLevel = 'info'): Promise<readonly string[]> {
  const lines: string[] = [];
  const log = await openLog({ level, format: 'json' }, { write: (line) => lines.push(line) });
  use(log);
  await log.flush();
  return lines;
}

async function fieldsOf(fields: object): Promise<unknown> {
  const [line = ''] = await linesOf((log) => log.warn(fields, 'said'));
  return JSON.parse(line);
}

describe('a line of the log', () => {
  it('is level, time, fields and message, in that order', async () => {
    const [line = ''] = await linesOf((log) =>
      log.info({ gate: 'g', status: 200, nothing: undefined }, 'a "b"\n'),
    );
    expect(line.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/, 'TIME')).toBe(
      '{"level":"info","time":"TIME","gate":"g","status":200,"msg":"a \\"b\\"\\n"}\n',
    );
  });

  it('has no message where none is given, and no fields where there are none', async () => {
    const [bare = '', worded = ''] = await linesOf((log) => {
      log.error({});
      log.error({}, 'said');
    });
    expect(Object.keys(JSON.parse(bare))).toEqual(['level', 'time']);
    expect(Object.keys(JSON.parse(worded))).toEqual(['level', 'time', 'msg']);
  });

  const around: Record<string, unknown> = { name: 'around' };
  around['self'] = around;
  const twice = { a: 1 };
  it.each<[string, object, object]>([
    ['a bigint', { count: 10n, gate: 'g' }, { count: '10', gate: 'g' }],
    [
      'what contains itself',
      { around, gate: 'g' },
      { around: { name: 'around', self: '[circular]' }, gate: 'g' },
    ],
    ['the same twice, which is no loop', { list: [twice, twice, 1n] }, { list: [twice, twice, '1'] }],
    [
      'what throws when it is written',
      {
        toJson: {
          toJSON() {
            throw new Error('no');
          },
        },
        gate: 'g',
      },
      { toJson: '[unreadable]', gate: 'g' },
    ],
    [
      'what throws when it is read',
      {
        get secret() {
          throw new Error('no');
        },
        gate: 'g',
      },
      { secret: '[unreadable]', gate: 'g' },
    ],
    ['a number that JSON has not', { ratio: Number.NaN }, { ratio: null }],
    ['a function', { run: () => {}, gate: 'g' }, { gate: 'g' }],
  ])('tells of %s', async (_, fields, told) => {
    expect(await fieldsOf(fields)).toEqual({
      level: 'warn',
      time: expect.any(String),
      ...told,
      msg: 'said',
    });
  });

  it.each(['error', 'err'])(
    'tells an error under %s with its causes, and nothing that a client put on it',
    async (name) => {
      const cause = Object.assign(new Error('refused'), {
        code: 'ECONNREFUSED',
        request: { token: 'secret' },
      });
      const error = new TypeError('failed', { cause });
      expect(await fieldsOf({ [name]: error })).toMatchObject({
        [name]: {
          type: 'TypeError',
          message: 'failed',
          stack: error.stack,
          cause: { type: 'Error', message: 'refused', code: 'ECONNREFUSED' },
        },
      });
      expect(JSON.stringify(await fieldsOf({ [name]: error }))).not.toContain('secret');
    },
  );
});

describe('the level', () => {
  it.each<[LogLevel, readonly string[]]>([
    ['trace', ['info', 'warn', 'error']],
    ['debug', ['info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['fatal', []],
    ['silent', []],
  ])('%s lets %j through', async (level, through) => {
    let writesInfo = false;
    const lines = await linesOf((log) => {
      writesInfo = log.writesInfo;
      log.info({}, 'a');
      log.warn({}, 'b');
      log.error({}, 'c');
    }, level);
    expect(lines.map((line) => (JSON.parse(line) as { readonly level: string }).level)).toEqual(through);
    expect(writesInfo).toBe(through.includes('info'));
  });
});
