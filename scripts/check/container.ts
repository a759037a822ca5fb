import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { startChdb } from '../../packages/testing/src/start-chdb.ts'
import { startPostgres } from '../../packages/testing/src/postgres-server.ts'
import { packed } from '../pack-all.ts'
import { root } from '../run-command.ts'
import { type DebianRoot, makeDebianRoot, missingForRoot } from './container/debian-root.ts'
import { type Image, readDockerfile } from './container/read-dockerfile.ts'

const DEPLOY = join(root, 'deploy')
const TARBALL = '/tmp/wayside.tgz'
const READY_WITHIN_MS = 90_000

/** A service of a compose file, as far as ours go. */
interface Service {
  readonly build?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
}

/**
 * Does what the Dockerfile and the compose files say without an engine for containers: its commands run in a bare Debian, the
 * servers as its user on their own folders, those of the scaled set-up on a real PostgreSQL and on ClickHouse's engine.
 */
export async function checkContainer(): Promise<string> {
  const missing = missingForRoot()
  if (missing !== null) return `left out: ${missing}`
  const image = readDockerfile(readFileSync(join(DEPLOY, 'Dockerfile'), 'utf8'))
  const debian = await makeDebianRoot()
  try {
    const tarball = packed().get('server')
    if (tarball === undefined) throw new Error('the server is not packed')
    copyFileSync(tarball, join(debian.folder, TARBALL))
    for (const run of image.runs) await debian.run(run, { ...image.args, WAYSIDE: TARBALL })
    await tryEmbedded(debian, image)
    await tryScaled(debian, image)
    return 'the image in a bare Debian, one server alone, two on PostgreSQL and ClickHouse'
  } finally {
    debian.remove()
  }
}

async function tryEmbedded(debian: DebianRoot, image: Image): Promise<void> {
  const [service] = readServices('compose.yaml', {})
  if (service === undefined) throw new Error('compose.yaml builds no server')
  const server = await startService(debian, image, service)
  try {
    await server.wayside('projects create shop')
    const key = await server.wayside('keys create --project shop --kind combined')
    await server.send(key, 3)
    await server.counts(key, 3)
  } finally {
    await server.stop()
  }
}

async function tryScaled(debian: DebianRoot, image: Image): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-scaled-'))
  const [postgres, chdb] = [await startPostgres(), await startChdb(join(folder, 'chdb'))]
  const servers: RunningService[] = []
  try {
    const databaseUrl = new URL(await postgres.createDatabase())
    mkdirSync(join(debian.folder, 'run/secrets'), { recursive: true })
    writeFileSync(join(debian.folder, 'run/secrets/key-pepper'), randomBytes(32), { mode: 0o444 })
    // The names that the engine gives containers stand for what runs here.
    const services = readServices('compose.scaled.yaml', { POSTGRES_PASSWORD: databaseUrl.password, CLICKHOUSE_PASSWORD: '' }).map((service) => ({
      ...service,
      environment: {
        ...service.environment,
        WAYSIDE_DATABASE_URL: toHost(service.environment?.['WAYSIDE_DATABASE_URL'], 'postgres', databaseUrl.href),
        WAYSIDE_CLICKHOUSE_URL: toHost(service.environment?.['WAYSIDE_CLICKHOUSE_URL'], 'clickhouse', chdb.url),
      },
    }))
    for (const service of services) servers.push(await startService(debian, image, service))
    const [one, two] = servers
    if (one === undefined || two === undefined) throw new Error('compose.scaled.yaml builds no two servers')
    await one.wayside('projects create shop')
    const key = await one.wayside('keys create --project shop --kind combined')
    await one.send(key, 3)
    await two.send(key, 4)
    await one.counts(key, 7)
    await two.counts(key, 7)
  } finally {
    for (const server of servers) await server.stop()
    await chdb.stop()
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The services that are built here, with variables filled in. */
function readServices(file: string, variables: Readonly<Record<string, string>>): readonly Service[] {
  const text = readFileSync(join(DEPLOY, file), 'utf8').replaceAll(/\$\{(\w+)\}/g, (_all, name: string) => {
    const value = variables[name]
    if (value === undefined) throw new Error(`${file} needs ${name}`)
    return value
  })
  const { services } = parse(text, { merge: true }) as { readonly services: Readonly<Record<string, Service>> }
  return Object.values(services).filter(({ build }) => build === '.')
}

function toHost(url: string | undefined, host: string, place: string): string {
  if (url === undefined || new URL(url).hostname !== host) throw new Error(`${url} does not lead to ${host}`)
  return place
}

interface RunningService {
  /** What `docker compose exec` would run. */
  wayside(args: string): Promise<string>
  send(key: string, requests: number): Promise<void>
  counts(key: string, requests: number): Promise<void>
  stop(): Promise<void>
}

/** Runs the image's command as its user. Resolves when its health check passes. */
async function startService(debian: DebianRoot, image: Image, { environment = {}, ports = [], volumes = [] }: Service): Promise<RunningService> {
  if (!ports.some((each) => each.endsWith(':4270'))) throw new Error('the service opens no port')
  const mounted = volumes.map((each) => each.split(':')[1])
  if (image.volumes.some((each) => !mounted.includes(each))) throw new Error('the service has no volume for its data')
  // A volume is a folder of its own, as the image made it.
  const data = `/data-${randomBytes(4).toString('hex')}`
  await debian.run(`install --directory --owner=${image.user} --mode=0700 ${data}`, {})
  const port = await findPort()
  const env = { ...image.env, ...environment, WAYSIDE_DATA: data, WAYSIDE_PORT: String(port) }
  const child = debian.start(image.command, env, image.user)
  const errors = gatherErrors(child)
  const url = `http://127.0.0.1:${port}`
  try {
    await until(READY_WITHIN_MS, async () => {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${errors()}`)
      return debian.run(image.healthCheck, env, image.user).then(
        () => true,
        () => false,
      )
    })
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return {
    async wayside(args) {
      const said = await debian.run(`wayside ${args}`, env, image.user)
      return said.trim().split(/\s+/).findLast((word) => /^[\w-]{30,}$/.test(word)) ?? ''
    },
    async send(key, requests) {
      const rows = Array.from({ length: requests }, () => ({ method: 'GET', path: '/', status: 200, hostname: 'shop', created_at: new Date().toISOString(), response_time: 5 }))
      const answer = await fetch(`${url}/api/log-request`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ api_key: key, framework: 'Express', requests: rows }) })
      if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`)
    },
    async counts(key, requests) {
      let seen: unknown
      await until(30_000, async () => {
        seen = await (await fetch(`${url}/api/v1/overview?period=1h`, { headers: { authorization: `Bearer ${key}` } })).json()
        return (seen as { totals?: { requests?: number } }).totals?.requests === requests
      }).catch(() => {
        throw new Error(`${requests} requests were sent, the overview says ${JSON.stringify(seen).slice(0, 500)}`)
      })
    },
    async stop() {
      if (child.exitCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      const [code] = (await gone) as [number | null]
      if (code !== 0) throw new Error(`the server ended with ${code}: ${errors()}`)
    },
  }
}

function gatherErrors(child: ChildProcess): () => string {
  let text = ''
  child.stdout?.resume()
  child.stderr?.on('data', (data: Buffer) => (text = (text + data).slice(-8_192)))
  return () => text
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function until(withinMs: number, isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await new Promise((resolve) => setTimeout(resolve, 500))) if (await isSo()) return
  throw new Error(`not so within ${withinMs} ms`)
}
