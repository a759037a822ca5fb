import { constants } from 'node:fs'
import { access, readdir, readFile, stat, statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { refuseHalfRestored } from '../backup/restore-backup.ts'
import type { Settings } from '../config/settings.ts'
import { scanSegment } from '../journal/scan-segment.ts'
import { parseSegmentName } from '../journal/segment-file.ts'
import { listAside } from '../journal/set-aside.ts'
import { fail, find, ok, warn, type Finding } from './finding.ts'

const MIB = 1024 * 1024
/** A clock may be set back by a little, as by NTP. */
const CLOCK_SLACK_MS = 60_000

/** Looks at a data folder, and changes nothing in it. */
export async function lookAtFolder({ data, minFreeBytes, journalMaxBytes }: Pick<Settings, 'data' | 'minFreeBytes' | 'journalMaxBytes'>, now: () => number): Promise<readonly Finding[]> {
  const room = await find('disk', async () => {
    const { bavail, bsize } = await statfs(await findExisting(data))
    const free = bavail * bsize
    const shown = `${Math.floor(free / MIB)} MiB are free for ${data}`
    if (free < minFreeBytes) return fail(`${shown}, and the server takes nothing below ${minFreeBytes / MIB} MiB (--min-free-mib): make room`)
    if (free < minFreeBytes + journalMaxBytes) return warn(`${shown}, less than the journal may take (${journalMaxBytes / MIB} MiB, --journal-max-mib) above the ${minFreeBytes / MIB} MiB that stay free`)
    return ok(shown)
  })
  if ((await stat(data).catch(() => null)) === null) {
    const folder = await find('data folder', async () => {
      await access(await findExisting(data), constants.W_OK)
      return ok(`${data} is not there yet; the server makes it when it starts`)
    })
    return [...folder, ...room]
  }
  return [
    ...(await find('data folder', () => lookAtRights(data))),
    ...room,
    ...(await find('clock', () => lookAtClock(data, now()))),
    ...(await find('journal', () => lookAtJournal(join(data, 'journal')))),
  ]
}

async function findExisting(path: string): Promise<string> {
  const above = dirname(resolve(path))
  return (await stat(path).catch(() => null)) !== null || above === path ? path : findExisting(above)
}

async function lookAtRights(data: string): Promise<Omit<Finding, 'check'>> {
  await access(data, constants.R_OK | constants.W_OK | constants.X_OK)
  refuseHalfRestored(data)
  const open: string[] = []
  for (const name of ['.', ...(await readdir(data))]) {
    const found = await stat(join(data, name)).catch(() => null)
    // What lies in a folder that is closed cannot be reached, whatever its own rights are.
    if (found !== null && (found.mode & 0o077) !== 0) open.push(name)
    if (name === '.' && open.length === 0) break
  }
  if (open.includes('.')) return warn(`other users of this machine may look into ${data}: chmod 700 ${data}`)
  return ok(`${data} is this user's alone`)
}

async function lookAtClock(data: string, now: number): Promise<Omit<Finding, 'check'>> {
  let newest = 0
  for (const folder of ['.', 'journal', 'days', 'snapshots']) {
    for (const name of await readdir(join(data, folder)).catch(() => [])) {
      newest = Math.max(newest, (await stat(join(data, folder, name)).catch(() => null))?.mtimeMs ?? 0)
    }
  }
  const time = new Date(now).toISOString()
  if (newest > now + CLOCK_SLACK_MS) return fail(`it is ${time} here, and files in ${data} are from ${new Date(newest).toISOString()}: set the clock of this machine`)
  return ok(`it is ${time}, after all that is in ${data}`)
}

async function lookAtJournal(folder: string): Promise<Omit<Finding, 'check'> | null> {
  const names = await readdir(folder).catch(() => null)
  if (names === null) return null
  const damaged: string[] = []
  let segments = 0
  let bytes = 0
  for (const name of names.toSorted()) {
    if (parseSegmentName(name) === null) continue
    // A server that runs may just have dropped it.
    const content = await readFile(join(folder, name)).catch(() => null)
    if (content === null) continue
    segments++
    bytes += content.length
    if (scanSegment(content).corrupt.length > 0) damaged.push(name)
  }
  if (damaged.length > 0) return fail(`batches are damaged in ${damaged.join(', ')} of ${folder}: the server sets them aside when it starts, and loads the others. Check the disk`)
  const aside = await listAside(folder)
  if (aside.length > 0) return warn(`${aside.length} files of batches that could not be stored are in ${folder} (*.corrupt, *.refused): look at them, and take them away`)
  return ok(`${segments} segments of ${bytes} bytes, none of them damaged`)
}
