/** Traces of requests and of deliveries. Loaded only where they are on. */
import { randomUUID } from 'node:crypto';
import type { Step } from '@countersign/core';
import type { TelemetryConfig } from '../config/telemetry-config.ts';
import { CLOSE_MS, type Part } from '../lifecycle.ts';
import type { Log } from '../log/log.ts';
import type { Span } from './span.ts';
import { SpanExporter } from './span-exporter.ts';
import {
  isAmong,
  newSpanId,
  newTraceId,
  readTraceparent,
  type TraceContext,
  traceparentOf,
} from './trace-context.ts';
import type {
  AnsweredRequest,
  AttemptTrace,
  RequestTrace,
  SpanCounts,
  TracedAttempt,
  Tracer,
} from './tracer.ts';

export interface TracerOptions {
  readonly config: TelemetryConfig;
  /** Of Countersign. */
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly fetch: typeof globalThis.fetch;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/** What closing waits for: a part is left where it takes a second and the drain's time is over. */
const FLUSH_MS = 900;
const MAX_FLUSH_MS = 3_000;

export function openTracer(options: TracerOptions): Tracer & Part {
  return new OpenTracer(options);
}

class OpenTracer implements Tracer, Part {
  readonly #config: TelemetryConfig;
  readonly #now: () => number;
  readonly #exporter: SpanExporter;
  /** Of the drain. */
  #untilMs = 0;

  constructor({ config, version, now, fetch, log }: TracerOptions) {
    this.#config = config;
    this.#now = now;
    const service = { name: config.service, version, instance: randomUUID() };
    this.#exporter = new SpanExporter({ config, service, fetch, log });
  }

  get counts(): SpanCounts {
    return this.#exporter.counts;
  }

  begin(traceparent: string | undefined, startedMs: number): RequestTrace {
    const sender = traceparent === undefined ? undefined : readTraceparent(traceparent);
    const { sample, trustIncoming } = this.#config;
    // Nobody has signed it: who is not trusted starts no trace of theirs here, nor says what is recorded.
    const parent = trustIncoming ? sender : undefined;
    const traceId = parent?.traceId ?? newTraceId();
    const isSampled = parent?.isSampled ?? isAmong(traceId, sample);
    const context = { traceId, spanId: newSpanId(), isSampled };
    if (!isSampled) return new UnrecordedTrace(traceparentOf(context));
    // Both clocks are read once: a clock that is set meanwhile changes no length.
    const epochMs = this.#now() - performance.now();
    return new RecordedRequest(context, {
      parentSpanId: parent?.spanId,
      link: parent === undefined ? sender : undefined,
      epochMs,
      startedMs,
      add: (span) => this.#exporter.add(span),
    });
  }

  attempt(traced: TracedAttempt): AttemptTrace {
    const cause = traced.cause === undefined ? undefined : readTraceparent(traced.cause);
    const traceId = newTraceId();
    const isSampled = cause?.isSampled ?? false;
    const context = { traceId, spanId: newSpanId(), isSampled };
    const startMs = this.#now();
    const startedMs = performance.now();
    return {
      traceparent: traceparentOf(context),
      end: (code, status) => {
        if (!isSampled) return;
        this.#exporter.add({
          traceId,
          spanId: context.spanId,
          name: `deliver ${traced.destination}`,
          kind: 'producer',
          startMs,
          endMs: startMs + performance.now() - startedMs,
          attributes: {
            'messaging.operation.type': 'send',
            'messaging.destination.name': traced.destination,
            'messaging.message.id': traced.event,
            'countersign.gate': traced.gate,
            'countersign.attempt': traced.attempt,
            'http.response.status_code': status,
            'error.type': code,
          },
          link: cause,
          isError: code !== undefined,
        });
      },
    };
  }

  drain(untilMs: number): void {
    this.#untilMs = untilMs;
  }

  close(): Promise<void> {
    const leftMs = this.#untilMs - CLOSE_MS - performance.now();
    return this.#exporter.close(Math.min(MAX_FLUSH_MS, Math.max(FLUSH_MS, leftMs)));
  }
}

class UnrecordedTrace implements RequestTrace {
  readonly recorded = undefined;
  readonly traceparent: string;

  constructor(traceparent: string) {
    this.traceparent = traceparent;
  }

  readonly step = (): void => {};

  end(): void {}
}

interface Recording {
  readonly parentSpanId: string | undefined;
  readonly link: TraceContext | undefined;
  /** What `performance.now()` lacks to the time since the epoch. */
  readonly epochMs: number;
  readonly startedMs: number;
  readonly add: (span: Span) => void;
}

/** A request that is held against several keys or proofs comes to some steps again. */
const MAX_STEPS = 32;

class RecordedRequest implements RequestTrace {
  readonly traceparent: string;
  readonly #context: TraceContext;
  readonly #recording: Recording;
  readonly #steps: { readonly step: Step; readonly startedMs: number }[];
  #hasEnded = false;

  constructor(context: TraceContext, recording: Recording) {
    this.#context = context;
    this.#recording = recording;
    this.traceparent = traceparentOf(context);
    this.#steps = [{ step: 'receive', startedMs: recording.startedMs }];
  }

  get recorded(): string {
    return this.traceparent;
  }

  readonly step = (step: Step): void => {
    const steps = this.#steps;
    if (this.#hasEnded || steps.length >= MAX_STEPS || steps.at(-1)?.step === step) return;
    steps.push({ step, startedMs: performance.now() });
  };

  end(answered: AnsweredRequest): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const { traceId, spanId } = this.#context;
    const { parentSpanId, link, epochMs, startedMs, add } = this.#recording;
    const endedMs = performance.now();
    add({
      traceId,
      spanId,
      parentSpanId,
      name: answered.route === undefined ? answered.method : `${answered.method} ${answered.route}`,
      kind: 'server',
      startMs: epochMs + startedMs,
      endMs: epochMs + endedMs,
      attributes: attributesOf(answered),
      link,
      isError: answered.status >= 500,
    });
    for (const [i, { step, startedMs: stepMs }] of this.#steps.entries())
      add({
        traceId,
        spanId: newSpanId(),
        parentSpanId: spanId,
        name: step,
        kind: 'internal',
        startMs: epochMs + stepMs,
        endMs: epochMs + (this.#steps[i + 1]?.startedMs ?? endedMs),
        attributes: { 'countersign.reason': answered.refusedAt === step ? answered.reason : undefined },
        isError: false,
      });
  }
}

/** Names are those of the semantic conventions, where these have one. */
function attributesOf(answered: AnsweredRequest): Span['attributes'] {
  const { status, reason } = answered;
  return {
    'http.request.method': answered.method,
    'http.route': answered.route,
    'http.response.status_code': status,
    'error.type': status >= 500 ? (reason ?? String(status)) : undefined,
    'countersign.request_id': answered.requestId,
    'countersign.gate': answered.gate,
    'countersign.session': answered.session,
    'countersign.verdict': answered.verdict,
    'countersign.reason': reason,
    'countersign.step': answered.refusedAt,
    'countersign.key_id': answered.keyId,
    'countersign.tenant': answered.tenant,
  };
}
