// Who may import whom. CONTRIBUTING.md has the same as a table.

/** Types cost nothing at run time: naming one is not depending on how it is made. */
const atRunTime = { dependencyTypesNot: ['type-only'] };
const tests = { pathNot: '\\.test\\.ts$|/fixture' };

/**
 * @param {string} name
 * @param {string} from
 * @param {readonly string[]} to what may be imported
 * @param {{ from?: object, to?: object }} more
 */
const only = (name, from, to, more = {}) => ({
  name,
  severity: 'error',
  from: { path: from, ...tests, ...more.from },
  to: { pathNot: to, ...more.to },
});

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('core-is-pure', '^src/core/', ['^src/core/', '^node_modules/(zod|saxes)/']),
    only('steps-use-core', '^src/steps/', ['^src/(core|steps)/', '^node_modules/zod/']),
    only('authenticators-use-core', '^src/authenticators/', ['^src/(core|authenticators)/']),
    only('config-uses-core', '^src/config/', ['^src/(core|config)/', '^node_modules/(zod|yaml)/'], {
      to: { dependencyTypesNot: ['core'] },
    }),
    only('adapters-use-core', '^src/adapters/', ['^src/(core|adapters)/'], {
      to: { dependencyTypesNot: ['core', 'npm', 'npm-optional'] },
    }),
    only(
      'methods-use-core-and-steps',
      '^src/methods/([^/]+)/',
      ['^src/(core|steps|authenticators)/', '^src/methods/$1/', '^node_modules/zod/'],
      { from: { pathNot: '\\.test\\.ts$|/fixture|/simulator/' } },
    ),
    {
      name: 'simulators-know-nothing-of-ours',
      severity: 'error',
      from: { path: '^src/methods/([^/]+)/simulator/', ...tests },
      to: { path: '^src/', pathNot: '^src/(methods/$1/(simulator|fixtures)|simulator-kit)/' },
    },
    only(
      'simulator-kit-stands-alone',
      '^src/simulator-kit/',
      ['^src/simulator-kit/', '^node_modules/@peculiar/x509/'],
      {
        to: { dependencyTypesNot: ['core'] },
      },
    ),
    {
      name: 'the-simulator-kit-is-for-simulators',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/(compose|commands/|simulator-kit/|methods/[^/]+/simulator/)|\\.test\\.ts$',
      },
      to: { path: '^src/simulator-kit/' },
    },
    only(
      'server-uses-core',
      '^src/server/',
      ['^src/(core|authenticators|server)/', '^node_modules/(fastify|@fastify|prom-client|jose)/'],
      { to: { ...atRunTime, dependencyTypesNot: ['type-only', 'core'] } },
    ),
    only(
      'commands-use-compose',
      '^src/commands/',
      [
        '^src/(core|config|commands|simulator-kit)/',
        '^src/compose(-demo|-accounts|-simulators|-workers)?\\.ts$',
        '^node_modules/(commander|qrcode)/',
      ],
      { to: { dependencyTypesNot: ['type-only', 'core'] } },
    ),
    {
      name: 'methods-by-their-index',
      severity: 'error',
      from: { path: '^src/(compose|main)', ...tests },
      to: { path: '^src/methods/[^/]+/', pathNot: '/index\\.ts$' },
    },
    {
      name: 'the-framework-stays-in-the-server',
      severity: 'error',
      from: { pathNot: '^src/server/' },
      to: { path: '^node_modules/(fastify|@fastify)/' },
    },
    {
      name: 'sqlite-stays-in-one-file',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/adapters/sqlite-file\\.ts$' },
      to: { path: '^(node:)?sqlite$' },
    },
    {
      name: 'postgres-stays-in-one-file',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/adapters/postgres-connection\\.ts$' },
      to: { path: '^node_modules/(@types/)?pg/' },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^src/', ...tests },
      to: { path: '^(test|bench|tools)/|\\.test\\.ts$|/fixture' },
    },
    {
      name: 'browser-stands-alone',
      severity: 'error',
      from: { path: '^browser/' },
      to: { path: '^src/', ...atRunTime },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
