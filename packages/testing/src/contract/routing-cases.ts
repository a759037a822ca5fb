import assert from 'node:assert/strict'
import type { Capability } from '../adapter-harness.ts'
import type { ContractCase } from '../contract-case.ts'
import { withSession } from '../contract-session.ts'

/** Which template an exchange is recorded under. */
export const routingCases: readonly ContractCase[] = [
  names('a flat route by its template', '/flat/9', '/flat/:id'),
  names('a route in a nested router with its mount', '/v1/users/7', '/v1/users/:id'),
  names('a route below a mount with a parameter', '/t/acme/users/7', '/t/:tenant/users/:id', 'parameterMount'),
  names('a route three levels deep', '/org/o1/team/t1/members/m1', '/org/:org/team/:team/members/:member', 'parameterMount'),
  names('values that repeat literal segments', '/t/users/users/users', '/t/:tenant/users/:id', 'parameterMount'),
  names('values that repeat each other', '/org/x/team/x/members/x', '/org/:org/team/:team/members/:member', 'parameterMount'),
  names('values that are percent-encoded', '/t/a%20b/users/%2F', '/t/:tenant/users/:id', 'parameterMount'),
  names('a route of an app mounted in a router', '/a/s/x', '/a/s/:x', 'subApp'),
  names('the first element of a path list', '/multi1/5', '/multi1/:k', 'pathArray'),
  names('the element of a path list that matched', '/multi2/5', '/multi2/:k', 'pathArray'),
  {
    name: 'names a wildcard route as it was registered',
    run: (harness) =>
      withSession(harness, {}, async ({ send, event }) => {
        await send('/files/a/b.txt')
        assert.equal((await event()).route, harness.wildcard)
      }),
  },
  {
    name: 'names a route with a regular expression as it was registered',
    needs: ['regex'],
    run: (harness) =>
      withSession(harness, {}, async ({ send, event }) => {
        await send('/digits/42')
        assert.equal((await event()).route, harness.regexRoute)
      }),
  },
  leavesRouteOpen('nothing matches', '/nope/123'),
  leavesRouteOpen('nothing matches below a mount', '/v1/nope'),
  leavesRouteOpen('nothing matches below a mount with a parameter', '/t/acme/nope', 'parameterMount'),
  {
    name: 'keeps the concrete path and never the query string',
    run: (harness) =>
      withSession(harness, {}, async ({ send, event, receiver }) => {
        await send('/v1/users/7?token=SECRET-IN-QUERY')
        const { path, route } = await event()
        assert.deepEqual({ path, route }, { path: '/v1/users/7', route: '/v1/users/:id' })
        assert.ok(!receiver.batches[0]?.text.includes('SECRET-IN-QUERY'))
      }),
  },
  {
    name: 'does not take the query string for a path that matched nothing',
    run: (harness) =>
      withSession(harness, {}, async ({ send, event }) => {
        await send('/nope?token=SECRET')
        assert.equal((await event()).path, '/nope')
      }),
  },
]

function names(what: string, path: string, route: string, ...needs: Capability[]): ContractCase {
  return {
    name: `names ${what}`,
    needs,
    run: (harness) =>
      withSession(harness, {}, async ({ send, event }) => {
        const { status } = await send(path)
        const recorded = await event()
        assert.equal(status, 200)
        assert.equal(recorded.route, route)
        assert.equal(recorded.path, path)
      }),
  }
}

function leavesRouteOpen(when: string, path: string, ...needs: Capability[]): ContractCase {
  return {
    name: `has no route when ${when}`,
    needs,
    run: (harness) =>
      withSession(harness, {}, async ({ send, event }) => {
        await send(path)
        const { route, status } = await event()
        assert.deepEqual({ route, status }, { route: null, status: 404 })
      }),
  }
}
