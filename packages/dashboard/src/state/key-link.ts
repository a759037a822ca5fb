import type { Address } from './address.ts'
import type { Session } from './session.ts'

/**
 * Signs in with the key of a link such as `/#key=…` and leaves the key in no address: neither the
 * shown one nor the opened one that a browser remembers beside it.
 * @returns whether the page is being loaded anew, and should show nothing until then
 */
export function takeKeyFromLink(address: Address, session: Session): boolean {
  const key = address.takeFromFragment('key')?.trim()
  if (!key) return false
  session.signIn(key)
  // A key that ends with the page would be lost.
  if (!session.isKept) return false
  address.reload()
  return true
}
