/** An operator's address as a sentence may quote it: its user name, password, query and fragment may be secrets. */

/** Scheme, host and path, with an ellipsis for a query or fragment. Of a text that is no address: the same as far as it goes. */
export function shownUrl(text: string): string {
  // What is no address may have any sign in its password.
  const person = URL.canParse(text) ? /\/\/[^/?#\\]*@/ : /\/\/.*@/s;
  return text.replace(person, '//').replace(/([?#]).*/s, '$1…');
}

/** A shorter value of a query occurs in many a sentence by chance. */
const LEAST_CHARS = 4;

/** Whether a sentence quotes what of an address may be a secret. */
export function quotesSecretOf(url: string, sentence: string): boolean {
  const { username, password, search, searchParams, hash } = new URL(url);
  const secrets = [username, password, search.slice(1), hash.slice(1), ...searchParams.values()];
  return secrets.some(
    (secret) =>
      secret.length >= LEAST_CHARS &&
      [secret, encodeURIComponent(secret)].some((written) => sentence.includes(written)),
  );
}
