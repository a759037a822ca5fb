/** What a bench reads of a stored request. */
export interface StoredRequest {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly userAgent: string | null
  readonly userId: string | null
}

/** Every request that a project's data API has, oldest first. */
export async function* readRequests(serverUrl: string, key: string): AsyncGenerator<StoredRequest> {
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = new URLSearchParams({ limit: '1000', order: 'oldest', ...(cursor !== '' && { cursor }) })
    const answer = await fetch(`${serverUrl}/api/v1/requests?${query}`, { headers: { authorization: `Bearer ${key}` } })
    if (!answer.ok) throw new Error(`GET /api/v1/requests answered ${answer.status}: ${await answer.text()}`)
    // Our own server's answer.
    const page = (await answer.json()) as { readonly requests: readonly StoredRequest[]; readonly nextCursor: string | null }
    yield* page.requests
    cursor = page.nextCursor
  }
}
