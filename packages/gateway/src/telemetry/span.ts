/** A span as it is told: what was done, from when to when. */

/** https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto, SpanKind */
export type SpanKind = 'internal' | 'server' | 'client' | 'producer';

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  readonly name: string;
  readonly kind: SpanKind;
  /** Milliseconds since the epoch, with their fractions. */
  readonly startMs: number;
  readonly endMs: number;
  /** Undefined ones are left out. */
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  /** A span of another trace that this one comes of. */
  readonly link?: { readonly traceId: string; readonly spanId: string } | undefined;
  readonly isError: boolean;
}
