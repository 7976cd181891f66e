/** What is wrong with the headers of a request, before it reaches the service: the reference answers in its own shape. */

/** The gateway's errors, by name. The first three digits of a code are its HTTP status. */
export const gatewayErrors = {
  tokenMissing: { code: '403010', message: 'Oauth token is missing.' },
  tokenInvalid: { code: '401013', message: 'Oauth token is not valid' },
  apiKeyMissing: { code: '403000', message: 'Api Key is required' },
  apiKeyInvalid: { code: '403003', message: 'Api Key is invalid' },
  organisationMissing: { code: '400003', message: 'Missing header: x-gw-ims-org-id' },
  organisationForeign: { code: '403025', message: 'Profile is not valid' },
  organisationInvalid: { code: '403027', message: 'User region is missing' },
  sandboxMissing: { code: '400003', message: 'Missing header: x-sandbox-name' },
} as const satisfies Record<string, { readonly code: string; readonly message: string }>;

/** A refusal of the gateway. */
export class GatewayError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(name: keyof typeof gatewayErrors, options?: ErrorOptions) {
    const { code, message } = gatewayErrors[name];
    super(message, options);
    this.name = 'GatewayError';
    this.code = code;
    this.status = Number(code.slice(0, 3));
  }
}
