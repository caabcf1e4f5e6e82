/** What a line of the corpus says to stand at the addresses that its gate fetches keys from. */

/** A document, or the status of an answer without one. */
export type Published = Readonly<Record<string, string | number>>;

/** Whatever else is asked for is unreachable. */
export function fetchPublished(published: Published): typeof globalThis.fetch {
  return async (input) => {
    const answer = published[String(input instanceof Request ? input.url : input)];
    if (answer === undefined) throw new TypeError('fetch failed');
    if (typeof answer === 'number') return new Response('', { status: answer });
    return new Response(answer, {
      headers: { 'content-type': 'application/http-message-signatures-directory+json' },
    });
  };
}
