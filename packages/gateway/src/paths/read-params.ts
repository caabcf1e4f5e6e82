/** What the `:name`s of a gate's path stand for in a request. */
import { effectiveRequest, type SignedRequest } from '@countersign/core';
import type { PathSegment } from '../config/config.ts';
import { createPathTable, type PathParams } from './path-table.ts';

/** As the listener reads them: what is decoded there is decoded here, and of what it refuses there are none. */
export function createParamsReader(
  segments: readonly PathSegment[],
): (request: SignedRequest) => PathParams | undefined {
  const table = createPathTable([{ segments, value: undefined }]);
  return (request) => {
    const effective = effectiveRequest(request);
    if ('reason' in effective) return undefined;
    const match = table.find(effective.path);
    return match === undefined || 'fault' in match ? undefined : match.params;
  };
}
