/** Spans as OTLP/HTTP takes them in JSON: ids in hex, times and whole numbers as texts. @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
import type { Span, SpanKind } from './span.ts';

export interface TracedService {
  readonly name: string;
  readonly version: string;
  /** Tells this process from others of the service. */
  readonly instance: string;
}

const KINDS: Readonly<Record<SpanKind, number>> = { internal: 1, server: 2, client: 3, producer: 4 };
const ERROR = 2;

/** The body of an ExportTraceServiceRequest. */
export function otlpJson(spans: readonly Span[], service: TracedService): string {
  const resource = {
    attributes: attributesOf({
      'service.name': service.name,
      'service.version': service.version,
      'service.instance.id': service.instance,
    }),
  };
  const scope = { name: 'countersign', version: service.version };
  return JSON.stringify({
    resourceSpans: [{ resource, scopeSpans: [{ scope, spans: spans.map(spanJson) }] }],
  });
}

function spanJson({ traceId, spanId, parentSpanId, name, kind, startMs, endMs, ...span }: Span): object {
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    kind: KINDS[kind],
    startTimeUnixNano: nanoText(startMs),
    endTimeUnixNano: nanoText(Math.max(startMs, endMs)),
    attributes: attributesOf(span.attributes),
    links: span.link && [span.link],
    status: span.isError ? { code: ERROR } : {},
  };
}

function attributesOf(attributes: Span['attributes']): readonly object[] {
  return Object.entries(attributes).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return [{ key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } }];
  });
}

/** A double holds no nanoseconds since the epoch: whole milliseconds and the rest are written apart. */
function nanoText(ms: number): string {
  const whole = Math.floor(ms);
  const rest = Math.floor((ms - whole) * 1e6);
  return `${whole}${String(rest).padStart(6, '0')}`;
}
