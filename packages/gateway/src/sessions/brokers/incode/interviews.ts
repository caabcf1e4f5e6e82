/** Interviews at Incode, stored by the id that a desktop and a phone share. */
import { createHash, randomUUID } from 'node:crypto';
import { isAllowedUrl } from '../../../config/origin.ts';
import { createSingleFlight } from '../../../outgoing/single-flight.ts';
import type { SealedRecords } from '../../../sealed/sealed-records.ts';
import { type BrokerParts, type SessionCall, SessionRefusal } from '../../broker.ts';
import type { IncodeApi, Interview } from './incode-api.ts';
import type { IncodeSettings } from './settings.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MAX_REDIRECT_CHARS = 2_000;

export interface InterviewsOptions {
  readonly settings: IncodeSettings;
  readonly api: IncodeApi;
  readonly parts: BrokerParts;
  readonly records: SealedRecords;
}

export interface NamedInterview {
  readonly uniqueId: string;
  readonly interview: Interview;
}

export interface Interviews {
  /** The interview that a request names by its `uniqueId`, or a new one. @throws SessionRefusal, UpstreamError. */
  get(call: SessionCall): Promise<NamedInterview>;
}

export function createInterviews({ settings, api, parts, records }: InterviewsOptions): Interviews {
  const once = createSingleFlight<Interview>();

  async function startAs(key: string, start: () => Promise<Interview>): Promise<Interview> {
    const record = await records.read(key);
    if (record !== undefined && isInterview(record.value)) return record.value;
    const interview = await start();
    parts.log.info({ interviewId: interview.interviewId, step: 'started' }, 'an interview was started');
    await records.write(key, record?.version ?? 0, interview, parts.now() + settings.lifeMs);
    return interview;
  }

  return {
    get: async (call: SessionCall): Promise<NamedInterview> => {
      const ownId = call.param('uniqueId');
      if (ownId !== undefined && !UUID.test(ownId)) throw new SessionRefusal('uniqueId is not a UUID');
      const redirectionUrl = readRedirect(call, settings.redirects);
      const externalCustomerId = call.param('externalCustomerId');
      if (externalCustomerId !== undefined && !/^[\x21-\x7e]{1,128}$/.test(externalCustomerId)) {
        throw new SessionRefusal('externalCustomerId is not 1 to 128 printable characters');
      }
      const start = (): Promise<Interview> => api.start({ redirectionUrl, externalCustomerId });
      const uniqueId = ownId?.toLowerCase() ?? randomUUID();
      // Who knows the id gets the session's token, so the store has only its hash.
      const key = createHash('sha256').update(uniqueId).digest('hex');
      if (ownId === undefined) return { uniqueId, interview: await startAs(key, start) };
      const stored = (await records.read(key))?.value;
      if (isInterview(stored)) return { uniqueId, interview: stored };
      const alone = (): Promise<Interview> =>
        parts.leases.hold(`${parts.name} ${key}`, () => startAs(key, start));
      return { uniqueId, interview: await once(key, alone) };
    },
  };
}

function isInterview(value: unknown): value is Interview {
  if (typeof value !== 'object' || value === null || !('token' in value) || !('interviewId' in value))
    return false;
  return typeof value.token === 'string' && typeof value.interviewId === 'string';
}

function readRedirect(call: SessionCall, redirects: readonly string[]): string | undefined {
  const [redirect, other] = [call.param('redirectUrl'), call.param('redirectionUrl')];
  if (redirect !== undefined && other !== undefined && redirect !== other) {
    throw new SessionRefusal('redirectUrl and redirectionUrl differ; give one of them');
  }
  const url = redirect ?? other;
  if (url === undefined) return undefined;
  if (url.length > MAX_REDIRECT_CHARS) {
    throw new SessionRefusal(`redirectUrl is longer than ${MAX_REDIRECT_CHARS} characters`);
  }
  if (!isAllowedUrl(url, redirects)) {
    throw new SessionRefusal('redirectUrl is not on the list of allowed origins', {
      remedy:
        'If people may be sent there, add its origin to the session’s redirects; else have the caller give another.',
    });
  }
  return url;
}
