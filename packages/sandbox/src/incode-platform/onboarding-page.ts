/** The page on which a person finishes an onboarding, without a camera: one button does. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Markup, markup } from '../pages/markup.ts';
import { page } from '../pages/page.ts';
import type { Interviews, KeptInterview } from './interviews.ts';

/** Where the pages' paths begin. */
export const PAGE_PATH = '/onboarding/';

/**
 * Makes the listener of the pages: `GET` shows one, `POST` finishes the onboarding and leads on.
 * @param finish finishes an interview and sees to its webhooks, which nobody waits for.
 */
export function createPageListener(
  interviews: Interviews,
  finish: (interview: KeptInterview) => void,
): (request: IncomingMessage, response: ServerResponse) => void {
  return ({ method = '', url = '' }, response) => {
    const [path = ''] = url.split('?');
    const interview = interviews.ofPage(path.slice(PAGE_PATH.length));
    if (interview === undefined) return show(response, 404, notice('There is no such onboarding.'));
    if (method === 'GET') return show(response, 200, interviewPage(interview, path));
    if (method !== 'POST') {
      response.setHeader('allow', 'GET, POST');
      return show(response, 405, notice('This page is opened or submitted.'));
    }
    finish(interview);
    const { redirectionUrl } = interview;
    // A URL may be written with letters that a header cannot hold.
    const location = redirectionUrl === undefined ? path : new URL(redirectionUrl).href;
    response.writeHead(303, { ...HEADERS, location }).end();
  };
}

const HEADERS = {
  'cache-control': 'no-store',
  // The page's address is all that one needs to finish the onboarding.
  'referrer-policy': 'no-referrer',
};

function show(response: ServerResponse, status: number, { text }: Markup): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'text/html; charset=utf-8' }).end(text);
}

function interviewPage({ interviewId, onboardingStatus }: KeptInterview, path: string): Markup {
  if (onboardingStatus === 'ONBOARDING_FINISHED') {
    return notice('The onboarding is finished. You can close this page.');
  }
  return layout(markup`<p>Interview <code>${interviewId}</code>. Nothing is scanned: this is a sandbox.</p>
<form method="post" action="${path}"><button>Finish onboarding</button></form>`);
}

function notice(text: string): Markup {
  return layout(markup`<p>${text}</p>`);
}

function layout(content: Markup): Markup {
  return page(
    { title: 'Onboarding (Incode sandbox)', owner: 'Incode', isNarrow: true },
    markup`<h1>Onboarding</h1>
${content}`,
  );
}
