import { X509Certificate } from 'node:crypto'
import { constants } from 'node:fs'
import { access, readFile, stat } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import type { Settings } from '../config/settings.ts'
import { readMetricsToken } from '../metrics/read-metrics-token.ts'
import { fail, find, ok, warn, type Finding } from './finding.ts'

const DAY_MS = 86_400_000
const SOON_MS = 14 * DAY_MS

/** Looks at the files that settings name. */
export async function lookAtFiles(settings: Pick<Settings, 'tls' | 'keyPepperPath' | 'adminPasswordPath' | 'metricsTokenPath' | 'countryDatabase' | 'oidc' | 'userAgents'>, now: () => number): Promise<readonly Finding[]> {
  const { tls, metricsTokenPath, userAgents } = settings
  const client = settings.oidc?.client
  return [
    ...(tls === null ? [] : await find('certificate', () => lookAtCertificate(tls, now()))),
    ...(await lookAtSecret('key pepper', settings.keyPepperPath)),
    ...(await lookAtSecret('admin password', settings.adminPasswordPath)),
    ...(await lookAtSecret('OpenID Connect secret', client?.kind === 'given' ? client.secretPath : null)),
    ...(await lookAtSecret('OpenID Connect registration token', client?.kind === 'registered' ? client.tokenPath : null)),
    ...(await lookAtSecret('metrics token', metricsTokenPath)),
    ...(metricsTokenPath === null
      ? []
      : await find('metrics token', () => {
          readMetricsToken(metricsTokenPath)
          return null
        })),
    ...(await lookAtPublic('country database', settings.countryDatabase)),
    ...(await lookAtPublic('user agents', typeof userAgents === 'string' ? null : userAgents.path)),
  ]
}

async function lookAtCertificate({ certPath, keyPath }: NonNullable<Settings['tls']>, now: number): Promise<Omit<Finding, 'check'>> {
  const [cert, key] = [await readFile(certPath), await readFile(keyPath)]
  createSecureContext({ cert, key })
  const { validToDate, validFromDate } = new X509Certificate(cert)
  const [from, until] = [validFromDate.getTime(), validToDate.getTime()]
  if (now >= until) return fail(`${certPath} was valid until ${validToDate.toISOString()}: renew it`)
  if (now < from) return fail(`${certPath} is valid from ${validFromDate.toISOString()} on, which is in the future`)
  if (now > until - SOON_MS) return warn(`${certPath} is valid until ${validToDate.toISOString()}: renew it, and start the server again`)
  return ok(`${certPath} is valid until ${validToDate.toISOString()}, and belongs to its key`)
}

function lookAtSecret(check: string, path: string | null): Promise<readonly Finding[]> {
  return find(check, async () => {
    if (path === null) return null
    await access(path, constants.R_OK)
    const { mode } = await stat(path)
    return (mode & 0o007) === 0 ? ok(`${path} can be read`) : warn(`all users of this machine may read ${path}: chmod 600 ${path}`)
  })
}

function lookAtPublic(check: string, path: string | null): Promise<readonly Finding[]> {
  return find(check, async () => {
    if (path === null) return null
    await access(path, constants.R_OK)
    return ok(`${path} can be read`)
  })
}
