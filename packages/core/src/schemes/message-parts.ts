/** Parts of a message: time, id, nonce, method, headers, and the body itself. */
import { isHostOverruled } from '../effective-request.ts';
import { singleHeader } from '../headers.ts';
import { type Objection, objection, withCode } from '../objection.ts';
import { SetupError } from '../setup-error.ts';
import { byteString } from '../text/bytes.ts';
import { AS_RECEIVED, OTHER_HOST } from './host-remedies.ts';
import type { FieldReader, MessageField } from './message-part.ts';
import { ABSENT, type PartSource, partReader } from './part-source.ts';
import { noTimestamp } from './signed-time.ts';
import type { TimestampOptions } from './template-options.ts';

/** What `TemplateOptions.body` reads of the body. */
export const BODY: MessageField = {
  field: 'body',
  written: '{body}',
  covers: ['body'],
  reader: () => undefined,
};

export const TIMESTAMP: MessageField = {
  field: 'timestamp',
  written: '{timestamp}',
  covers: ['timestamp'],
  reader: ({ timestamp }) => readTimestamp(required(timestamp, 'timestamp')),
};

export const ID: MessageField = {
  field: 'id',
  written: '{id}',
  covers: ['id'],
  reader: ({ id }) => readCovered(required(id, 'id'), 'id'),
};

export const NONCE: MessageField = {
  field: 'nonce',
  written: '{nonce}',
  covers: ['id'],
  reader: ({ nonce }) => readCovered(required(nonce, 'nonce'), 'nonce'),
};

export const TYPE: MessageField = {
  field: 'type',
  written: '{type}',
  covers: ['type'],
  reader: ({ type }) => readCovered(required(type, 'type'), 'type'),
};

export const METHOD: MessageField = {
  field: 'method',
  written: '{method}',
  covers: ['method'],
  reader:
    () =>
    ({ request }) =>
      request.method,
};

/** The one value of a header. @param name in lower case @param isOptional whether an absent one counts as empty */
export function headerPart(name: string, isOptional: boolean): MessageField {
  return {
    field: 'header',
    written: `{header:${name}}`,
    // One that differs from the target’s host is refused.
    covers: name === 'host' ? ['host'] : [],
    header: name,
    reader: () => readHeader(name, isOptional),
  };
}

function required<Source extends PartSource>(source: Source | undefined, field: string): Source {
  if (source) return source;
  throw new SetupError(
    'scheme.message',
    `{${field}} has no source`,
    'Give the option that says where it sits, or leave the field out.',
  );
}

function readTimestamp(source: TimestampOptions): FieldReader {
  return (passage) => {
    if (passage.timestampText !== undefined) return passage.timestampText;
    return noTimestamp(source, passage, 'the message covers a timestamp; the request carries none');
  };
}

function readCovered(source: PartSource, field: 'id' | 'nonce' | 'type'): FieldReader {
  const read = partReader(source);
  return (passage) => {
    const part = read(passage);
    if (typeof part !== 'string') {
      const fault = objection('missing-part', `the message covers {${field}}, which is ${part.state}`);
      return part === ABSENT && field !== 'type' ? withCode(`${field}-absent`, fault) : fault;
    }
    if (field === 'id') passage.found.id = part;
    return byteString(part);
  };
}

/** What reads a header as a message has it. @param name in lower case @param isOptional whether an absent one counts as empty */
export function readHeader(name: string, isOptional: boolean): FieldReader {
  const single = singleHeader(name);
  return ({ request }) => {
    const value = single(request.headers);
    if (value === undefined && isOptional) return '';
    if (typeof value !== 'string') {
      return objection(
        'missing-part',
        `the message covers the header ${name}, which is ${value === null ? 'repeated' : 'absent'}`,
      );
    }
    const fault = valueFault(name, value);
    if (fault) return fault;
    return name === 'host' && isHostOverruled(request)
      ? objection(
          'missing-part',
          'the message covers the Host field, and the request’s target names another host',
          OTHER_HOST,
        )
      : value;
  };
}

function valueFault(name: string, value: string): Objection | undefined {
  return isFieldValue(value)
    ? undefined
    : objection('missing-part', `the header ${name} holds a character that no header can`, AS_RECEIVED);
}

/** RFC 9110 §5.5: what lets a line end stand in a value comes from no HTTP parser; nor does a char above U+00FF. */
export function isFieldValue(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code === 0x0a || code === 0x0d || code === 0 || code > 0xff) return false;
  }
  return true;
}
