/** A request to ClickHouse's HTTP interface as chDB takes it. */
export interface ChdbRequest {
  readonly sql: string
  readonly parameters: Readonly<Record<string, string | null>>
}

/** What concerns the HTTP interface alone, and nothing that a test looks at. */
const IGNORED: ReadonlySet<string> = new Set(['query_id', 'wait_end_of_query', 'enable_http_compression', 'send_progress_in_http_headers', 'http_headers_progress_interval_ms', 'cancel_http_readonly_queries_on_client_close'])

/** @throws When the address holds a setting: tests state settings in statements, where chDB keeps them apart. */
export async function toChdbRequest(address: URLSearchParams, contentType: string, body: Buffer<ArrayBuffer>): Promise<ChdbRequest> {
  const isForm = contentType.startsWith('multipart/form-data')
  const form = isForm ? await new Response(body, { headers: { 'content-type': contentType } }).formData() : []
  const parameters: Record<string, string | null> = {}
  let sql = ''
  for (const [name, value] of [...address, ...form]) {
    if (typeof value !== 'string') throw new Error(`${name} must be text`)
    if (name === 'query') sql = value
    else if (name.startsWith('param_')) parameters[name.slice('param_'.length)] = unescape(value)
    else if (!IGNORED.has(name)) throw new Error(`the setting ${name} is not taken in an address`)
  }
  if (isForm) return { sql, parameters }
  const text = body.toString()
  return { sql: sql === '' ? text : `${sql}\n${text}`, parameters }
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', b: '\b', f: '\f', '0': '\0' }

/** A parameter as the client wrote it, in the form of tab-separated values. */
function unescape(value: string): string | null {
  return value === '\\N' ? null : value.replaceAll(/\\(.)/gs, (_, escaped: string) => ESCAPES[escaped] ?? escaped)
}
