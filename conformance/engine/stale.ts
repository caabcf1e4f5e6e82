/** Whether a genuine request’s time was over, or had not come: by what the request says and its sender’s documents. */
import { headerMeaning } from './meaning.ts';
import type { Opened, Trial } from './model.ts';

/** Half open, in milliseconds since the epoch. */
export interface Interval {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Clocks of two sides differ: tokens that were issued or are valid a little later are taken (DESIGN, RFC 7519 §4.1.5). */
const TOKEN_LEEWAY_MS = 5000;

const intervals = new Map<string, Interval | undefined>();

/** The interval in which the genuine request is fresh; undefined where nothing in it says a time. Worked out once. */
export function freshInterval(subject: Opened): Interval | undefined {
  if (!intervals.has(subject.id)) intervals.set(subject.id, intervalOf(subject));
  return intervals.get(subject.id);
}

function intervalOf(subject: Opened): Interval | undefined {
  const bounds = [ofTokens(subject), ofTolerance(subject)].filter((each) => each !== undefined);
  if (bounds.length === 0) return undefined;
  return {
    fromMs: Math.max(...bounds.map(({ fromMs }) => fromMs)),
    untilMs: Math.min(...bounds.map(({ untilMs }) => untilMs)),
  };
}

export function staleAt(subject: Opened, { options }: Trial, nowMs: number): string | undefined {
  const interval = options ? undefined : freshInterval(subject);
  if (!interval || (nowMs >= interval.fromMs && nowMs < interval.untilMs)) return undefined;
  return `the clock says ${nowMs}, and it is fresh from ${interval.fromMs} until ${interval.untilMs}`;
}

/** `exp` without leeway, `nbf` and `iat` with it. */
function ofTokens(subject: Opened): Interval | undefined {
  if (subject.gate.scheme.proof !== 'token') return undefined;
  const bounds = subject.gate.proofHeaders.flatMap((name) => {
    const claims = claimsOf(headerMeaning(subject.request, name));
    if (!claims) return [];
    const { exp, nbf, iat } = claims;
    const starts = [nbf, iat]
      .filter((time) => typeof time === 'number')
      .map((time) => time * 1000 - TOKEN_LEEWAY_MS);
    if (typeof exp !== 'number') return [];
    return [{ fromMs: Math.max(Number.NEGATIVE_INFINITY, ...starts), untilMs: exp * 1000 }];
  });
  return bounds[0];
}

export function claimsOf(value: string): Readonly<Record<string, unknown>> | undefined {
  const segments = value.replace(/^\S+[ \t]+/, '').split('.');
  if (segments.length !== 3) return undefined;
  try {
    return JSON.parse(Buffer.from(segments[1] as string, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** A proof of possession has no `exp`: its age is bounded by the tolerance. */
function proofMs({ gate, request }: Opened): number | undefined {
  const claims = gate.proofHeaders.map((name) => claimsOf(headerMeaning(request, name)));
  const iat = claims.find((each) => each && each['exp'] === undefined)?.['iat'];
  return typeof iat === 'number' ? iat * 1000 : undefined;
}

function ofTolerance(subject: Opened): Interval | undefined {
  const { accepted, request } = subject;
  const timestampMs = accepted.timestampMs ?? proofMs(subject);
  const tolerance = toleranceOf(subject);
  if (timestampMs === undefined) return undefined;
  if (!tolerance) {
    if (subject.gate.scheme.proof === 'token') return undefined;
    throw new Error(`${subject.id}: it signs a time, and its vector file has no tolerance`);
  }
  // Of several signatures the one that was dated so.
  const inputs = headerMeaning(request, 'signature-input').split(/, (?=[\w-]+=\()/);
  const input = inputs.find((each) => each.includes(`;created=${timestampMs / 1000}`)) ?? '';
  const expires = /;expires=(\d+)/.exec(input)?.[1];
  const expiresMs = expires === undefined ? Number.POSITIVE_INFINITY : Number(expires) * 1000 + 1;
  // As old as the tolerance, or at `expires`, is still fresh, for the whole of that millisecond.
  return {
    fromMs: timestampMs - tolerance.future,
    untilMs: Math.min(expiresMs, timestampMs + tolerance.past + 1),
  };
}

interface ToleranceMs {
  readonly past: number;
  readonly future: number;
}

/** As the gate’s own options set it, else as the vector file says; never as the code under test has it. */
function toleranceOf({ options, tolerance }: Opened): ToleranceMs | undefined {
  const usual = tolerance && { past: 1000 * tolerance.pastSeconds, future: 1000 * tolerance.futureSeconds };
  const settings = options.scheme ?? (typeof options.provider === 'object' ? options.provider : {});
  const setting = (name: string): unknown => Reflect.get(settings, name);
  const [maxAge, ahead] = [setting('maxAgeMs'), setting('futureMs')];
  if (maxAge !== undefined || ahead !== undefined)
    return { past: Number(maxAge ?? usual?.past), future: Number(ahead ?? usual?.future) };
  const both = setting('toleranceMs');
  if (both === undefined) return usual;
  return typeof both === 'number'
    ? { past: both, future: both }
    : { ...(usual as ToleranceMs), ...(both as Partial<ToleranceMs>) };
}
