import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

interface Schema {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
  readonly $ref?: string;
}

interface ApiDocument {
  readonly paths: Readonly<Record<string, { readonly put: { readonly responses: Readonly<Record<string, Schema>> } }>>;
  readonly components: { readonly responses: Readonly<Record<string, Schema>>; readonly schemas: object };
}

type Check = (operation: string, answer: Checked) => void;

/** By the text of a document: servers with the same settings have the same, and what was read of it need not be read again. */
const checks = new Map<string, Check>();

/** Fetches the OpenAPI document of a server and returns a function that throws for an answer the document does not allow. */
export async function apiCheck(url: string): Promise<Check> {
  const text = await (await fetch(`${url}/openapi.json`)).text();
  const check = checks.get(text) ?? checkBy(JSON.parse(text));
  checks.set(text, check);
  return check;
}

function checkBy(document: ApiDocument): Check {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema({ $id: 'api', ...document });
  const known = new Map<string, ValidateFunction>();
  const validatorOf = (schema: object): ValidateFunction => {
    const text = JSON.stringify(schema).replaceAll('"#/', '"api#/');
    const validate = known.get(text) ?? ajv.compile(JSON.parse(text));
    known.set(text, validate);
    return validate;
  };
  const responseOf = (operation: string, status: number): Schema | undefined => {
    // Of an operation that is not there, the document knows nothing but the form of problems.
    const described = document.paths[`/api/authentication/${operation.replace(/\/$/, '')}`]?.put.responses;
    const found = (described ?? document.components.responses)[status];
    return found?.$ref === undefined ? found : document.components.responses[found.$ref.split('/').at(-1) ?? ''];
  };
  return (operation, { status, headers, text, body }) => {
    const where = `${operation} ${status}`;
    const response = responseOf(operation, status);
    if (response === undefined) throw new Error(`${where} is not in the OpenAPI document`);
    if (response.content === undefined) {
      if (text !== '') throw new Error(`${where} has a body that the OpenAPI document does not know`);
      return;
    }
    const type = headers.get('content-type')?.split(';')[0] ?? 'none';
    const schema = response.content[type]?.schema;
    if (schema === undefined)
      throw new Error(`${where} has the type ${type}, which the OpenAPI document does not know`);
    const validate = validatorOf(schema);
    if (!validate(body)) throw new Error(`${where}: ${ajv.errorsText(validate.errors)}`);
  };
}

interface Checked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}
