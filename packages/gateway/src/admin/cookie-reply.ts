/** A reply that sets cookies; for a row with `cookies`. */
export class CookieReply<Reply> {
  readonly reply: Reply;
  /** Values of Set-Cookie. */
  readonly cookies: readonly string[];

  constructor(reply: Reply, cookies: readonly string[]) {
    this.reply = reply;
    this.cookies = cookies;
  }
}
