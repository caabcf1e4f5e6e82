/** The options of AWS Signature Version 4, as a configuration gives them. */
import type { Origin } from '../../effective-request.ts';
import { DEFAULT_TOLERANCE, HOUR, type Tolerance } from '../../freshness.ts';
import { notGiven, type OptionReader } from '../../options.ts';
import { SetupError } from '../../setup-error.ts';
import { readOrigin } from '../origin-option.ts';
import { readTolerance } from '../sender-options.ts';

export interface SigV4Options {
  readonly name: string;
  /** The region of the credential scope, e.g. `us-east-1`. */
  readonly region: string;
  /** The service of the credential scope, e.g. `execute-api`. */
  readonly service: string;
  /** Lower-case names of headers that must be signed besides `host`, `x-amz-date` and every `x-amz-*` of the request. */
  readonly signedHeaders: readonly string[];
  readonly tolerance: Tolerance;
  /** Whether `UNSIGNED-PAYLOAD` is taken, and signed: the body is then anybody’s. */
  readonly unsignedPayload: boolean;
  /** For how long a presigned URL may be good. Absent: none is taken. */
  readonly presigned?: { readonly maxLifetimeMs: number };
  /** Whom every request was sent to, where the operator says so. */
  readonly origin?: Origin;
}

/** What stands between the slashes of a credential scope. */
const SCOPE_PART = /^[A-Za-z0-9_.-]{1,64}$/;

/** Reads and completes the options. @throws SetupError naming the option and the remedy. */
export function readSigV4(options: OptionReader, name: string): SigV4Options {
  const region = readScopePart(options, 'region', 'us-east-1');
  const service = readScopePart(options, 'service', 'execute-api');
  const signedHeaders = options.headerNames('signedHeaders') ?? [];
  const tolerance = readTolerance(options) ?? DEFAULT_TOLERANCE;
  const unsignedPayload = options.flag('unsignedPayload') ?? false;
  const presigned = readPresigned(options);
  const origin = readOrigin(options);
  options.refuseUnread();
  if (presigned && service === 's3' && !unsignedPayload) {
    throw new SetupError(
      options.path('presigned'),
      'presigned URLs for s3 do not prove the body, and unsignedPayload is not set',
      'Set unsignedPayload: true, if anybody’s body is to be taken; or leave presigned out.',
    );
  }
  return {
    name,
    region: required(region, options, 'region', 'us-east-1'),
    service: required(service, options, 'service', 'execute-api'),
    signedHeaders,
    tolerance,
    unsignedPayload,
    ...(presigned && { presigned }),
    ...(origin && { origin }),
  };
}

/** AWS takes no URL that is good for longer. */
const MAX_LIFETIME_MS: number = 7 * 24 * HOUR;

function readPresigned(options: OptionReader): SigV4Options['presigned'] {
  const isTaken = options.flag('presigned') ?? false;
  const maxLifetimeMs = options.milliseconds('maxLifetimeMs');
  if (isTaken) return { maxLifetimeMs: maxLifetimeMs ?? MAX_LIFETIME_MS };
  if (maxLifetimeMs === undefined) return undefined;
  throw new SetupError(
    options.path('maxLifetimeMs'),
    'it is for presigned URLs, and none are taken',
    'Set presigned: true; or leave it out.',
  );
}

function readScopePart(options: OptionReader, name: string, example: string): string | undefined {
  const text = options.text(name);
  if (text === undefined || SCOPE_PART.test(text)) return text;
  throw new SetupError(
    options.path(name),
    'it is no part of a credential scope',
    `Give letters, digits and - _ . as the sender’s requests have them, e.g. ${example}.`,
  );
}

function required(text: string | undefined, options: OptionReader, name: string, example: string): string {
  if (text !== undefined) return text;
  throw notGiven(options, name, `Give the ${name} that senders sign for, e.g. ${example}.`);
}
