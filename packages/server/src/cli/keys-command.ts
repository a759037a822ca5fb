import { Command } from 'commander'
import { SettingError } from '../config/settings.ts'
import { KEY_KINDS, type KeyKind } from '../registry/registry.ts'
import { addRegistryOptions, projectOption, type RegistryFlags } from './shared-options.ts'
import { formatTable, formatTime } from './format-table.ts'
import { requireProject, withRegistry } from './with-registry.ts'

interface Flags extends RegistryFlags {
  readonly project: string
  readonly kind: string
}

/** `wayside keys`: makes, lists and revokes keys, also while a server runs on the folder. */
export function keysCommand(): Command {
  const keys = new Command('keys').description('Make, list and revoke keys. Works while the server runs.').addHelpText(
    'after',
    `
Kinds:
  ingest    send events, and nothing else: for apps
  read      read requests and reports
  admin     send, read and remove data
  combined  all of these, as a UUID: for API Analytics clients

Examples:
  wayside keys create --kind ingest --project shop
  wayside keys list --project shop
  wayside keys revoke way_ing_Xq3kZ0aB7c`,
  )

  addRegistryOptions(
    keys
      .command('create')
      .description('Make a key and print it. It is shown this once: only a hash is stored.')
      .requiredOption('--kind <KIND>', KEY_KINDS.join(', '))
      .addOption(projectOption().makeOptionMandatory()),
  ).action(async ({ project, kind, ...flags }: Flags) => {
    const wanted = parseKind(kind)
    const { id, key } = await withRegistry(flags, async ({ registry, note }) => {
      const { id: projectId } = await requireProject(registry, project)
      const made = await registry.createKey(projectId, wanted)
      await note({ action: 'key-created', subject: made.id, projectId })
      return made
    })
    process.stdout.write(`${key}\n`)
    process.stderr.write(
      `Made the ${wanted} key ${id} of project ${JSON.stringify(project)}. Keep it: it is not shown again.\n`,
    )
  })

  addRegistryOptions(
    keys
      .command('list')
      .description('List keys by their ids; the keys themselves are not stored.')
      .addOption(projectOption()),
  ).action(async ({ project, ...flags }: Partial<Flags>) => {
    const records = await withRegistry(flags, async ({ registry }) =>
      registry.keys(project === undefined ? null : (await requireProject(registry, project)).id),
    )
    const rows = records.map((key) => [
      key.id,
      key.kind,
      key.projectName,
      formatTime(key.createdAt),
      key.lastUsedAt === null ? 'never' : formatTime(key.lastUsedAt),
      key.revokedAt === null ? 'live' : `revoked ${formatTime(key.revokedAt)}`,
    ])
    process.stdout.write(formatTable(['KEY', 'KIND', 'PROJECT', 'CREATED', 'LAST USED', 'STATE'], rows))
  })

  addRegistryOptions(
    keys
      .command('revoke')
      .description('Take a key out of use, at a running server within 10 seconds.')
      .argument('<ID>', 'the id that `wayside keys list` shows'),
  ).action(async (id: string, flags: RegistryFlags) => {
    const wasLive = await withRegistry(flags, async ({ registry, note }) => {
      const revoked = await registry.revokeKey(id)
      if (revoked) await note({ action: 'key-revoked', subject: id })
      return revoked
    })
    if (!wasLive)
      throw new SettingError(
        `the id must be that of a live key, got ${JSON.stringify(id)}. \`wayside keys list\` shows them`,
      )
    process.stderr.write(`Revoked ${id}.\n`)
  })

  return keys
}

function parseKind(text: string): KeyKind {
  const kind = KEY_KINDS.find((each) => each === text)
  if (kind === undefined)
    throw new SettingError(`--kind must be one of ${KEY_KINDS.join(', ')}, got ${JSON.stringify(text)}`)
  return kind
}
