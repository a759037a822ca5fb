import type { Client, ErasedData, ErasureReceipt, HoldingBackup } from '@wayside/client'
import { Command } from 'commander'
import { ADMIN_KEY, type RemoteFlags } from '../config/remote.ts'
import { printable } from '../format/printable.ts'
import { confirm } from './erase/confirm.ts'
import { nameTarget, toTarget, type EraseTarget, type TargetFlags } from './erase/erase-target.ts'
import { waitUntilErased } from './erase/wait-until-erased.ts'
import { formatTable, formatTime } from './format-table.ts'
import { print } from './print.ts'
import { askServer } from './remote/connect.ts'
import { addRemoteOptions } from './remote/remote-options.ts'

interface Flags extends TargetFlags, RemoteFlags {
  readonly yes?: boolean
  readonly wait: boolean
  readonly json?: boolean
}

/** Files of days are written anew before the server answers. */
const TIMEOUT_MS = 3_600_000

/** `wayside erase`: has a server remove what it holds of a consumer, or of days. */
export function eraseCommand(): Command {
  const command = new Command('erase')
    .description('Have a server remove all that names a consumer, or the events of days. It cannot be undone.')
    .option('--user-id <ID>', 'all that names this user, as answers show it')
    .option('--api-key <HASH>', 'all that names this API key of yours: its hash, as answers show it')
    .option('--oauth-client <ID>', 'all that names this OAuth client')
    .option('--ip <ADDRESS>', 'all that came from this address, also what counts as a user')
    .option('--from <DAY>', 'events from this day (UTC) on, such as 2026-01-31')
    .option('--to <DAY>', 'events up to this day, included')
    .option('--all', 'all events of the project; the project and its keys stay')
    .option('--yes', 'asks nothing')
    .option('--no-wait', 'ends when answers do not show it any more, and not only when it is gone from every file')
    .option('--json', 'prints the receipt as JSON')
  return addRemoteOptions(command, ADMIN_KEY)
    .addHelpText(
      'after',
      `
The receipt names backups that were made before, which hold it still.

Examples:
  export WAYSIDE_ADMIN_KEY=$(wayside keys create --kind admin --project shop)
  wayside erase --user-id user-4711
  wayside erase --ip 203.0.113.7 --yes --json
  wayside erase --from 2026-01-01 --to 2026-01-31`,
    )
    .action(async (flags: Flags) => {
      const target = toTarget(flags)
      await askServer(flags, (client) => erase(client, target, flags), { key: ADMIN_KEY, timeoutMs: TIMEOUT_MS })
    })
}

async function erase(client: Client, target: EraseTarget, { yes = false, wait, json = false }: Flags): Promise<void> {
  const { name } = await client.project()
  const what = `${nameTarget(target)} of the project ${JSON.stringify(name)}`
  if (!yes) await confirm(`This removes ${what}, and cannot be undone.`)
  const receipt = 'consumer' in target ? await eraseConsumer(client, target.consumer, wait) : await client.eraseDays(target.days)
  await print(json ? `${JSON.stringify(receipt, null, 2)}\n` : toReport(receipt, what))
}

async function eraseConsumer(client: Client, consumer: Pick<ErasureReceipt, 'kind' | 'consumer'>, wait: boolean): Promise<ErasureReceipt> {
  const asked = await client.eraseConsumer(consumer)
  if (!wait) return asked
  const tell = ({ events }: ErasureReceipt): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[KNo answer shows it any more. Removing it from every file: ${events.toLocaleString('en')} events so far.`)
  }
  // The server writes an address in a form of its own.
  const receipt = await waitUntilErased(client, asked, { tell })
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  return receipt
}

function toReport(receipt: ErasureReceipt | ErasedData, what: string): string {
  const { events, backups } = receipt
  const isUnderWay = 'doneAt' in receipt && receipt.doneAt === null
  const done = isUnderWay ? `No answer shows ${what} any more. GET /api/v1/erasures says when it is gone from every file.` : `Removed ${what}: ${events.toLocaleString('en')} events.`
  return `${done}\n${toHolding(backups)}`
}

function toHolding(backups: readonly HoldingBackup[]): string {
  if (backups.length === 0) return 'No backup is known to hold it.\n'
  const rows = backups.map(({ name, startedAt, madeAt }) => [printable(name), formatTime(startedAt), formatTime(madeAt)])
  return `Backups from before hold it still; delete them, or erase again after a restore:\n${formatTable(['BACKUP', 'BEGUN', 'MADE'], rows)}`
}
