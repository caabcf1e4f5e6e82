/** The platform's address, checked before a secret is sent to it. */
import { SetupError } from '@countersign/core';
import { isLoopback } from '../config/read-text.ts';
import { isMetadataHost } from '../outgoing/metadata-addresses.ts';

/**
 * The base that paths are appended to, without a slash at its end.
 * @throws SetupError for anything but https, http on loopback apart, for a cloud's metadata service, and for credentials, a
 *   query or a fragment.
 */
export function readApiUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw badUrl(
      'is not an http or https address',
      'Copy it from the platform, such as https://…/api/v1/gateway.',
    );
  }
  if (isMetadataHost(url.hostname)) {
    throw badUrl('is a cloud’s metadata service', 'Give the address of the platform’s API.');
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'http:' && !isLoopback({ host })) {
    throw badUrl(
      'is not https: the API token would travel in the clear',
      'Use https; http is for loopback only.',
    );
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw badUrl('has credentials, a query or a fragment', 'Give scheme, host and path alone.');
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function badUrl(problem: string, remedy: string): SetupError {
  return new SetupError('apiUrl', problem, remedy);
}
