/**
 * What the gateway knows of a provider's platform beyond how its requests are proved, which core knows. One file a
 * vendor in this folder; a provider without one is answered in JSON.
 */

/** How answers may look: as a vendor's platform wants them, as pages for people, as plain JSON. */
export const ANSWER_FORMS = ['flowent', 'page', 'json'] as const;
export type AnswerForm = (typeof ANSWER_FORMS)[number];

export interface Vendor {
  /** The provider's id. */
  readonly provider: string;
  /** How its gates' answers look, where `answer.as` does not say. */
  readonly as: AnswerForm;
  /** Whether its platform asks `GET /actions` what there is to run; what `answer.list` is, where it is not given. */
  readonly asksForActions: boolean;
  /** Whether actions are registered with its platform. */
  readonly takesRegistrations: boolean;
  /**
   * The origin of the platform's site that a form's verified fields name: it may show the answer in a frame. Absent: none of its
   * requests name a site.
   */
  siteOf?(fields: ReadonlyMap<string, string>): string | undefined;
  /** What the platform sends to have an action run, not signed yet. */
  contentOf(action: string, input: Readonly<Record<string, unknown>>): VendorContent;
}

export interface VendorContent {
  readonly contentType: string;
  readonly body: string;
}
