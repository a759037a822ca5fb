/** The path of a request target: without the query string and, where a client writes the whole URL, without its origin. */
export function toPath(url: string): string {
  const start = url.startsWith('/') ? 0 : startOfPath(url)
  const query = url.indexOf('?', start)
  const path = query === -1 ? url.slice(start) : url.slice(start, query)
  return path === '' ? '/' : path
}

/** Absolute form, `GET http://host/path HTTP/1.1`; anything else, such as `*`, is taken as it stands. */
function startOfPath(url: string): number {
  const scheme = /^https?:\/\//i.exec(url)?.[0]
  if (scheme === undefined) return 0
  const end = url.slice(scheme.length).search(/[/?]/)
  return end === -1 ? url.length : scheme.length + end
}
