/** Traces by OpenTelemetry, as resolved and as a person writes them. */
import type { Secret } from './secret.ts';
import type { BooleanInput, NumberInput } from './units.ts';

export interface TelemetryConfig {
  /** Where spans are posted. */
  readonly url: string;
  readonly headers: Readonly<Record<string, Secret>>;
  /** From 0 to 1. */
  readonly sample: number;
  readonly service: string;
  readonly trustIncoming: boolean;
}

export interface TelemetryInput {
  /** The collector’s address for OTLP over HTTP; /v1/traces is added where the address has no path. */
  readonly otlp: string;
  /** Headers of each call of the collector, such as a token. Their values are secrets and never shown. Default: none. */
  readonly headers?: { readonly [name: string]: string };
  /** The share of requests that are traced, from 0 to 1. Default: 0.1. */
  readonly sample?: NumberInput;
  /** The name of this service in traces. Default: countersign. */
  readonly service?: string;
  /**
   * Whether a request’s traceparent, which nobody has signed, is believed: then its trace is continued, and its sampled flag decides instead of sample.
   * Otherwise each request begins a trace of its own, linked to the sender’s. Only for senders of your own. Default: false.
   */
  readonly trustIncoming?: BooleanInput;
}
