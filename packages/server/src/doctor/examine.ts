import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import process from 'node:process'
import { tryMailServer } from '../channels/mailer.ts'
import { checkDemo } from '../config/check-demo.ts'
import { checkRole } from '../config/check-role.ts'
import type { Settings } from '../config/settings.ts'
import { findHolder } from '../journal/folder-lock.ts'
import { fail, find, ok, type Finding } from './finding.ts'
import { lookAtDatabases } from './look-at-databases.ts'
import { lookAtFiles } from './look-at-files.ts'
import { lookAtFolder } from './look-at-folder.ts'

const LEAST_NODE = [22, 19] as const

/**
 * Looks at all that a server with these settings needs, and changes nothing. What cannot be looked at is a finding, too.
 * @param now - milliseconds since 1970
 */
export async function examine(settings: Settings, now: () => number = Date.now, node: string = process.versions.node): Promise<readonly Finding[]> {
  const holder = await findHolder(settings.data)
  const hasFolder = (await stat(settings.data).catch(() => null)) !== null
  const { mail } = settings
  return [
    ...(await find('Node', () => lookAtNode(node))),
    ...(await find('settings', () => {
      checkRole(settings)
      checkDemo(settings)
      return ok('they have a meaning')
    })),
    ...(await lookAtFolder(settings, now)),
    ...(await lookAtFiles(settings, now)),
    ...(hasFolder || settings.databaseUrl !== null ? await lookAtDatabases(settings, { now, isRunning: holder !== null }) : []),
    ...(await find('port', () => lookAtPort(settings, holder))),
    ...(mail === null
      ? []
      : await find('mail server', async () => {
          await tryMailServer(mail.smtpUrl)
          return ok(`${new URL(mail.smtpUrl).host} lets us in`)
        })),
  ]
}

function lookAtNode(version: string): Omit<Finding, 'check'> {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isNew = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])
  return isNew ? ok(`${version}`) : fail(`${version} is too old: the server needs ${LEAST_NODE.join('.')} or newer`)
}

/** Takes the port for an instant. */
async function lookAtPort({ host, port }: Settings, holder: number | null): Promise<Omit<Finding, 'check'>> {
  const server = createServer()
  try {
    server.listen({ host, port, exclusive: true })
    await once(server, 'listening')
    return ok(port === 0 ? `${host} has free ones` : `${host}:${port} is free`)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'EADDRINUSE' && holder !== null) return ok(`${host}:${port} is taken, and a server (process ${holder}) works on the data folder`)
    if (code === 'EADDRINUSE') return fail(`something listens on ${host}:${port} already: stop it, or choose another --port`)
    throw error
  } finally {
    server.close()
  }
}
