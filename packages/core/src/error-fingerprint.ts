import { createHash } from 'node:crypto'
import { LIMITS, boundText, type ErrorStack } from '@wayside/protocol'

/** What is kept of a thrown value. */
export interface DescribedError extends ErrorStack {
  readonly message: string | null
}

/** Frames that make the fingerprint: enough to tell two places apart, few enough to survive a change further out. */
const FINGERPRINT_FRAMES = 5

/** Stacks remembered with what was read from them: an app that fails often fails at few places. */
const MAX_REMEMBERED = 200

/** Read of a stack; longer ones are cut. */
const MAX_STACK_LENGTH = 16_384

/**
 * Makes a function that describes a thrown value. The fingerprint is made of the class and the innermost frames by
 * function and file, relative to the working directory, without line numbers: it survives a deployment to another
 * folder and edits above. Where a function has no name its line stands in.
 */
export function createErrorDescriber(workingDirectory: string): (thrown: unknown) => DescribedError {
  const remembered = new Map<string, ErrorStack>()

  function readStack(errorClass: string, stack: string): ErrorStack {
    const key = `${errorClass}${stack}`
    let read = remembered.get(key)
    if (read === undefined) {
      read = toErrorStack(errorClass, stack, workingDirectory)
      if (remembered.size === MAX_REMEMBERED) remembered.delete(remembered.keys().next().value ?? '')
      remembered.set(key, read)
    }
    return read
  }

  return (thrown) => {
    const errorClass = boundText(className(thrown), LIMITS.errorClassLength)
    const message = readText(thrown, 'message') ?? (typeof thrown === 'string' ? thrown : null)
    return { ...readStack(errorClass, framesOf(thrown, message)), message }
  }
}

/** The stack's lines without the message before them, which differs where the place is the same. */
function framesOf(thrown: unknown, message: string | null): string {
  const stack = readText(thrown, 'stack') ?? ''
  const end = message === null || message === '' ? -1 : stack.indexOf(message)
  const start = stack.indexOf('\n    at ', end === -1 ? 0 : end + (message ?? '').length)
  return start === -1 ? '' : stack.slice(start, start + MAX_STACK_LENGTH)
}

function toErrorStack(errorClass: string, stack: string, workingDirectory: string): ErrorStack {
  const frames = readFrames(stack, workingDirectory)
  const place = frames.slice(0, FINGERPRINT_FRAMES).map(toPlace)
  const hash = createHash('sha256').update([errorClass, ...place].join('\n'))
  return {
    fingerprint: hash.digest('hex').slice(0, LIMITS.errorFingerprintLength),
    errorClass,
    frames: frames.map(toFrameText),
  }
}

interface Frame {
  /** Empty for an anonymous function. */
  readonly functionName: string
  readonly file: string
  readonly line: string
  readonly column: string
}

function className(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return typeof thrown
  // A subclass that does not set `name` inherits `Error`; its constructor knows better.
  const name = readText(thrown, 'name')
  if (name !== null && name !== '' && name !== 'Error') return name
  const made = readProperty(thrown, 'constructor')
  return (typeof made === 'function' && made.name) || name || 'Object'
}

function readFrames(stack: string, workingDirectory: string): readonly Frame[] {
  const frames: Frame[] = []
  for (const text of stack.split('\n')) {
    const match = /^\s+at (?:(?:async )?(.+?) \()?(.+?):(\d{1,9}):(\d{1,9})\)?$/.exec(text.slice(0, 1_024))
    if (match === null) continue
    const [, functionName = '', file = '', line = '', column = ''] = match
    if (frames.push({ functionName: toFunctionName(functionName), file: toFile(file, workingDirectory), line, column }) === LIMITS.stackFrames) break
  }
  return frames
}

function toFunctionName(name: string): string {
  const plain = name.replace(/ \[as .*\]$/, '')
  return plain === '<anonymous>' || plain === 'Object.<anonymous>' ? '' : plain
}

/** Relative to the working directory; inside a dependency, from its last `node_modules` on. */
function toFile(location: string, workingDirectory: string): string {
  const path = location.replace(/^async /, '').replace(/^file:\/\/(?=\/)/, '').replaceAll('\\', '/')
  const dependency = path.lastIndexOf('/node_modules/')
  if (dependency !== -1) return path.slice(dependency + 1)
  const root = `${workingDirectory.replaceAll('\\', '/').replace(/\/$/, '')}/`
  return root !== '/' && path.startsWith(root) ? path.slice(root.length) : path
}

function toPlace({ functionName, file, line }: Frame): string {
  return functionName === '' ? `${file}:${line}` : `${functionName} ${file}`
}

function toFrameText({ functionName, file, line, column }: Frame): string {
  const place = `${file}:${line}:${column}`
  return boundText(functionName === '' ? place : `${functionName} (${place})`, LIMITS.stackFrameLength)
}

function readText(thrown: unknown, name: string): string | null {
  const value = typeof thrown === 'object' && thrown !== null ? readProperty(thrown, name) : null
  return typeof value === 'string' ? value : null
}

/** Anything can be thrown, a proxy with throwing traps too. */
function readProperty(thrown: object, name: string): unknown {
  try {
    return Reflect.get(thrown, name)
  } catch {
    return null
  }
}
