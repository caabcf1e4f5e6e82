/** Answers of the API, yet to be written. */

/** A status and a JSON body. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Besides Content-Type and Content-Length. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API's way of saying no: `{"error": …}`. */
export function refusal(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): ApiAnswer {
  return { status, body: { error }, headers };
}
