/** Requests to a server under test. */

/** What every request has. */
export const headers = {
  authorization: 'Bearer any',
  'x-api-key': 'any',
  'x-gw-ims-org-id': 'BENCH@AdobeOrg',
  'x-sandbox-name': 'prod',
  'content-type': 'application/json',
};
/** Where the audiences are. */
export const audiencesPath = '/data/core/ups/audiences';

/** A request, and the status that it is answered with. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: string;
  readonly status: number;
}

/** The body of an audience that does not exist yet. */
export const newAudience = JSON.stringify({
  name: 'Buyers in Germany',
  description: 'People from Germany who bought something in the last 30 days.',
  expression: {
    type: 'PQL',
    format: 'pql/text',
    value: 'homeAddress.country = "DE" and xEvent[eventType = "commerce.purchases"].exists()',
  },
  schema: { name: '_xdm.context.profile' },
});

/** The body of the answer. Throws when it has another status. */
export async function send(url: string, { method, path, body, status }: Call): Promise<string> {
  // A request without a body must not say what is in it.
  const { 'content-type': _, ...bare } = headers;
  const response = await fetch(
    `${url}${path}`,
    body === undefined ? { method, headers: bare } : { method, headers, body },
  );
  const text = await response.text();
  if (response.status !== status) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text;
}
