/** How a file, a stream and a progress page are written as they come. */
import { ActionError } from '../actions/define-action.ts';
import { html } from '../results/html.ts';
import type { BodyForm } from './body-stream.ts';
import { CLOSE_DOCUMENT, openDocument, requestFooter } from './page-document.ts';

/** Parts as they are. A failure breaks the answer off: half a file must not look like a whole one. */
export const plainForm: BodyForm = {
  head: '',
  chunk(value) {
    if (typeof value === 'string' || value instanceof Uint8Array) return value;
    throw new TypeError(`the action’s stream gave a part of type ${typeof value}: give text or bytes`);
  },
  end: () => '',
  failure: () => undefined,
};

/**
 * A page whose list of steps grows. The last step is the one that is going on while its list is the last of the page:
 * what follows the list ends it, and so no script is needed.
 */
export function progressForm(title: string, requestId: string): BodyForm {
  const close = (last: unknown): string => `</ol>\n${last}${requestFooter(requestId)}${CLOSE_DOCUMENT}`;
  return {
    head: `${openDocument(title)}<ol class="steps" aria-live="polite">\n`,
    chunk: (value) => `${html`<li>${value}</li>`}\n`,
    end: (value) => close(html`<div class="text" role="status">${value ?? 'Finished.'}</div>`),
    failure(error) {
      // As with an answer of another kind: only an ActionError's text is meant for the caller.
      const text = error instanceof ActionError ? error.message : 'The action failed.';
      return close(html`<p class="message error" role="alert">${text}</p>`);
    },
  };
}
