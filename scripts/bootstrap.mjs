// Entry of every npm script. Needs nothing but Node and npm: it installs the pinned pnpm and the dependencies
// through npm's cache, then runs scripts/<job>.ts on the pinned Node. Nothing global is touched.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const [job, ...args] = process.argv.slice(2)

install()
run(pinnedNode())

function install() {
  const { pnpm } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).config
  const windows = process.platform === 'win32'
  const { status } = spawnSync(
    windows ? 'npm.cmd' : 'npm',
    ['exec', '--yes', `--package=pnpm@${pnpm}`, '--', 'pnpm', 'install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only', '--loglevel=warn'],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell: windows },
  )
  if (status !== 0) {
    console.error('The dependencies could not be installed; the message above says why.')
    process.exit(status ?? 1)
  }
}

/** The Node that the lock file pins, or this one where the platform has no such package and this one is new enough. */
function pinnedNode() {
  const pinned = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node')
  if (process.platform === 'linux' && existsSync(pinned)) return pinned
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 19)) return process.execPath
  console.error(`The tools need Node 22.19 or newer on this platform; this is ${process.versions.node}.`)
  process.exit(1)
}

function run(node) {
  const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
  const child = spawn(node, [join(root, 'scripts', `${job}.ts`), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
  // npm signals only its shell. When that shell dies this process gets a new parent: the job must stop too.
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref()
}
