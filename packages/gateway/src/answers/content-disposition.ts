/** The Content-Disposition of a download. */

/** What no file name may have on one system or another, what ends a header, and what shows a name backwards. */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}"*/:<>?\\|]/gu;
/** In characters; file systems take 255 bytes, and 200 leave room for what browsers add. */
const MAX_NAME = 200;

/** `attachment`, with the name for all and a name of plain ASCII for old readers. @see RFC 6266 §4.3, RFC 8187 §3.2 */
export function contentDisposition(name: string): string {
  const safe = safeName(name);
  // RFC 6266 appendix D: some readers decode %xx in the plain name.
  const ascii = safe.replace(/[^ -~]|%/gu, '_');
  const plain = `attachment; filename="${ascii}"`;
  return ascii === safe ? plain : `${plain}; filename*=UTF-8''${percentEncoded(safe)}`;
}

/** A name without a path: `../a/b.csv` becomes `_a_b.csv`. */
function safeName(name: string): string {
  const replaced = name.replace(UNSAFE, '_').trim();
  // No hidden file, and no way up.
  const visible = replaced.replace(/^\.+/, '');
  return [...visible].slice(0, MAX_NAME).join('') || 'download';
}

/** RFC 8187 attr-char: encodeURIComponent leaves four more as they are. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
