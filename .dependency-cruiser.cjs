// The directions of imports. `protocol ← core ← adapters`; `protocol ← server`; `protocol ← dashboard`; `protocol ← client`.
const only = (name, from, to, comment) => ({ name, comment, severity: 'error', from: { path: from, pathNot: '\\.test\\.tsx?$|/src/testing/' }, to: { pathNot: to, dependencyTypesNot: ['npm-dev'] } })
const never = (name, from, to, comment) => ({ name, comment, severity: 'error', from, to })
const npmAndNode = 'node_modules|^node:|^[a-z0-9_/]+$'
const adapter = '^packages/(express|fastify|koa|nestjs)/src'

module.exports = {
  forbidden: [
    never('resolvable', { path: '^packages/[^/]+/src' }, { couldNotResolve: true }, 'An import that leads nowhere, or past the manifest.'),
    never('no-cycles', {}, { circular: true }, 'A cycle has no first file to read.'),
    only('protocol-stands-alone', '^packages/protocol/src', '^packages/protocol/src', 'Protocol knows neither Node nor any package.'),
    only('core-on-protocol', '^packages/core/src', `^packages/(core|protocol)/src|${npmAndNode}`, 'Core rests on protocol alone.'),
    only('client-on-protocol', '^packages/client/src', '^packages/(client|protocol)/src', 'The client runs in browsers too: no Node, no dependency.'),
    never('adapters-on-core', { path: adapter }, { path: '^packages/(protocol|server|dashboard)/' }, 'An adapter observes; it knows no events, wire or server.'),
    never('adapters-apart', { path: '^packages/(express|fastify|koa)/src' }, { path: '^packages/(express|fastify|koa|nestjs)/src', pathNot: '^packages/$1/src' }, 'Only nestjs may rest on other adapters.'),
    only('commands-on-client', '^packages/server/src/cli/', `^packages/(server|protocol|client)/src|${npmAndNode}`, 'Commands ask a server as programs do.'),
    only('server-on-protocol', '^packages/server/src/(?!cli/)', `^packages/(server|protocol)/src|${npmAndNode}`, 'The server never imports the SDK or the dashboard.'),
    only('dashboard-on-protocol', '^packages/dashboard/src', `^packages/(dashboard|protocol)/src|node_modules`, 'The dashboard meets the server in protocol.'),
    never('only-recorder-wires', { path: '^packages/core/src/(observe|to-event|privacy|mappers|lane/(?:queue|batcher|delivery)|receivers/transport)\\.ts$' }, { path: '^packages/core/src/(observe|lane/(?:queue|batcher|delivery)|receivers/transport)\\.ts$', pathNot: '^packages/core/src/$1\\.ts$', dependencyTypesNot: ['type-only'] }, 'Stages never import each other; recorder.ts and open-lane.ts wire them.'),
    only('spool-stands-alone', '^packages/core/src/spool/', `^packages/(core/src/spool|protocol/src)/|${npmAndNode}`, 'The spool knows bytes and files: no delivery, no events, no options.'),
    never('engines-behind-open-store', { path: '^packages/server/src', pathNot: '^packages/server/src/store/|\\.test\\.ts$' }, { path: '^packages/server/src/store/(memory|duckdb|clickhouse)/' }, 'Only open-store.ts imports an engine.'),
    never('engines-apart', { path: '^packages/server/src/store/(memory|duckdb|clickhouse)/', pathNot: '\\.test\\.ts$' }, { path: '^packages/server/src/(http|reports|registry|cli)/' }, 'An engine knows neither HTTP nor reports nor keys.'),
    never('reports-without-engines', { path: '^packages/server/src/reports/' }, { path: '^packages/server/src/(http|store/(memory|duckdb|clickhouse))/|@duckdb|@clickhouse' }, 'A report asks the store interface.'),
    never('receiver-without-engines', { path: '^packages/server/src/receive/', pathNot: '\\.test\\.ts$' }, { path: '^packages/server/src/(http|store/(memory|duckdb|clickhouse))/|@duckdb|@clickhouse' }, 'The receiver knows neither SQL nor engines.'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/|\\.matrix|\\.cache' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { conditionNames: ['@wayside/source', 'import', 'node', 'default'], exportsFields: ['exports'], extensions: ['.ts', '.tsx', '.js', '.mjs'] },
  },
}
