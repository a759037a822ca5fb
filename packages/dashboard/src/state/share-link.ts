/** The link that a page was opened by: it shows one project's numbers, to whoever has it. */
export interface ShareLink {
  readonly id: string
  /** Empty where the address was cut short. */
  readonly token: string
  /** The address of its server, with its base path and a slash at the end. */
  readonly serverUrl: string
}

/** Reads an address whose path ends as `/share/ID/endpoints?period=7d#TOKEN`; `null` for that of another page. */
export function readShareLink(address: string): ShareLink | null {
  const url = new URL(address)
  const [, root, id] = /^(.*\/)share\/([^/]+)\/[^/]*$/.exec(url.pathname) ?? []
  return root === undefined || id === undefined ? null : { id, token: url.hash.slice(1), serverUrl: new URL(root, url).href }
}

/** The address of the same server's page that shows a shared link. */
export function toShareAddress(serverUrl: string, id: string, token: string): string {
  return new URL(`share/${id}/#${token}`, serverUrl).href
}
