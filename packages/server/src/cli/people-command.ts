import { Command } from 'commander'
import { readRegistryPlace } from '../config/config.ts'
import { openDataDir } from '../config/open-data-dir.ts'
import { SettingError } from '../config/settings.ts'
import { createDoor, type Door } from '../people/door.ts'
import { parseEmail, ROLES, type Person, type Role } from '../people/person.ts'
import { openTables } from '../registry/open-registry.ts'
import { formatTable, formatTime } from './format-table.ts'
import { addRegistryOptions, type RegistryFlags } from './shared-options.ts'

interface Flags extends RegistryFlags {
  readonly role: string
  readonly codesOff?: boolean
}

const OPERATOR = 'operator'
const LINK_MS = 24 * 3_600_000

/** `wayside people`: lets people in who cannot be let in otherwise, and keeps others out, also while a server runs. */
export function peopleCommand(): Command {
  const command = new Command('people').description('See and change who may log in. Works while the server runs.').addHelpText(
    'after',
    `
Examples:
  wayside people list
  wayside people invite ada@example.org --role owner
  wayside people link ada@example.org --codes-off     for someone who lost password and phone
  wayside people remove ben@example.org
  wayside people forget-client                        when the provider has lost the client`,
  )
  const email = (sub: Command) => addRegistryOptions(sub.argument('<EMAIL>', 'e-mail address'))

  addRegistryOptions(command.command('list').description('List people.')).action(async (flags: RegistryFlags) => {
    const rows = (await withDoor(flags, ({ people }) => people.list())).map((person) => [
      person.email,
      person.role,
      person.hasPassword ? (person.hasTotp ? 'password and codes' : 'password') : 'none yet',
      person.lastLoginAt === null ? 'never' : formatTime(person.lastLoginAt),
    ])
    process.stdout.write(formatTable(['E-MAIL', 'ROLE', 'LOGS IN WITH', 'LAST LOGIN'], rows))
  })

  email(command.command('invite').description('Add somebody, and print the link by which they choose a password.').option('--role <ROLE>', ROLES.join(', '), 'viewer')).action(
    async (text: string, { role: roleText, ...flags }: Flags) => {
      const [address, role] = [requireEmail(text), requireRole(roleText)]
      const token = await withDoor(flags, async ({ people, links, audit }) => {
        const person = await people.create({ email: address, role, passwordHash: null })
        if (person === null) throw new SettingError(`the e-mail address must be new, got ${JSON.stringify(address)}. \`wayside people link\` makes another link`)
        await audit.append({ actor: OPERATOR, action: 'person-invited', subject: `person:${person.id} ${address} as ${role}` })
        return links.issue(person.id, LINK_MS)
      })
      printLink(token)
    },
  )

  email(
    command
      .command('link')
      .description('Print a link by which somebody chooses another password.')
      .option('--codes-off', 'take their codes of an authenticator app away too'),
  ).action(async (text: string, { codesOff = false, ...flags }: Flags) => {
    const token = await withDoor(flags, async (door) => {
      const { id } = await requirePerson(door, text)
      if (codesOff) {
        await door.people.setTotp(id, null)
        await door.sessions.endAll(id)
        await door.audit.append({ actor: OPERATOR, action: 'codes-off', subject: `person:${id}` })
      }
      await door.audit.append({ actor: OPERATOR, action: 'link-issued', subject: `person:${id}` })
      return door.links.issue(id, LINK_MS)
    })
    printLink(token)
  })

  email(command.command('remove').description('Remove somebody, with their sessions.')).action(async (text: string, flags: RegistryFlags) => {
    await withDoor(flags, async (door) => {
      const person = await requirePerson(door, text)
      if (!(await door.people.remove(person.id))) throw new SettingError(`${JSON.stringify(person.email)} is the last owner: invite another one first`)
      await door.audit.append({ actor: OPERATOR, action: 'person-removed', subject: `person:${person.id} ${person.email}` })
    })
    process.stderr.write(`Removed ${text}.\n`)
  })

  addRegistryOptions(
    command.command('forget-client').description('Forget what this server has registered with OpenID Connect providers, which know it no longer: it registers anew.'),
  ).action(async (flags: RegistryFlags) => {
    const forgotten = await withDoor(flags, ({ registeredClients }) => registeredClients.forget())
    process.stderr.write(forgotten === 0 ? 'This server has registered with no provider.\n' : 'Forgotten. Start the server again: it registers at the next login.\n')
  })

  return command
}

async function withDoor<Result>(flags: RegistryFlags, work: (door: Door) => Promise<Result>): Promise<Result> {
  const place = readRegistryPlace(flags)
  openDataDir(place.data)
  const { database, pepper } = await openTables(place)
  try {
    return await work(await createDoor(database, pepper))
  } finally {
    await database.close()
  }
}

function printLink(token: string): void {
  process.stdout.write(`/welcome#${token}\n`)
  process.stderr.write('Put the address of your server before it. It works once, within 24 hours.\n')
}

async function requirePerson({ people }: Door, text: string): Promise<Person> {
  const known = await people.credentials(requireEmail(text))
  if (known === null) throw new SettingError(`the e-mail address must be that of a person, got ${JSON.stringify(text)}. \`wayside people list\` shows them`)
  return known.person
}

function requireEmail(text: string): string {
  const email = parseEmail(text)
  if (email === null) throw new SettingError(`the e-mail address must be one such as ada@example.org, got ${JSON.stringify(text)}`)
  return email
}

function requireRole(text: string): Role {
  const role = ROLES.find((each) => each === text)
  if (role === undefined) throw new SettingError(`--role must be one of ${ROLES.join(', ')}, got ${JSON.stringify(text)}`)
  return role
}
