/** What the server has stored of one service, read back through its data API. */
export interface Stored {
  readonly requests: number
  /** Milliseconds. */
  readonly p50Ms: number | null
  readonly p95Ms: number | null
}

/** Counts a service's events by reading all of them, page by page. */
export async function readStored(serverUrl: string, key: string, service: string): Promise<Stored> {
  const durations: number[] = []
  let requests = 0
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = new URLSearchParams({ service, limit: '1000', ...(cursor !== '' && { cursor }) })
    const answer = await fetch(`${serverUrl}/api/v1/requests?${query}`, { headers: { authorization: `Bearer ${key}` } })
    if (!answer.ok) throw new Error(`GET /api/v1/requests answered ${answer.status}: ${await answer.text()}`)
    const page = (await answer.json()) as Page
    requests += page.requests.length
    for (const { durationUs } of page.requests) if (durationUs !== null) durations.push(durationUs / 1_000)
    cursor = page.nextCursor
  }
  durations.sort((a, b) => a - b)
  return { requests, p50Ms: quantile(durations, 0.5), p95Ms: quantile(durations, 0.95) }
}

interface Page {
  readonly requests: readonly { readonly durationUs: number | null }[]
  readonly nextCursor: string | null
}

function quantile(sorted: readonly number[], q: number): number | null {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? null
}
