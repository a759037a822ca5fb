import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'

const PEPPER_BYTES = 32

/**
 * The secret that key digests are made with, from its file, which is made when absent. It is a file of its own, so
 * that a copy of the database alone cannot be searched for keys.
 */
export function loadPepper(path: string): Buffer {
  const pepper = readPepper(path) ?? createPepper(path)
  if (pepper.length !== PEPPER_BYTES)
    throw new Error(
      `${path} has ${pepper.length} bytes instead of ${PEPPER_BYTES}. Restore it from a backup; without it no key is valid.`,
    )
  return pepper
}

function createPepper(path: string): Buffer {
  // Linked into place once complete: of two processes that start together, both read the same secret.
  const draft = `${path}.${process.pid}`
  const file = openSync(draft, 'wx', 0o600)
  writeSync(file, randomBytes(PEPPER_BYTES))
  fsyncSync(file)
  closeSync(file)
  try {
    linkSync(draft, path)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    unlinkSync(draft)
  }
  return readFileSync(path)
}

function readPepper(path: string): Buffer | null {
  try {
    return readFileSync(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
