import swagger, { type StaticDocumentSpec } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import type { ApiDocument } from './openapi.ts';

// The page of the viewer sets styles on its elements; scripts come from files of ours only.
const contentSecurityPolicy =
  "default-src 'none'; connect-src 'self'; font-src 'self' data:; img-src 'self' data:; script-src 'self'; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Serves the description of the API at `/openapi.json`, and a page to read it and try it at `/docs/`. */
export function mountDocumentation(server: FastifyInstance, document: ApiDocument): void {
  server.get('/openapi.json', (_request, reply) => reply.type('application/json').send(document));
  server.register(swagger, {
    mode: 'static',
    specification: { document: document as unknown as StaticDocumentSpec['document'] },
  });
  server.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: contentSecurityPolicy,
    uiConfig: { url: '/openapi.json', deepLinking: true, displayRequestDuration: true, validatorUrl: null },
    theme: { title: 'Portvakt API' },
  });
}
