import { createMemoryStore } from './memory/memory-store.ts'
import type { Store } from './store.ts'

/** Which engine holds the events, and where. */
export type StoreSettings = { readonly engine: 'memory' }

/** Opens the store that the configuration names. The only place that knows the engines. */
export async function openStore(settings: StoreSettings): Promise<Store> {
  switch (settings.engine) {
    case 'memory':
      return createMemoryStore()
  }
}
