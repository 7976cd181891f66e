import type { SwaggerOptions } from '@fastify/swagger';
import packageDocument from '../../package.json' with { type: 'json' };
import { basePath } from './api-schema.ts';
import { documentFailures } from './document-failures.ts';

const header = (name: string, description: string) => ({ type: 'apiKey', in: 'header', name, description }) as const;

/** The frame of the API's description; the operations come from the routes. */
export const openApiOptions: SwaggerOptions = {
  transform: ({ schema, url, route }) => ({ schema: documentFailures(schema, route.method), url }),
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Muster',
      version: packageDocument.version,
      description: `An open audience service. The resources under \`${basePath}\` are those of the Segmentation Service API of Adobe Experience Platform, plus extensions.`,
    },
    tags: [
      { name: 'audiences', description: 'Definitions of audiences.' },
      { name: 'members', description: 'Who is in an audience. Extension.' },
      { name: 'segment definitions', description: 'Platform audiences in the words of the older resource.' },
      { name: 'segment jobs', description: 'Batch evaluations.' },
      { name: 'schedules', description: 'When batch evaluations start by themselves.' },
      { name: 'previews and estimates', description: 'Who a rule would find.' },
      { name: 'export jobs', description: 'Profiles and events into files.' },
      { name: 'search', description: 'Audiences by words.' },
      { name: 'external audiences', description: 'Audiences whose members come in files.' },
      { name: 'imports', description: 'Files on their way into profiles and events. Extension.' },
      { name: 'sandboxes', description: 'The sandboxes of an organisation.' },
      { name: 'clock', description: 'The clock of the server, for tests. Extension, in `dev` mode only.' },
      { name: 'tokens', description: 'Tokens for clients that fetch one first, in the form of Adobe IMS.' },
      { name: 'operations', description: 'Health, measures, this description.' },
    ],
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        apiKey: header('x-api-key', 'The client id.'),
        organisation: header('x-gw-ims-org-id', 'The organisation, such as `0123456789ABCDEF@AdobeOrg`.'),
        sandbox: header('x-sandbox-name', 'The sandbox, such as `prod`.'),
      },
    },
    security: [{ token: [], apiKey: [], organisation: [], sandbox: [] }],
  },
};
