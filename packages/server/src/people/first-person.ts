import { readFileSync } from 'node:fs'
import { SettingError, type Settings } from '../config/settings.ts'
import { refusePassword } from './check-password.ts'
import type { Door } from './door.ts'
import { parseEmail } from './person.ts'

/** How long a set-up link works. */
const SET_UP_MS = 24 * 3_600_000

/**
 * Sees to it that somebody can become the first owner: the one whom the settings name, or whoever has the link whose
 * token this answers with. `null` once there is somebody. Throws `SettingError`.
 */
export async function admitFirstPerson(door: Door, settings: Pick<Settings, 'adminEmail' | 'adminPasswordPath'>): Promise<string | null> {
  if (!(await door.people.isEmpty())) return null
  const named = await readAdmin(settings)
  if (named === null) return await door.links.issueSetUp(SET_UP_MS)
  const passwordHash = await door.passwords.hash(named.password)
  const person = await door.people.createFirst({ email: named.email, role: 'owner', passwordHash })
  if (person !== null) await door.audit.append({ actor: 'operator', action: 'set-up', subject: person.email })
  return null
}

async function readAdmin({ adminEmail, adminPasswordPath }: Pick<Settings, 'adminEmail' | 'adminPasswordPath'>) {
  if (adminEmail === null || adminPasswordPath === null) return null
  const email = parseEmail(adminEmail)
  if (email === null) throw new SettingError(`--admin-email (WAYSIDE_ADMIN_EMAIL) must be an e-mail address, got ${JSON.stringify(adminEmail)}`)
  const password = readPassword(adminPasswordPath)
  const refusal = await refusePassword(password, email)
  if (refusal !== null) throw new SettingError(`--admin-password-file (WAYSIDE_ADMIN_PASSWORD_FILE) must hold a password that can be chosen: ${refusal}`)
  return { email, password }
}

function readPassword(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new SettingError(
      `--admin-password-file (WAYSIDE_ADMIN_PASSWORD_FILE) must name a file that can be read, got ${JSON.stringify(path)}: ${String(cause)}`,
      { cause },
    )
  }
}
