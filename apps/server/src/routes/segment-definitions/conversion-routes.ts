/** `/segment/conversion`: expressions from text to `pql/json` and back. */
import { Problem } from '@muster/audience';
import { ConversionBody, ConversionResource, decodeConversion, encodeConversion } from '@muster/wire';
import type { FastifyInstance } from 'fastify';
import { errorResponses } from '../../http/api-schema.ts';
import { convertExpression } from '../../use-cases/convert-expression.ts';

/** Adds the operation. */
export function addConversionRoutes(app: FastifyInstance): void {
  const schema = {
    tags: ['segment definitions'],
    operationId: 'convertSegmentDefinition',
    summary: 'Convert the expression of a definition to its other format',
    description: 'From `pql/text` to `pql/json`, or back. Nothing is stored.',
    body: ConversionBody,
    response: { 200: ConversionResource, ...errorResponses(400, 413, 415) },
  };
  app.post('/segment/conversion', { schema, config: { access: 'read' } }, async (request) => {
    const wanted = decodeConversion(request.body);
    if (wanted instanceof Problem) throw wanted;
    const { scope, sandbox } = request.tenant;
    const expression = convertExpression(wanted.expression);
    return encodeConversion({ ...wanted, expression }, { org: scope.org, sandbox });
  });
}
