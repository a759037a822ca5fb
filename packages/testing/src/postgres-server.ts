import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { takeFreePort } from './free-port.ts'

/** A PostgreSQL server on a loopback port, with nothing in it. It keeps nothing and syncs nothing. */
export interface PostgresServer {
  readonly port: number
  /** Makes a new database and answers with its URL. */
  createDatabase(): Promise<string>
  /** Cuts every connection and takes no new one; what is stored stays. */
  pause(): Promise<void>
  /** Answers again, on the same port. */
  resume(): Promise<void>
  /** Ends every connection and the server; its folder is removed. */
  stop(): Promise<void>
}

export interface PostgresOptions {
  /** Files of a certificate and its key, PEM: the server then offers TLS. */
  readonly tls?: { readonly certPath: string; readonly keyPath: string }
}

const DEBIAN_FOLDER = '/usr/lib/postgresql'
const USER = 'wayside'
const PASSWORD = 'a secret'

/** Why no server can be started here; `null` when one can. */
export function missingPostgres(): string | null {
  return findBinaries() === null ? `PostgreSQL is not installed: no ${DEBIAN_FOLDER}/*/bin. \`apt-get install postgresql\` installs it` : null
}

/** Starts a server from Debian's binaries, as a user without privileges when this process is root. */
export async function startPostgres({ tls }: PostgresOptions = {}): Promise<PostgresServer> {
  const binaries = findBinaries()
  if (binaries === null) throw new Error(missingPostgres() ?? '')
  const account = accountOf()
  const folder = mkdtempSync(join(tmpdir(), 'wayside-postgres-'))
  const passwordPath = join(folder, 'password')
  writeFileSync(passwordPath, PASSWORD)
  const own = (path: string): void => {
    if (account !== null) chownSync(path, account.uid, account.gid)
  }
  own(folder)
  own(passwordPath)
  /** A copy that only the server can read, as it demands of its key. */
  const take = (path: string, name: string): string => {
    const copy = join(folder, name)
    copyFileSync(path, copy)
    chmodSync(copy, 0o600)
    own(copy)
    return copy
  }

  const data = join(folder, 'data')
  run(join(binaries, 'initdb'), ['-D', data, '-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordPath}`, '-E', 'UTF8', '--locale=C', '--no-sync'], account)
  const port = await takeFreePort()
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    fsync: 'off',
    full_page_writes: 'off',
    synchronous_commit: 'off',
    max_connections: '60',
    ...(tls !== undefined && { ssl: 'on', ssl_cert_file: take(tls.certPath, 'cert.pem'), ssl_key_file: take(tls.keyPath, 'key.pem') }),
  }
  const start = async (): Promise<ChildProcess> => {
    const started = spawn(join(binaries, 'postgres'), ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])], {
      ...account,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await untilReady(started)
    return started
  }
  let child = await start()
  const end = async (signal: 'SIGINT' | 'SIGQUIT'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await once(child, 'exit')
  }
  const kill = (): void => void child.kill('SIGQUIT')
  process.once('exit', kill)

  let databases = 0
  return {
    port,
    async createDatabase() {
      const name = `test_${++databases}`
      const created = spawn(join(binaries, 'createdb'), ['-h', '127.0.0.1', '-p', String(port), '-U', USER, name], { env: { PGPASSWORD: PASSWORD } })
      const [code] = await once(created, 'exit')
      if (code !== 0) throw new Error(`createdb ended with ${String(code)}`)
      return `postgres://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${name}`
    },
    pause: () => end('SIGINT'),
    async resume() {
      child = await start()
    },
    async stop() {
      process.off('exit', kill)
      await end('SIGQUIT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function findBinaries(): string | null {
  if (!existsSync(DEBIAN_FOLDER)) return null
  const [newest] = readdirSync(DEBIAN_FOLDER)
    .filter((version) => existsSync(join(DEBIAN_FOLDER, version, 'bin/initdb')))
    .toSorted((a, b) => Number(b) - Number(a))
  return newest === undefined ? null : join(DEBIAN_FOLDER, newest, 'bin')
}

interface Account {
  readonly uid: number
  readonly gid: number
}

/** PostgreSQL does not run as root; Debian's package makes a user for it. */
function accountOf(): Account | null {
  if (process.getuid?.() !== 0) return null
  const id = (flag: string): number => Number(run('id', [flag, 'postgres']))
  return { uid: id('-u'), gid: id('-g') }
}

function run(file: string, parameters: readonly string[], account: Account | null = null): string {
  const { status, stdout, stderr } = spawnSync(file, parameters, { ...account, encoding: 'utf8', cwd: tmpdir() })
  if (status !== 0) throw new Error(`${file} ended with ${String(status)}: ${stderr}`)
  return stdout
}

function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.includes('ready to accept connections')) resolve()
    })
    child.once('exit', (code) => reject(new Error(`postgres ended with ${String(code)}: ${output}`)))
  })
}
