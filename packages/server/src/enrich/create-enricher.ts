import type { Client, Enricher } from './enricher.ts'

const UNKNOWN: Client = { client: null, clientVersion: null, os: null, device: null, bot: false }

export async function createEnricher(): Promise<Enricher> {
  return { country: () => null, client: () => UNKNOWN }
}
