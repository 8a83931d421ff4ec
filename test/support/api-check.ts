import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

interface Schema {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
  readonly $ref?: string;
}

interface ApiDocument {
  readonly paths: Readonly<Record<string, { readonly put: { readonly responses: Readonly<Record<string, Schema>> } }>>;
  readonly components: { readonly responses: Readonly<Record<string, Schema>>; readonly schemas: object };
}

/** Fetches the OpenAPI document of a server and returns a function that throws for an answer the document does not allow. */
export async function apiCheck(url: string) {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as ApiDocument;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema({ $id: 'api', ...document });
  const known = new Map<string, ValidateFunction>();
  const validatorOf = (schema: object): ValidateFunction => {
    const text = JSON.stringify(schema).replaceAll('"#/', '"api#/');
    const validate = known.get(text) ?? ajv.compile(JSON.parse(text));
    known.set(text, validate);
    return validate;
  };
  return (operation: string, answer: { status: number; headers: Headers; text: string; body: unknown }): void => {
    // Of an operation that is not there, the document knows nothing but the form of problems.
    const responses =
      document.paths[`/api/authentication/${operation.replace(/\/$/, '')}`]?.put.responses ??
      document.components.responses;
    const found = responses[answer.status];
    if (found === undefined) throw new Error(`status ${answer.status} of ${operation} is not in the OpenAPI document`);
    const response =
      found.$ref === undefined ? found : document.components.responses[found.$ref.split('/').at(-1) ?? ''];
    const type = answer.headers.get('content-type')?.split(';')[0];
    if (response?.content === undefined) {
      if (answer.text !== '')
        throw new Error(`${operation} ${answer.status} has a body that the OpenAPI document does not know`);
      return;
    }
    const schema = response.content[type ?? '']?.schema;
    if (schema === undefined)
      throw new Error(`${operation} ${answer.status} has the type ${type}, which the OpenAPI document does not know`);
    const validate = validatorOf(schema);
    if (!validate(answer.body)) throw new Error(`${operation} ${answer.status}: ${ajv.errorsText(validate.errors)}`);
  };
}
