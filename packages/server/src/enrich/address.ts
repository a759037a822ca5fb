import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { normalizeIp, parseIp } from '@wayside/protocol'
import { Reader } from 'mmdb-lib'
import type { Address } from './enricher.ts'
import { remember } from './bounded-cache.ts'
import { isPublicAddress } from './public-address.ts'

const CACHED_ADDRESSES = 10_000

export interface AddressReaderOptions {
  /**
   * A country database in MaxMind's format.
   * @default the public-domain database that comes with the server
   */
  readonly path?: string
}

/**
 * Reads an address, or a network (`203.0.113.0/24`) by its first address. The country is ISO 3166-1 alpha-2; unknown,
 * private and other reserved addresses have none. The database that comes with the server is read when the first address
 * is asked for, so that a server whose projects keep no addresses never holds it.
 * @throws when the file at `path` cannot be used.
 */
export function createAddressReader({ path }: AddressReaderOptions = {}): (address: string) => Address {
  let reader = path === undefined ? null : openDatabase(path)
  return remember((address) => {
    const slash = address.indexOf('/')
    const ip = normalizeIp(slash === -1 ? address : address.slice(0, slash))
    const bytes = ip === null ? null : parseIp(ip)
    if (ip === null || bytes === null) return { ip: null, country: null }
    const isNetwork = slash !== -1
    if (!isPublicAddress(bytes)) return { ip: isNetwork ? null : ip, country: null }
    reader ??= openDatabase(BUNDLED_DATABASE)
    return { ip: isNetwork ? null : ip, country: readCountry(reader.get(ip)) }
  }, CACHED_ADDRESSES)
}

const BUNDLED_DATABASE = createRequire(import.meta.url).resolve('@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb')

function openDatabase(path: string): Reader<never> {
  try {
    return new Reader<never>(readFileSync(path))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`the country database ${path} cannot be used: ${reason}`, { cause })
  }
}

/** Databases say it in one of two ways: flat, or as MaxMind's own do. */
function readCountry(record: unknown): string | null {
  if (!isObject(record)) return null
  const country = record['country']
  const code = record['country_code'] ?? (isObject(country) ? country['iso_code'] : undefined)
  return typeof code === 'string' && /^[A-Z]{2}$/.test(code) ? code : null
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
