import type { BoundOperation } from '../core/bind.ts';
import { problems } from '../core/problem.ts';
import { problemType } from './problem-body.ts';

interface ApiDescription {
  readonly version: string;
  readonly operations: Iterable<BoundOperation>;
  /** Which schemes some tenant's callers use. */
  readonly schemes: { readonly basic: boolean; readonly bearer: boolean; readonly certificate: boolean };
}

/** The API as it is configured, in OpenAPI 3.1.1. Made from the bound operations, so it cannot say anything else. */
export function describeApi({ version, operations, schemes }: ApiDescription) {
  const securitySchemes = {
    ...(schemes.basic ? { basic: { type: 'http', scheme: 'basic' } } : {}),
    ...(schemes.bearer ? { bearer: { type: 'http', scheme: 'bearer' } } : {}),
    ...(schemes.certificate ? { certificate: { type: 'mutualTLS' } } : {}),
  };
  return {
    openapi: '3.1.1',
    info: {
      title: 'Portvakt',
      version,
      description:
        'Every operation is one PUT with a flat JSON object of strings. Unknown properties are passed over; answers may carry more properties than are named here.',
    },
    paths: Object.fromEntries(
      [...operations].map((operation) => [
        `/api/authentication/${operation.name}`,
        { put: describeOperation(operation) },
      ]),
    ),
    security: [{}, ...Object.keys(securitySchemes).map((name) => ({ [name]: [] }))],
    components: { securitySchemes, schemas: { Problem: problemSchema }, responses: problemResponses() },
  };
}

/** An OpenAPI document. */
export type ApiDocument = ReturnType<typeof describeApi>;

function describeOperation({ name, summary, words }: BoundOperation) {
  const properties = Object.fromEntries(
    [...new Set([...words.required, ...Object.keys(words.input)])].map((property) => [
      property,
      { type: 'string', description: words.input[property] ?? '' },
    ]),
  );
  return {
    operationId: name,
    summary,
    parameters: [
      {
        name: 'tenant',
        in: 'header',
        required: true,
        description: 'Id of the calling tenant',
        schema: { type: 'string' },
      },
    ],
    requestBody: {
      required: words.required.length > 0,
      content: {
        'application/json': {
          schema: { type: 'object', properties, required: words.required, additionalProperties: { type: 'string' } },
        },
      },
    },
    responses: {
      '200': describeSuccess(words.reply),
      ...Object.fromEntries(statuses().map((status) => [status, { $ref: `#/components/responses/${status}` }])),
    },
  };
}

function describeSuccess(reply: BoundOperation['words']['reply']) {
  const properties = Object.fromEntries(
    Object.entries(reply).map(([name, description]) => [name, { type: 'string', description }]),
  );
  if (Object.keys(properties).length === 0) return { description: 'Yes. There is no body.' };
  const schema = { type: 'object', properties, additionalProperties: { type: 'string' } };
  return { description: 'Done', content: { 'application/json': { schema } } };
}

const problemSchema = {
  type: 'object',
  description:
    'RFC 9457. The same whatever the reason of a refusal: only the trace differs, by which the log and the audit log tell more.',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: [...new Set(Object.values(problems).map(({ word }) => word))] },
    property: { type: 'string', description: 'Property of the request that is at fault' },
    detail: { type: 'string' },
    trace: { type: 'string', pattern: '^[0-9a-f]{32}$' },
  },
  required: ['type', 'title', 'status', 'code', 'trace'],
  additionalProperties: false,
} as const;

/** The statuses that a problem may have, without those that a PUT of an operation cannot end in. */
function statuses(): string[] {
  const all = new Set(Object.values(problems).map(({ status }) => String(status)));
  return [...all].filter((status) => status !== '404' && status !== '405').sort();
}

function problemResponses() {
  return Object.fromEntries(
    statuses().map((status) => {
      const titles = Object.values(problems).filter((problem) => String(problem.status) === status);
      const description = [...new Set(titles.map(({ title }) => title))].join('. ');
      return [
        status,
        { description, content: { [problemType]: { schema: { $ref: '#/components/schemas/Problem' } } } },
      ];
    }),
  );
}
