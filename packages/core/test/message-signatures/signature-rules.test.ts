/** What a gate demands of a message signature, rule by rule: its parameters, what it covers, and its times. */
import { describe, expect, it } from 'vitest';
import { requestFrom } from '../../src/index.ts';
import {
  parseComponent,
  type SignatureComponent,
  sameComponent,
} from '../../src/schemes/message-signatures/component.ts';
import {
  coversBody,
  judgePolicy,
  type MessageSignatureOptions,
} from '../../src/schemes/message-signatures/policy.ts';
import { signatureBase } from '../../src/schemes/message-signatures/signature-base.ts';
import {
  readSignatureFields,
  type SignatureInput,
} from '../../src/schemes/message-signatures/signature-input.ts';
import { judgeSignatureTimes, staleMs } from '../../src/schemes/message-signatures/signature-times.ts';
import { signedContent } from '../../src/schemes/message-signatures/signed-content.ts';

const NOW = 1_760_000_000_000;
const T = NOW / 1000;

const componentOf = (text: string): SignatureComponent => {
  const component = parseComponent(text);
  if ('fault' in component) throw new Error(component.fault);
  return component;
};
const inputOf = (covered: readonly string[], parameters = ''): SignatureInput => {
  const text = `a=(${covered.map((component) => componentOf(component).identifier).join(' ')})${parameters}`;
  const fields = readSignatureFields(text, 'a=:AQI=:');
  const [input] = 'inputs' in fields ? fields.inputs : [];
  if (input === undefined) throw new Error(text);
  return input;
};

describe('a component', () => {
  const faultOf = (text: string): string | undefined => {
    const component = parseComponent(text);
    return 'fault' in component ? component.fault : undefined;
  };

  it.each([
    ['@method'],
    ['@query-param;name="a"'],
    ['x-id'],
    ['x-id;sf'],
    ['x-id;bs'],
    ['x-id;key="a"'],
    ['x-id;sf;key="a"'],
  ])('is %s', (text) => {
    expect(componentOf(text).name).toBe(text.split(';')[0]);
  });

  it.each([
    ['@status', '@status is a part of responses'],
    ['@unknown', '"@unknown" is neither a lower-case field name nor a component of requests'],
    ['X-Id', '"X-Id" is neither a lower-case field name nor a component of requests'],
    ['x id', '"x id" is neither a lower-case field name nor a component of requests'],
    ['x-id;req', '"x-id";req: req is for responses'],
    ['x-id;tr', '"x-id";tr: trailers are not read'],
    ['x-id;sf=?0', '"x-id";sf=?0: the parameter sf is not known here'],
    ['x-id;name="a"', '"x-id";name="a": the parameter name is not known here'],
    ['x-id;key=a', '"x-id";key=a: the parameter key is not known here'],
    ['@method;sf', '"@method";sf: the parameter sf is not known here'],
    ['@method;bs', '"@method";bs: the parameter bs is not known here'],
    ['@path;name="a"', '"@path";name="a": the parameter name is not known here'],
    ['@query-param;key="a"', '"@query-param";key="a": the parameter key is not known here'],
    ['@query-param', '@query-param names no parameter'],
    ['x-id;bs;sf', '"x-id";bs;sf: bs stands alone'],
    ['x-id;bs;key="a"', '"x-id";bs;key="a": bs stands alone'],
    ['x"', 'x" is not a component'],
  ])('is none as %s: %s', (text, fault) => {
    expect(faultOf(text)).toBe(fault);
  });

  it.each([
    ['x-id', 'x-id', true],
    ['x-id', 'x-other', false],
    ['x-id', 'x-id;sf', false],
    ['x-id;sf', 'x-id', false],
    ['x-id;sf;key="a"', 'x-id;key="a";sf', true],
    ['x-id;key="a"', 'x-id;key="b"', false],
    ['x-id;key="a"', 'x-id;sf', false],
  ])('%s is %s: %s', (a, b, isSame) => {
    expect(sameComponent(componentOf(a), componentOf(b))).toBe(isSame);
  });
});

describe('a gate’s demands', () => {
  const judge = (
    covered: readonly string[],
    wanted: readonly string[],
    more: Partial<MessageSignatureOptions> = {},
    parameters = '',
    body = 'b',
  ) =>
    judgePolicy(
      inputOf(covered, parameters),
      new Uint8Array(32),
      {
        name: 'a',
        algorithm: 'hmac-sha256',
        components: wanted.map(componentOf),
        required: [],
        maxAgeMs: 0,
        futureMs: 0,
        digest: 'sha-256',
        context: {},
        ...more,
      },
      requestFrom({ method: 'POST', url: '/', body }),
    );

  it.each<[string, readonly string[], boolean]>([
    ['@method', ['@method'], true],
    ['@method', [], false],
    ['@method', ['@target-uri', '@path'], false],
    ['@target-uri', ['@authority', '@path', '@query'], true],
    ['@target-uri', ['@authority', '@path'], false],
    ['@target-uri', ['@authority', '@request-target'], true],
    ['@target-uri', ['@request-target'], false],
    ['@authority', ['@target-uri'], true],
    ['@authority', ['@path'], false],
    ['@scheme', ['@target-uri'], true],
    ['@request-target', ['@target-uri'], true],
    ['@request-target', ['@path', '@query'], true],
    ['@request-target', ['@path'], false],
    ['@path', ['@request-target'], true],
    ['@query', ['@target-uri'], true],
    ['@query-param;name="a"', ['@query'], true],
    ['@query-param;name="a"', ['@request-target'], true],
    ['@query-param;name="a"', ['@query-param;name="a"'], true],
    ['@query-param;name="a"', ['@query-param;name="b"'], false],
    ['x-id', ['x-id'], true],
    ['x-id', ['x-other'], false],
    ['x-id', ['x-id;bs'], true],
    ['x-id', ['x-id;sf'], true],
    ['x-id', ['x-id;key="a"'], false],
    ['x-id;sf', ['x-id'], true],
    ['x-id;sf', ['x-id;bs'], false],
    ['x-id;key="a"', ['x-id'], true],
    ['x-id;key="a"', ['x-id;key="b"'], false],
    ['content-digest', ['content-digest'], true],
    ['content-digest', ['content-digest;key="sha-256"'], true],
    ['x-id', ['@method', 'x-id;bs', 'x-other'], true],
    ['content-digest', ['@method', 'content-digest;key="sha-512"'], true],
    ['content-digest', ['content-digest;key="md5"'], false],
    ['content-digest;key="sha-512"', ['content-digest;key="sha-256"'], false],
  ])('of %s are met by %j: %s', (wanted, covered, isMet) => {
    const objection = judge(covered, [wanted]);
    expect(objection === undefined).toBe(isMet);
    if (objection) expect(objection.problem).toContain(`does not cover ${componentOf(wanted).identifier},`);
  });

  it('of a digest hold where there is a body', () => {
    expect(judge([], ['content-digest'], {}, '', '')).toBeUndefined();
    expect(judge([], ['content-digest', '@method'], {}, '', '')?.reason).toBe('missing-part');
    expect(
      ['content-digest', 'content-digest;key="sha-512"', 'content-digest;sf']
        .map(componentOf)
        .every(coversBody),
    ).toBe(true);
    expect(['x-id', 'content-digest;key="md5"', '@method'].map(componentOf).some(coversBody)).toBe(false);
  });

  it('of parameters are for all but times, which are judged later', () => {
    const required = ['created', 'expires', 'keyid', 'nonce'] as const;
    expect(judge([], [], { required }, ';keyid="k"')?.problem).toContain('has no parameter nonce,');
    expect(judge([], [], { required }, ';nonce="n"')?.remedy).toContain('Have the sender sign with keyid,');
    expect(judge([], [], { required }, ';nonce="n";keyid="k"')).toBeUndefined();
    const remedies = { required: 'Sign so.', components: 'Cover it.' };
    expect(judge([], [], { required, remedies })?.remedy).toBe('Sign so.');
    expect(judge([], ['@method'], { remedies })?.remedy).toBe('Cover it.');
    expect(judge([], ['@method'])?.remedy).toBe(
      'Have the sender cover it, or take it out of the gate’s components.',
    );
  });

  it('of an algorithm and of the length of its signatures', () => {
    expect(judge([], [], {}, ';alg="hmac-sha256"')).toBeUndefined();
    expect(judge([], [], {}, ';alg="ed25519"')?.problem).toBe(
      'the signature’s alg is "ed25519", not hmac-sha256',
    );
    expect(judge([], [], { algorithm: 'ed25519' })?.problem).toBe(
      'the signature is 32 bytes long; that of ed25519 is 64',
    );
    expect(judge([], [], { algorithm: 'rsa-pss-sha512' })).toBeUndefined();
  });
});

describe('a signature’s times', () => {
  const AGES = { maxAgeMs: 300_000, futureMs: 60_000 };

  it.each([
    [{}, undefined],
    [{ created: T }, NOW + 300_001],
    [{ expires: T + 9 }, NOW + 9001],
    [{ created: T, expires: T + 9 }, NOW + 9001],
    [{ created: T, expires: T + 900 }, NOW + 300_001],
  ])('%j end at %j', (parameters, untilMs) => {
    expect(staleMs(parameters, AGES)).toBe(untilMs);
  });

  it.each([
    [{}, undefined],
    [{ created: T - 300 }, undefined],
    [{ created: T - 301 }, 'expired'],
    [{ created: T + 60 }, undefined],
    [{ created: T + 61 }, 'from-the-future'],
    [{ expires: T }, undefined],
    [{ expires: T - 1 }, 'expired'],
    [{ created: T - 301, expires: T + 9 }, 'expired'],
  ])('%j are judged: %j', (parameters, reason) => {
    expect(judgeSignatureTimes(parameters, NOW, AGES)?.reason).toBe(reason);
  });

  it('are told by how long ago they ended', () => {
    expect(judgeSignatureTimes({ expires: T - 9 }, NOW, AGES)?.problem).toContain('expired 9 s ago');
  });
});

describe('what is signed', () => {
  const request = requestFrom({ method: 'GET', url: '/a', headers: { host: 'h', 'x-id': 'i', 'x-a': 'b' } });
  const contentOf = (covered: readonly string[], parameters: string): string => {
    const input = inputOf(covered, parameters);
    const base = signatureBase(request, input.components, input.text);
    if (typeof base !== 'string') throw new Error(base.problem);
    return signedContent({ input, base, signatures: [], keyName: undefined, isAlone: true });
  };

  it('is the same in any order, whoever signs it', () => {
    const content = contentOf(['@method', 'x-id'], `;created=${T};nonce="n"`);
    expect(contentOf(['x-id', '@method'], `;nonce="n";created=${T}`)).toBe(content);
    expect(contentOf(['@method', 'x-id'], `;created=${T};keyid="k";nonce="n";alg="ed25519"`)).toBe(content);
    expect(content).toBe(`\n"@method": GET\n"x-id": i\n();created=${T};nonce="n"`);
  });

  it('is another with any other part or parameter', () => {
    const contents = [
      contentOf(['@method', 'x-id'], `;created=${T}`),
      contentOf(['@method', 'x-a'], `;created=${T}`),
      contentOf(['@method'], `;created=${T}`),
      contentOf(['@method', 'x-id'], `;created=${T + 1}`),
      contentOf(['@method', 'x-id'], `;created=${T};tag="t"`),
      contentOf(['@method', 'x-id'], `;created=${T};nonce="n"`),
    ];
    expect(new Set(contents).size).toBe(contents.length);
  });

  it('needs what it covers', () => {
    expect(signatureBase(request, [componentOf('@method')], '()')).toBe(
      '"@method": GET\n"@signature-params": ()',
    );
    expect(signatureBase(request, [componentOf('x-none')], '()')).toMatchObject({ reason: 'missing-part' });
  });
});
