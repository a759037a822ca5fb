import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { runCommand } from '../../run-command.ts'

const SUITE = 'bookworm'
const MIRROR = 'http://deb.debian.org/debian'
/** What reaches the npm registry from here may need a certificate of its own. */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'

/** A bare Debian in a folder, with Node and npm as their image has them. */
export interface DebianRoot {
  readonly folder: string
  /** Runs a shell command to its end. */
  run(command: string, env: Readonly<Record<string, string>>, user?: string): Promise<string>
  start(command: readonly string[], env: Readonly<Record<string, string>>, user: string): ChildProcess
  remove(): void
}

/** Why there can be none here; `null` when there can. */
export function missingForRoot(): string | null {
  if (process.getuid?.() !== 0) return 'a root folder of its own takes the rights of root'
  return existsSync('/usr/sbin/debootstrap') ? null : '`apt-get install debootstrap` installs what makes a bare Debian'
}

export async function makeDebianRoot(): Promise<DebianRoot> {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-debian-'))
  // It is to be entered by the user of the image.
  chmodSync(folder, 0o755)
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    await runCommand('debootstrap', ['--variant=minbase', '--include=ca-certificates', SUITE, folder, MIRROR], { quiet: true })
    copyFileSync(process.execPath, join(folder, 'usr/local/bin/node'))
    await runCommand('npm', ['install', '--global', '--no-fund', '--no-audit', '--prefix', join(folder, 'usr/local'), 'npm@11'], { quiet: true })
    for (const file of ['/etc/resolv.conf', '/etc/hosts', CERTIFICATES]) if (existsSync(file)) copyFileSync(file, join(folder, file))
    await runCommand('mknod', ['-m', '666', join(folder, 'dev/null'), 'c', '1', '3'], { quiet: true }).catch(() => undefined)
  } catch (error) {
    remove()
    throw error
  }
  const toArguments = (env: Readonly<Record<string, string>>, user: string) => [
    `--userspec=${user}`,
    folder,
    '/usr/bin/env',
    '-i',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    `NODE_EXTRA_CA_CERTS=${CERTIFICATES}`,
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
  ]
  return {
    folder,
    run: (command, env, user = 'root') => runCommand('chroot', [...toArguments(env, user), '/bin/sh', '-c', command], { quiet: true }),
    start: (command, env, user) => spawn('chroot', [...toArguments(env, user), ...command], { stdio: ['ignore', 'pipe', 'pipe'] }),
    remove,
  }
}
