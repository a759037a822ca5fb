import { X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import { WaysideOptionError, describeValue } from '../option-error.ts'
import type { Pem, ReceiverTls } from './receiver-options.ts'

const NAMES: Readonly<Record<keyof ReceiverTls, true>> = { ca: true, cert: true, key: true, passphrase: true }

/**
 * Reads certificates once, at start: a wrong one is found there, and to read Node's own CAs takes milliseconds that no
 * request should wait for.
 * @throws WaysideOptionError
 */
export function parseTls(name: string, value: ReceiverTls | undefined): SecureContext {
  if (value !== undefined) checkMembers(name, value)
  const { ca, cert, key, passphrase } = value ?? {}
  if ((cert === undefined) !== (key === undefined))
    throw new WaysideOptionError(name, `needs cert and key together, got only ${cert === undefined ? 'key' : 'cert'}`)
  try {
    return createSecureContext({
      minVersion: 'TLSv1.2',
      ...(ca !== undefined && { ca: (isPem(ca) ? [ca] : ca).map(readCa) }),
      ...(cert !== undefined && { cert: toBuffer(cert) }),
      ...(key !== undefined && { key: toBuffer(key) }),
      ...(passphrase !== undefined && { passphrase }),
    })
  } catch (error) {
    throw new WaysideOptionError(name, `cannot be used: ${error instanceof Error ? error.message : String(error)}`, error)
  }
}

function checkMembers(name: string, value: ReceiverTls): void {
  if (typeof value !== 'object' || value === null) throw new WaysideOptionError(name, `must be an object, got ${describeValue(value)}`)
  for (const member of Object.keys(value))
    if (!Object.hasOwn(NAMES, member)) throw new WaysideOptionError(`${name}.${member}`, 'is not a setting; there are ca, cert, key and passphrase')
  const { ca, cert, key, passphrase } = value
  for (const [at, one] of (Array.isArray(ca) ? ca : [ca]).entries()) checkPem(Array.isArray(ca) ? `${name}.ca[${at}]` : `${name}.ca`, one)
  checkPem(`${name}.cert`, cert)
  checkPem(`${name}.key`, key)
  if (passphrase !== undefined && typeof passphrase !== 'string')
    throw new WaysideOptionError(`${name}.passphrase`, `must be a text, got a value of type ${typeof passphrase}`)
}

/** The value may be a secret key: it is printed only when it is short, as a path would be. */
function checkPem(name: string, value: unknown): void {
  if (value === undefined || (isPem(value) && toBuffer(value).includes('-----BEGIN '))) return
  throw new WaysideOptionError(name, `must be the contents of a PEM file, read with readFileSync(path); got ${describeValue(value)}`)
}

/** A context would take a CA that is no certificate without a word. */
function readCa(pem: Pem): Buffer {
  const bytes = toBuffer(pem)
  if (new X509Certificate(bytes).raw.byteLength === 0) throw new Error('the CA is empty')
  return bytes
}

function isPem(value: unknown): value is Pem {
  return typeof value === 'string' || value instanceof Uint8Array
}

function toBuffer(pem: Pem): Buffer {
  return Buffer.from(pem)
}
