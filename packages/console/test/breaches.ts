/** What would show that a stranger's text became more than text: reported by the browser, whatever page it happens on. */
import type { BrowserContext, Page } from 'playwright-core';
import { complaintsOf } from './console-browser.ts';

/** What texts that try to run something try to set, or to call. */
export const HOOK = '__xss';

export interface Breaches {
  /** In words, in their order: breaches of the policy (of Trusted Types too), dialogs, other hosts that were asked, errors. */
  readonly seen: readonly string[];
}

/** Watches every page that the context opens from now on. @param origin the one that pages may ask */
export async function watchBreaches(context: BrowserContext, origin: string): Promise<Breaches> {
  const complaints = complaintsOf(context);
  const others: string[] = [];
  const note = (text: string): void => void others.push(text);
  await context.exposeFunction('reportBreach', note);
  await context.addInitScript((hook) => {
    const { reportBreach } = globalThis as unknown as { reportBreach: (text: string) => void };
    const report = (text: string): void => reportBreach(`${text} at ${location.href}`);
    Object.defineProperty(window, hook, {
      get: () => () => report('a text was run'),
      set: () => report('a text was run'),
    });
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) =>
      report(`policy: ${effectiveDirective} ${blockedURI} ${sample}`),
    );
  }, HOOK);
  const watchPage = (page: Page): void => {
    page.on('dialog', (dialog) => {
      note(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('popup', (popup) => note(`window: ${popup.url()}`));
  };
  for (const page of context.pages()) watchPage(page);
  context.on('page', watchPage);
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith(`blob:${origin}/`))
      note(`asked: ${url.slice(0, 200)}`);
  });
  return {
    get seen() {
      return [...others, ...complaints];
    },
  };
}
