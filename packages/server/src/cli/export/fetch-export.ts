import { createWriteStream } from 'node:fs'
import { rename, unlink } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { Client, ExportInput, ExportJob } from '@wayside/client'
import { SettingError } from '../../config/settings.ts'
import { toProgressLine } from './progress-line.ts'

export interface Fetching {
  /** The file that it goes to, `-` for stdout; `null` for the name that the server gives it. */
  readonly output: string | null
  /** Stops it, at the server too. */
  readonly signal: AbortSignal
  /** Told how far it is. @default a line on stderr that is written anew, where that is a terminal */
  readonly tell?: (job: ExportJob | null) => void
}

type Asked = Pick<Client, 'createExport' | 'exports' | 'exportLink' | 'removeExport'>

const LOOK_MS = 500

/** Has a server make a file, fetches it, and has it removed there. Rejects with why it could not be made. */
export async function fetchExport(client: Asked, input: ExportInput, { output, signal, tell = tellTerminal }: Fetching): Promise<void> {
  const { id } = await client.createExport(input, { signal })
  try {
    const job = await waitFor(client, id, signal, tell)
    const { url } = await client.exportLink(id, { signal })
    const response = await fetch(url, { signal })
    if (!response.ok || response.body === null) throw new Error(`the file could not be fetched: the server answered ${response.status}`)
    await save(Readable.fromWeb(response.body), output ?? toSafeName(job.fileName), signal)
    tell(null)
  } finally {
    // Nobody else knows of it. What the server cannot remove now goes with its time.
    await client.removeExport(id).catch(() => undefined)
  }
}

/** A name that a server gives leads to no other folder, and hides no file. */
function toSafeName(fileName: string): string {
  if (/^\w[\w.-]{0,199}$/.test(fileName)) return fileName
  throw new SettingError(`--output must be given: the server names the file ${JSON.stringify(fileName.slice(0, 100))}`)
}

async function waitFor(client: Pick<Asked, 'exports'>, id: string, signal: AbortSignal, tell: (job: ExportJob | null) => void): Promise<ExportJob> {
  for (;;) {
    const job = (await client.exports({ signal })).find((each) => each.id === id)
    if (job === undefined) throw new Error('somebody has removed the export')
    tell(job)
    if (job.state === 'done') return job
    if (job.state === 'failed') throw new Error(`the file could not be made: ${job.problem ?? 'the log of the server says why'}`)
    await pause(LOOK_MS, undefined, { signal })
  }
}

async function save(content: Readable, output: string, signal: AbortSignal): Promise<void> {
  if (output === '-') return pipeline(content, process.stdout, { signal, end: false })
  const part = `${output}.part`
  try {
    await pipeline(content, createWriteStream(part), { signal })
    await rename(part, output)
  } catch (error) {
    await unlink(part).catch(() => undefined)
    if (error instanceof Error && 'syscall' in error && 'code' in error) throw new SettingError(`--output must be a file that can be written, got ${JSON.stringify(output)}: ${String(error.code)}`, { cause: error })
    throw error
  }
}

function tellTerminal(job: ExportJob | null): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${job === null ? '' : toProgressLine(job)}`)
}
