/** A page that says one thing. */
import { type Html, html, type Page, page } from './html.ts';

export interface MessageOptions {
  /** Default: the gate's `title`. */
  readonly title?: string;
  /** How it went. Default `info`. */
  readonly tone?: 'info' | 'success' | 'warning' | 'error';
}

/**
 * A page that says one thing. Its status is 200 whatever the tone: throw `ActionError` for a call that failed, so that it
 * may be sent again.
 */
export function message(text: string | Html, { title, tone = 'info' }: MessageOptions = {}): Page {
  const body = html`<p class="message ${tone}" role="${tone === 'error' ? 'alert' : 'status'}">${text}</p>`;
  return page(title === undefined ? { body } : { title, body });
}
