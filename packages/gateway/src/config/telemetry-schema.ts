// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The schema of `telemetry`; see `schema.ts`. */
import { withDefault } from './left-out.ts';
import { HEADER_NAME } from './names.ts';
import { INTERPOLATED } from './proof-json-schema.ts';
import { flag, plainText, secretText, serverAddress } from './schema-leaves.ts';
import { byName, into, mapping, misread, type Schema } from './shape.ts';
import type { TelemetryConfig, TelemetryInput } from './telemetry-config.ts';
import type { NumberInput } from './units.ts';

const EXAMPLE = 'http://127.0.0.1:4318';

/** Makes the schema. */
export function telemetrySchema(): Schema<TelemetryConfig, TelemetryInput> {
  const written = mapping(
    'Traces by OpenTelemetry: each request with its steps, and each attempt to deliver.',
    {
      otlp: serverAddress(
        'The collector’s address for OTLP over HTTP; /v1/traces is added where the address has no path.',
        EXAMPLE,
      ),
      headers: withDefault(
        byName(secretText('A value: a text, "${env:NAME}" or "${file:path}".'), {
          expected: 'a mapping of headers by name, such as { authorization: "Bearer ${env:TOKEN}" }',
          description:
            'Headers of each call of the collector, such as a token. Their values are secrets and never shown.',
          names: HEADER_NAME,
        }),
        {},
      ),
      sample: withDefault(share('The share of requests that are traced, from 0 to 1.'), 0.1),
      service: withDefault(
        plainText('The name of this service in traces.', 'a name, such as countersign'),
        'countersign',
      ),
      trustIncoming: withDefault(
        flag(
          'Whether a request’s traceparent, which nobody has signed, is believed: then its trace is continued, and its sampled flag decides instead of sample. Otherwise each request begins a trace of its own, linked to the sender’s. Only for senders of your own.',
        ),
        false,
      ),
    },
    `{ otlp: ${EXAMPLE} }`,
  );
  return into(written, ({ otlp, ...rest }) => ({ url: tracesUrl(otlp), ...rest }));
}

function tracesUrl(otlp: string): string {
  const url = new URL(otlp);
  if (url.pathname === '/') url.pathname = '/v1/traces';
  return url.href;
}

/** A number from 0 to 1. Its digits as a text do as well: an interpolated value is a text. */
function share(description: string): Schema<number, NumberInput> {
  const expected = 'a number from 0 to 1, such as 0.1';
  return {
    read(value, place) {
      const isText = typeof value === 'string' && /^\d(\.\d{1,9})?$/.test(value);
      const number = isText ? Number(value) : value;
      if (typeof number !== 'number' || Number.isNaN(number)) return misread(place, { expected });
      return number >= 0 && number <= 1 ? number : misread(place, { expected, isNear: true });
    },
    json: () => ({
      type: ['number', 'string'],
      minimum: 0,
      maximum: 1,
      description,
      pattern: `^\\d|${INTERPOLATED}`,
    }),
  };
}
