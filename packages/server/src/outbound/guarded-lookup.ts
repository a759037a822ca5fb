import type { LookupFunction } from 'node:net'
import { isIP } from 'node:net'
import type { AddressGuard } from './address-guard.ts'
import type { ResolveHost } from './resolve-host.ts'

/** An address was not connected to. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
}

/**
 * What `net.connect` resolves names with, so that what was looked at is what is connected to. One private address among
 * several refuses them all. An address in place of a name is not looked up: that goes through `assertReachable` first.
 */
export function createGuardedLookup(guard: AddressGuard, resolve: ResolveHost): LookupFunction {
  return (host, options, callback) => {
    void resolve(host).then(
      (addresses) => {
        const refusal = addresses.map((address) => guard.refuse(address, host)).find((each) => each !== null)
        if (refusal !== undefined) return callback(new AddressRefused(`${JSON.stringify(host)} leads to a private network: ${refusal}`), [])
        const found = addresses.map((address) => ({ address, family: isIP(address) }))
        const [first] = found
        if (first === undefined) return callback(Object.assign(new Error(`no address of ${host}`), { code: 'ENOTFOUND' }), [])
        return options.all === true ? callback(null, found) : callback(null, first.address, first.family)
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), []),
    )
  }
}

/** Throws `AddressRefused` for an address in place of a name. */
export function assertReachable(guard: AddressGuard, hostname: string): void {
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const refusal = isIP(host) === 0 ? null : guard.refuse(host, host)
  if (refusal !== null) throw new AddressRefused(`this server does not connect there: ${refusal}`)
}
